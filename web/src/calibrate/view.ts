// Where the picture lies in the stage: as large as fits, or zoomed and moved.

import { fit } from '../lib/draw';
import type { Rect } from '../lib/labels';

export type Point = readonly [number, number];
type Size = readonly [number, number];

export const CLOSEST = 24;

/** `zoom` 1 shows the whole picture; `centre` is the point of the picture (unit) in the middle of the stage. */
export interface Look {
  readonly zoom: number;
  readonly centre: Point;
}

export const WHOLE: Look = { zoom: 1, centre: [0.5, 0.5] };

/** The rectangle that the whole picture takes, beyond the stage where it is zoomed. */
export function areaOf(look: Look, picture: Size, stage: Size): Rect {
  const whole = fit(picture, stage[0], stage[1]);
  const [w, h] = [whole.w * look.zoom, whole.h * look.zoom];
  return { x: stage[0] / 2 - look.centre[0] * w, y: stage[1] / 2 - look.centre[1] * h, w, h };
}

export const toStage = (area: Rect, [x, y]: Point): Point => [area.x + x * area.w, area.y + y * area.h];

export const toUnit = (area: Rect, [x, y]: Point): Point => [(x - area.x) / area.w, (y - area.y) / area.h];

/** Zoomed by a factor, with what is at `at` (stage) staying there. */
export function zoomed(look: Look, by: number, at: Point, picture: Size, stage: Size): Look {
  const zoom = Math.min(Math.max(look.zoom * by, 1), CLOSEST);
  const under = toUnit(areaOf(look, picture, stage), at);
  const next = areaOf({ zoom, centre: look.centre }, picture, stage);
  const [x, y] = toStage(next, under);
  return kept({ zoom, centre: [look.centre[0] + (x - at[0]) / next.w, look.centre[1] + (y - at[1]) / next.h] });
}

/** Moved by pixels of the stage. */
export function moved(look: Look, [dx, dy]: Point, picture: Size, stage: Size): Look {
  const area = areaOf(look, picture, stage);
  return kept({ zoom: look.zoom, centre: [look.centre[0] - dx / area.w, look.centre[1] - dy / area.h] });
}

/** So that the picture does not leave the stage. */
function kept({ zoom, centre }: Look): Look {
  const room = 0.5 / zoom;
  const inside = (value: number): number => (zoom === 1 ? 0.5 : Math.min(Math.max(value, room), 1 - room));
  return { zoom, centre: [inside(centre[0]), inside(centre[1])] };
}
