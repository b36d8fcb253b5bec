// A table of volumes as the series of a stacked bar chart.

import { listed, ORDER } from './kinds';
import type { Column, Row, VolumeTable } from './schema';

export interface Stack {
  /** Middles of the intervals, in seconds. */
  readonly x: number[];
  /** The kinds that were counted, the lowest bar first. */
  readonly kinds: string[];
  /** For each kind, the height up to and with it; null where nothing was observed. */
  readonly tops: (number | null)[][];
  /** Volumes by kind of each interval; null where nothing was observed. */
  readonly volumes: (Readonly<Record<string, number>> | null)[];
}

/** The rows from the first that was observed on: nobody wonders what was not observed before the beginning. */
export function sinceObserved(table: VolumeTable): VolumeTable {
  const first = table.rows.findIndex((row) => row.observed > 0);
  return { ...table, rows: first < 0 ? [] : table.rows.slice(first) };
}

/** Where the columns of a rule stand in each row. */
export function columnsOf(columns: readonly Column[], rule: string): number[] {
  return columns.flatMap((column, index) => (column.rule === rule ? [index] : []));
}

/** The volumes of a row over some of its columns, or null where none of them was observed. */
export function sumOf(row: Row, columns: readonly number[]): Record<string, number> | null {
  const sums: Record<string, number> = {};
  let observed = false;
  for (const index of columns) {
    const cell = row.cells[index];
    if (cell === undefined || cell.volume === null) continue;
    observed = true;
    for (const [roadUser, volume] of Object.entries(cell.road_users)) sums[roadUser] = (sums[roadUser] ?? 0) + volume;
  }
  return observed ? sums : null;
}

/** The stacked bars of some columns, which should be of one rule: who crosses two lines would be counted twice. */
export function stack(rows: readonly Row[], columns: readonly number[]): Stack {
  const volumes = rows.map((row) => sumOf(row, columns));
  const counted = new Set(volumes.flatMap((row) => listed(row ?? {}).map(([roadUser]) => roadUser)));
  const rank = (roadUser: string) => (ORDER.includes(roadUser) ? ORDER.indexOf(roadUser) : ORDER.length);
  const kinds = [...counted].sort((a, b) => rank(a) - rank(b));
  const heights = volumes.map(() => 0);
  const tops = kinds.map((kind) =>
    volumes.map((row, i) => {
      if (row === null) return null;
      heights[i] = (heights[i] ?? 0) + (row[kind] ?? 0);
      return heights[i] ?? 0;
    }),
  );
  return { x: rows.map((row) => (row.start_ns + row.end_ns) / 2e9), kinds, tops, volumes };
}
