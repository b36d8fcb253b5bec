import { expect, test } from 'vitest';

import { areaOf, CLOSEST, moved, toStage, toUnit, WHOLE, zoomed, type Point } from './view';

const PICTURE = [640, 360] as const;
const STAGE = [1000, 700] as const;

test('what is under the pointer stays there while it is zoomed', () => {
  const at: Point = [420, 390];
  const before = toUnit(areaOf(WHOLE, PICTURE, STAGE), at);
  const closer = zoomed(WHOLE, 3, at, PICTURE, STAGE);
  const after = toStage(areaOf(closer, PICTURE, STAGE), before);
  expect(after[0]).toBeCloseTo(at[0], 6);
  expect(after[1]).toBeCloseTo(at[1], 6);
});

test('zoom ends at the whole picture and at the closest look', () => {
  expect(zoomed(WHOLE, 0.5, [10, 10], PICTURE, STAGE)).toEqual(WHOLE);
  expect(zoomed(WHOLE, 1e6, [500, 350], PICTURE, STAGE).zoom).toBe(CLOSEST);
});

test('the picture does not leave the stage', () => {
  const close = zoomed(WHOLE, 4, [500, 350], PICTURE, STAGE);
  const far = moved(close, [1e5, -1e5], PICTURE, STAGE);
  expect(far.centre).toEqual([0.125, 0.875]);
  expect(moved(WHOLE, [300, 0], PICTURE, STAGE)).toEqual(WHOLE);
});
