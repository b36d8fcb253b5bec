// The states of a camera in words, and how they are coloured and ordered.

import type { CameraState, CameraView } from './schema';

export type Tone = 'good' | 'warn' | 'bad' | 'none';

const WORDS: Readonly<Record<CameraState, string>> = {
  ok: 'ok',
  connecting: 'connecting',
  offline: 'offline',
  frozen: 'frozen',
  black: 'black',
  white_out: 'white-out',
  obscured: 'obscured',
  moved: 'moved',
  blurred: 'blurred',
  infrared_failed: 'infrared failed',
  lens_dirty: 'lens dirty',
  glare: 'glare',
  packet_loss: 'packet loss',
  low_bit_rate: 'low bit rate',
  low_frame_rate: 'low frame rate',
  clock_drift: 'clock drift',
};
const UNUSABLE: ReadonlySet<string> = new Set(['connecting', 'offline', 'frozen', 'black', 'white_out', 'obscured', 'moved', 'blurred', 'infrared_failed']);
const URGENCY: Readonly<Record<Tone, number>> = { bad: 0, warn: 1, none: 2, good: 3 };

export function toneOf(state: string | null): Tone {
  if (state === null) return 'none';
  if (state === 'ok') return 'good';
  return UNUSABLE.has(state) ? 'bad' : 'warn';
}

export function wordOf(camera: Pick<CameraView, 'state' | 'paused'>): string {
  if (camera.paused) return 'paused';
  return camera.state === null ? 'not looked at' : WORDS[camera.state];
}

export const stateWord = (state: string): string => WORDS[state as CameraState] ?? state;

/** The cameras that need somebody first, then the others, each by name. */
export function worstFirst(cameras: readonly CameraView[]): CameraView[] {
  return [...cameras].sort((a, b) => URGENCY[toneOf(a.state)] - URGENCY[toneOf(b.state)] || (a.name < b.name ? -1 : 1));
}

/** Whether a camera has all of the words that were typed in something that is shown of it. */
export function matches(camera: CameraView, typed: string): boolean {
  const text = [camera.name, camera.title, camera.district, camera.owner, camera.kind_of_place, wordOf(camera)].join(' ').toLowerCase();
  return typed.toLowerCase().split(/\s+/).every((word) => text.includes(word));
}

/** Of an hour or a quarter: the share of each tone, of `lengthS` seconds; the rest nobody observed. */
export function shares(seconds: Readonly<Record<string, number>>, lengthS: number): Record<Tone, number> {
  const share: Record<Tone, number> = { good: 0, warn: 0, bad: 0, none: 0 };
  for (const [state, lasted] of Object.entries(seconds)) share[toneOf(state)] += lasted / lengthS;
  share.none = Math.max(0, 1 - share.good - share.warn - share.bad);
  return share;
}

/** The quarters of an hour of the day up to `nowNs`, the present one last; null where nothing is on record. */
export function lastDay<Cell extends { readonly start_ns: number }>(cells: readonly Cell[], nowNs: number): (Cell | null)[] {
  const quarter = (ns: number): number => Math.floor((ns + 1000) / 900e9); // a page's numbers round nanoseconds
  const known = new Map(cells.map((cell) => [quarter(cell.start_ns), cell]));
  return Array.from({ length: 96 }, (_, k) => known.get(quarter(nowNs) - 95 + k) ?? null);
}
