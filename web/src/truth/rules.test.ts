import { describe, expect, it } from 'vitest';

import type { Tally } from './schema';
import { clock, isComplete, pictureAt, seenStretches, unwatched, wayName, wayOf } from './rules';

const times = [5, 5.1, 5.2, 5.3, 5.4];

describe('what was seen', () => {
  it('is what was shown one after another, forward and back', () => {
    expect(seenStretches([1, 2, 3], times, 5, null)).toEqual([[5.1, 5.3]]);
    expect(seenStretches([3, 2, 1], times, 5, null)).toEqual([[5.1, 5.3]]);
    expect(seenStretches([1, 2, 1, 2], times, 5, null)).toEqual([[5.1, 5.2]]);
  });

  it('is not what was jumped over or left out', () => {
    expect(seenStretches([1, 3], times, 5, null)).toEqual([]);
    expect(seenStretches([1, null, 2], times, 5, null)).toEqual([]);
    expect(seenStretches([0, 1, null, 3, 4], times, 5, null)).toEqual([[5, 5.1], [5.3, 5.4]]);
    expect(seenStretches([2], times, 5, null)).toEqual([]);
  });

  it('begins where the count does and ends where it does', () => {
    expect(seenStretches([0, 1], times, 4.95, null)).toEqual([[4.95, 5.1]]);
    expect(seenStretches([3, 4], times, 5, 5.5)).toEqual([[5.3, 5.5]]);
    expect(seenStretches([3, 4], times, 5, null)).toEqual([[5.3, 5.4]]);
  });

  it('leaves the rest', () => {
    expect(unwatched([], 5, 9)).toEqual([[5, 9]]);
    expect(unwatched([[5, 6], [7, 9]], 5, 9)).toEqual([[6, 7]]);
    expect(unwatched([[5, 9]], 5, 9)).toEqual([]);
  });
});

describe('pictures', () => {
  it('are found by their time', () => {
    expect([4, 5, 5.15, 5.4, 9].map((at) => pictureAt(times, at))).toEqual([-1, 0, 1, 4, 4]);
    expect(pictureAt([], 5)).toBe(-1);
  });

  it('have their time told in minutes', () => {
    expect([0, 9.96, 62.44, 600].map(clock)).toEqual(['0:00.0', '0:10.0', '1:02.4', '10:00.0']);
  });
});

describe('ways', () => {
  it('are the first of a line, with Shift the second, and of a movement the one it has', () => {
    const line = { name: 'a', ways: ['in', 'out'], line: true };
    expect([wayOf(line, false), wayOf(line, true)]).toEqual(['in', 'out']);
    expect(wayOf({ name: 'left', ways: ['left'], line: false }, true)).toBe('left');
    expect([wayName('a', 'in'), wayName('left', 'left')]).toEqual(['a, in', 'left']);
  });

  it('are complete for the kinds that were declared alone', () => {
    const tally: Tally = { version: 1, crossings: [], watched: [], complete: [{ line: 'a', direction: 'in', kinds: ['car', 'bus'] }] };
    expect(isComplete(tally, 'a', 'in', ['car'])).toBe(true);
    expect(isComplete(tally, 'a', 'in', ['car', 'van'])).toBe(false);
    expect(isComplete(tally, 'a', 'out', ['car'])).toBe(false);
    expect(isComplete(tally, 'a', 'in', [])).toBe(false);
  });
});
