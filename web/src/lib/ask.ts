// Asks the server for what it keeps of a stream.

import { toMs } from './time';

/** GET, or with a body POST. Throws an Error with the server's words where it refuses. */
export async function ask<T>(stream: string, path: string, body?: unknown): Promise<T> {
  const how = { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) };
  const answer = await fetch(`/api/v1/streams/${encodeURIComponent(stream)}/${path}`, body === undefined ? {} : how);
  const told: unknown = await answer.json();
  if (!answer.ok) throw new Error((told as { message?: string }).message ?? answer.statusText);
  return told as T;
}

/** The query of a stretch that ends just after an instant. */
export function stretch(untilNs: number, lengthMs: number): Record<'start' | 'end', string> {
  const until = Math.ceil(toMs(untilNs)) + 1;
  return { start: new Date(until - lengthMs).toISOString(), end: new Date(until).toISOString() };
}
