// Where to write the labels of boxes so that they can be read: beside their own box, inside the picture, and not on one another.
//
// Each label has a few places around its box, the best first. Labels are placed one after another; each takes its cheapest place
// given those already placed. A label that stood somewhere a moment ago prefers to stay there, or it would flicker.

export interface Rect {
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}

export interface LabelRequest {
  readonly key: string;
  readonly box: Rect;
  readonly w: number;
  readonly h: number;
}

export interface PlacedLabel extends Rect {
  readonly key: string;
  /** Which of the places was taken, to be handed back with the next frame. */
  readonly place: number;
}

const GAP = 2;
const OVERLAP_COST = 1000; // labels on one another: only if there is no other way
const BOX_COST = 30; // a label that hides another road user
const RANK_COST = 3; // each step down the list of places
const AWAY_COST = 0.5; // a pixel that the edge of the picture pushes it off its place
const STAY_BONUS = 8;

/** The places around a box, the best first; the last ones are a row or two farther off. */
function places({ x, y, w, h }: Rect, lw: number, lh: number): readonly (readonly [number, number])[] {
  const right = x + w - lw;
  const above = y - lh - GAP;
  const below = y + h + GAP;
  const row = lh + GAP;
  return [
    [x, above],
    [right, above],
    [x, below],
    [right, below],
    [x + w + GAP, y],
    [x - lw - GAP, y],
    [x, above - row],
    [x, below + row],
    [right, above - row],
    [x, above - 2 * row],
    [x, below + 2 * row],
    [x, y + GAP],
  ];
}

export function overlap(a: Rect, b: Rect): number {
  const w = Math.min(a.x + a.w, b.x + b.w) - Math.max(a.x, b.x);
  const h = Math.min(a.y + a.h, b.y + b.h) - Math.max(a.y, b.y);
  return w > 0 && h > 0 ? w * h : 0;
}

export const overlapAll = (a: Rect, others: readonly Rect[]): number => others.reduce((sum, other) => sum + overlap(a, other), 0);

const clamp = (value: number, low: number, high: number) => Math.min(Math.max(value, low), Math.max(low, high));

/**
 * A place for each label within `bounds`, in the order asked. `obstacles` are never written over where avoidable; `previous` holds
 * the place each key had in the frame before.
 */
export function placeLabels(
  requests: readonly LabelRequest[],
  bounds: Rect,
  obstacles: readonly Rect[] = [],
  previous: ReadonlyMap<string, number> = new Map(),
): PlacedLabel[] {
  const placed: PlacedLabel[] = [];
  for (const request of requests) {
    const area = request.w * request.h;
    let best: PlacedLabel | null = null;
    let bestCost = Infinity;
    for (const [place, [px, py]] of places(request.box, request.w, request.h).entries()) {
      const x = clamp(px, bounds.x, bounds.x + bounds.w - request.w);
      const y = clamp(py, bounds.y, bounds.y + bounds.h - request.h);
      const label = { key: request.key, place, x, y, w: request.w, h: request.h };
      let cost = place * RANK_COST + AWAY_COST * (Math.abs(x - px) + Math.abs(y - py));
      if (previous.get(request.key) === place) cost -= STAY_BONUS;
      cost += (OVERLAP_COST * (overlapAll(label, placed) + overlapAll(label, obstacles))) / area;
      for (const { key, box } of requests) if (key !== request.key) cost += (BOX_COST * overlap(label, box)) / area;
      if (cost < bestCost) [best, bestCost] = [label, cost];
    }
    if (best !== null) placed.push(best);
  }
  return placed;
}
