import { describe, expect, it } from 'vitest';

import { overlap, placeLabels, type LabelRequest, type Rect } from './labels';

const picture: Rect = { x: 0, y: 0, w: 640, h: 360 };
const ask = (key: string, x: number, y: number, w = 40, h = 60): LabelRequest => ({ key, box: { x, y, w, h }, w: 80, h: 16 });
const inside = (label: Rect) => label.x >= 0 && label.y >= 0 && label.x + label.w <= 640 && label.y + label.h <= 360;

function overlaps(labels: readonly Rect[]): number {
  let sum = 0;
  for (const [i, a] of labels.entries()) for (const b of labels.slice(i + 1)) sum += overlap(a, b);
  return sum;
}

describe('placing labels', () => {
  it('puts a lone label above its box, at its left edge', () => {
    expect(placeLabels([ask('a', 100, 100)], picture)).toEqual([{ key: 'a', place: 0, x: 100, y: 82, w: 80, h: 16 }]);
  });

  it('keeps every label inside the picture', () => {
    const corners = [ask('a', 0, 0), ask('b', 610, 0), ask('c', 0, 310), ask('d', 610, 310), ask('e', 0, 0, 640, 360)];
    expect(placeLabels(corners, picture).every(inside)).toBe(true);
  });

  it('keeps the labels of a dense group apart', () => {
    const group = Array.from({ length: 6 }, (_, i) => ask(`p${i}`, 200 + 22 * i, 150));
    expect(overlaps(placeLabels(group, picture))).toBe(0);
  });

  it('does not write over an obstacle where there is another place', () => {
    const obstacle = { x: 90, y: 80, w: 120, h: 20 };
    const [label] = placeLabels([ask('a', 100, 100)], picture, [obstacle]);
    expect(label && overlap(label, obstacle)).toBe(0);
  });

  it('lets a label stay where it stood', () => {
    const [label] = placeLabels([ask('a', 100, 100)], picture, [], new Map([['a', 2]]));
    expect(label?.place).toBe(2);
  });
});
