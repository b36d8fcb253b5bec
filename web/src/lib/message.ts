// One message of the live feed: 4 bytes big-endian length, a JSON header of that length, and a JPEG (or nothing).

import type { LiveHeader } from './schema';

export interface LiveMessage {
  readonly header: LiveHeader;
  /** Empty when the picture is withheld. */
  readonly jpeg: Uint8Array<ArrayBuffer>;
}

const LENGTH_BYTES = 4;
const text = new TextDecoder();

/** Header and JPEG of a message. Throws for anything else. */
export function decodeMessage(data: ArrayBuffer): LiveMessage {
  const length = new DataView(data).getUint32(0);
  const end = LENGTH_BYTES + length;
  if (end > data.byteLength) throw new RangeError(`a header of ${length} bytes in a message of ${data.byteLength}`);
  const header = JSON.parse(text.decode(new Uint8Array(data, LENGTH_BYTES, length))) as LiveHeader;
  return { header, jpeg: new Uint8Array(data, end) };
}
