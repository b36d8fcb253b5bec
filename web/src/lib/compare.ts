// Counts beside what truly happened, where a truth was given.

import type { Compared, Tally, TurnTally } from './schema';

export type Verdict = 'unknown' | 'right' | 'underway' | 'wrong';
export type Turn = TurnTally['turn'];

export const TURNS: readonly { readonly turn: Turn; readonly name: string; readonly arrow: string }[] = [
  { turn: 'left', name: 'Left', arrow: '↰' },
  { turn: 'through', name: 'Through', arrow: '↑' },
  { turn: 'right', name: 'Right', arrow: '↱' },
  { turn: 'u', name: 'U-turn', arrow: '↶' },
];

/** What is to be said of a tally. Underway: the numbers differ, but who is missing may still be counted. */
export function verdict(tally: Tally): Verdict {
  if (tally.counted === null || tally.true === null) return 'unknown';
  if (tally.missed + tally.extra > 0) return 'wrong';
  return tally.counted === tally.true ? 'right' : 'underway';
}

/** "2 missed, 1 extra", or nothing. */
export function errors({ missed, extra }: Tally): string {
  return [missed > 0 ? `${missed} missed` : '', extra > 0 ? `${extra} extra` : ''].filter((text) => text !== '').join(', ');
}

/** The same as a screen reader should say it. */
export function aloud(tally: Tally): string {
  if (tally.counted === null || tally.true === null) return 'not observed yet';
  return `${tally.counted} counted, ${tally.true} true${errors(tally) === '' ? '' : `: ${errors(tally)}`}`;
}

const plus = (a: number | null, b: number | null) => (a === null ? b : b === null ? a : a + b);

/** Tallies added up; null where nothing of them is known. */
export function sum(tallies: readonly Tally[]): Tally {
  return tallies.reduce<Tally>(
    (all, one) => ({
      counted: plus(all.counted, one.counted),
      true: plus(all.true, one.true),
      missed: all.missed + one.missed,
      extra: all.extra + one.extra,
    }),
    { counted: null, true: null, missed: 0, extra: 0 },
  );
}

export interface TurningRow {
  readonly origin: string;
  /** One for each column; null where there is no such movement. */
  readonly cells: readonly (Tally | null)[];
  readonly all: Tally;
}

export interface TurningTable {
  readonly columns: typeof TURNS;
  readonly rows: readonly TurningRow[];
  readonly totals: readonly Tally[];
}

/** The turning table: a row for each arm that traffic comes from, a column for each turn that there is. */
export function turningTable({ turns }: Compared): TurningTable {
  const columns = TURNS.filter(({ turn }) => turns.some((cell) => cell.turn === turn));
  const origins = [...new Set(turns.map((cell) => cell.origin))];
  const rows = origins.map((origin) => ({
    origin,
    cells: columns.map(({ turn }) => turns.find((cell) => cell.origin === origin && cell.turn === turn) ?? null),
    all: sum(turns.filter((cell) => cell.origin === origin)),
  }));
  return { columns, rows, totals: columns.map(({ turn }) => sum(turns.filter((cell) => cell.turn === turn))) };
}
