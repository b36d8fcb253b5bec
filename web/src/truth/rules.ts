// What can be counted, and what each key does.

import type { SittingView, Tally, PlannedClip } from './schema';

/** A count line or a movement. `ways` are its directions: two of a line, one (its own name) of a movement. */
export interface Rule {
  readonly name: string;
  readonly ways: readonly string[];
  readonly line: boolean;
}

export const PAGE = 9; // rules that the keys 1 to 9 choose from at a time

export const SPEEDS: readonly number[] = [0.25, 0.5, 1, 1.5, 2, 3, 4];

/** Kinds that are said to be complete together, for a count is judged by them together. */
export const GROUPS: readonly { readonly name: string; readonly kinds: readonly string[] }[] = [
  { name: 'on foot', kinds: ['pedestrian'] },
  { name: 'two wheels', kinds: ['bicycle', 'motorcycle', 'two_wheeler'] },
  { name: 'motor', kinds: ['car', 'van', 'truck', 'bus', 'vehicle'] },
];

export function rulesOf(view: SittingView): Rule[] {
  const lines = view.lines.map(({ name, directions }) => ({ name, ways: directions, line: true }));
  return [...lines, ...view.movements.map(({ name }) => ({ name, ways: [name], line: false }))];
}

/** The way that a letter counts: the first, with Shift the second; a movement has one. */
export function wayOf(rule: Rule, shift: boolean): string {
  return rule.ways[shift ? rule.ways.length - 1 : 0] ?? rule.name;
}

/** "north arm, in", and a movement by its name. */
export function wayName(line: string, direction: string): string {
  return line === direction ? line : `${line}, ${direction}`;
}

export function isComplete(tally: Tally, line: string, direction: string, kinds: readonly string[]): boolean {
  const told = tally.complete.find((one) => one.line === line && one.direction === direction)?.kinds ?? [];
  return kinds.length > 0 && kinds.every((kind) => told.includes(kind));
}

/** The stretches [start, end] of from..until that are in none of `watched`, which are in order. */
export function unwatched(watched: Tally['watched'], from: number, until: number): [number, number][] {
  const left: [number, number][] = [];
  let at = from;
  for (const [start, end] of watched) {
    if (start > at) left.push([at, start]);
    at = Math.max(at, end);
  }
  if (until > at) left.push([at, until]);
  return left;
}

export function clipsLeft(clips: readonly PlannedClip[]): number {
  return clips.filter((clip) => !clip.declared).length;
}

/** "1:02.4" */
export function clock(seconds: number): string {
  const tenths = Math.round(seconds * 10);
  const minutes = Math.floor(tenths / 600);
  return `${minutes}:${((tenths % 600) / 10).toFixed(1).padStart(4, '0')}`;
}

/** The number of the last picture taken at or before an instant; -1 where there is none. `times` are in order. */
export function pictureAt(times: readonly number[], at: number): number {
  let [low, high] = [0, times.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((times[middle] ?? Infinity) <= at + 1e-6) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/**
 * The stretches of time that were seen when pictures were shown one after another: `shown` are numbers in the order shown, null where
 * one was left out. Only two that are neighbours make a stretch; the first picture's begins at `from`, the last one's ends at `until`.
 */
export function seenStretches(
  shown: readonly (number | null)[],
  times: readonly number[],
  from: number,
  until: number | null,
): [number, number][] {
  const found: [number, number][] = [];
  for (let i = 1; i < shown.length; i++) {
    const [a, b] = [shown[i - 1], shown[i]];
    if (a == null || b == null || Math.abs(a - b) !== 1) continue;
    const [low, high] = [Math.min(a, b), Math.max(a, b)];
    const start = low === 0 ? from : times[low];
    const end = until !== null && high === times.length - 1 ? until : times[high];
    if (start === undefined || end === undefined) continue;
    const last = found.at(-1);
    if (last !== undefined && last[1] >= start && last[0] <= end) {
      last[0] = Math.min(last[0], start);
      last[1] = Math.max(last[1], end);
    } else found.push([start, end]);
  }
  return found;
}
