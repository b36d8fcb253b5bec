// The kept volumes, asked for every few seconds.

import { ask, stretch } from './ask';
import type { Scene, StreamView, VolumeTable } from './schema';
import { sinceObserved } from './series';

export const QUARTER_S = 900;
export const MINUTE_S = 60;

const EVERY_MS = 5000;
const SPAN_MS: Readonly<Record<number, number>> = { [QUARTER_S]: 6 * 3_600_000, [MINUTE_S]: 3_600_000 };

export class Volumes {
  quarters = $state.raw<VolumeTable | null>(null);
  minutes = $state.raw<VolumeTable | null>(null);
  scene = $state.raw<Scene | null>(null);
  /** Why there are none. */
  problem = $state('');

  #stream = '';
  #untilNs = 0;
  #kept = true;
  #timer: ReturnType<typeof setInterval>;

  constructor() {
    this.#timer = setInterval(() => void this.#refresh(), EVERY_MS);
  }

  close(): void {
    clearInterval(this.#timer);
  }

  /** Tell which stream is shown, whether its volumes are kept, and the instant of its newest frame: a file has its own time. */
  follow({ stream, keeps_volumes }: StreamView, atNs: number): void {
    const first = this.#stream !== stream;
    this.#stream = stream;
    this.#kept = keeps_volumes;
    this.#untilNs = atNs;
    if (first) void this.#refresh();
  }

  async #refresh(): Promise<void> {
    if (this.#stream === '' || document.hidden) return;
    try {
      this.scene = await ask<Scene>(this.#stream, 'scene');
      if (this.#kept) [this.quarters, this.minutes] = await Promise.all([this.#table(QUARTER_S), this.#table(MINUTE_S)]);
      this.problem = this.#kept ? '' : 'This session keeps no volumes.';
    } catch (error) {
      this.problem = error instanceof Error ? error.message : String(error);
    }
  }

  async #table(intervalS: number): Promise<VolumeTable> {
    const query = new URLSearchParams({ ...stretch(this.#untilNs, SPAN_MS[intervalS] ?? 0), interval_s: String(intervalS) });
    return sinceObserved(await ask<VolumeTable>(this.#stream, `table?${query.toString()}`));
  }
}
