import { describe, expect, it } from 'vitest';

import { aloud, errors, sum, turningTable, verdict } from './compare';
import type { Tally, TurnTally } from './schema';

const tally = (counted: number | null, truly: number | null, missed = 0, extra = 0): Tally => ({ counted, true: truly, missed, extra });
const turn = (origin: string, to: TurnTally['turn'], counted: number): TurnTally => ({ ...tally(counted, 5, 5 - counted), origin, turn: to });

describe('a count beside the truth', () => {
  it('is right, wrong, underway or not known', () => {
    expect(verdict(tally(4, 4))).toBe('right');
    expect(verdict(tally(4, 5))).toBe('underway');
    expect(verdict(tally(4, 4, 1, 1))).toBe('wrong');
    expect(verdict(tally(null, null))).toBe('unknown');
  });

  it('is told in words', () => {
    expect(errors(tally(5, 6, 2, 1))).toBe('2 missed, 1 extra');
    expect(aloud(tally(5, 6, 1))).toBe('5 counted, 6 true: 1 missed');
    expect(aloud(tally(6, 6))).toBe('6 counted, 6 true');
    expect(aloud(tally(null, null))).toBe('not observed yet');
  });

  it('adds up, and the unknown is no zero', () => {
    expect(sum([tally(2, 3, 1), tally(null, null), tally(4, 4)])).toEqual(tally(6, 7, 1));
    expect(sum([])).toEqual(tally(null, null));
  });
});

describe('the turning table', () => {
  it('has a row for each origin, the turns in one order, and gaps where there is no movement', () => {
    const turns = [turn('north', 'through', 5), turn('north', 'left', 4), turn('east', 'left', 5)];
    const { columns, rows, totals } = turningTable({ turns, lines: [], all_lines: tally(null, null), all_turns: sum(turns), ended: false });
    expect(columns.map((column) => column.turn)).toEqual(['left', 'through']);
    expect(rows.map(({ origin, cells }) => [origin, ...cells.map((cell) => cell?.counted)])).toEqual([
      ['north', 4, 5],
      ['east', 5, undefined],
    ]);
    expect(rows[1]?.cells[1]).toBeNull();
    expect(rows[0]?.all).toEqual(tally(9, 10, 1));
    expect(totals).toEqual([tally(9, 10, 1), tally(5, 5)]);
  });
});
