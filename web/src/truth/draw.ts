// Draws a redacted picture and the scene over it: each line with its key, the chosen one with its directions.

import { fit, strokeCased, type View } from '../lib/draw';
import type { Rect } from '../lib/labels';
import { PAGE, type Rule } from './rules';
import type { SittingView } from './schema';

type Point = readonly [number, number];

const FONT = 'ui-sans-serif, system-ui, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif';
const ACCENT = '#f5b83d';
const PALE = '#f4f7fa';
const ARROW_PX = 30;

export interface Scene {
  readonly view: SittingView;
  readonly rules: readonly Rule[];
  readonly chosen: number;
}

export function paint({ ctx, width, height, scale }: View, picture: ImageBitmap | null, { view, rules, chosen }: Scene): void {
  ctx.setTransform(scale, 0, 0, scale, 0, 0);
  ctx.clearRect(0, 0, width, height);
  const area = fit(view.size, width, height);
  if (picture !== null) ctx.drawImage(picture, area.x, area.y, area.w, area.h);
  const at = ([x, y]: Point): Point => [area.x + x * area.w, area.y + y * area.h];
  const rule = rules[chosen];
  const movement = rule?.line === false ? view.movements.find(({ name }) => name === rule.name) : undefined;

  ctx.lineCap = 'round';
  for (const zone of view.zones) {
    const used = movement !== undefined && (zone.name === movement.origin || zone.name === movement.destination);
    const corners = zone.polygon.map(at);
    outline(ctx, corners);
    strokeCased(ctx, used ? ACCENT : 'rgba(244, 247, 250, 0.45)', used ? 2 : 1, [7, 5]);
  }
  view.lines.forEach((line, index) => {
    if (index === chosen) return;
    const [a, b] = [at(line.points[0]), at(line.points[1])];
    outline(ctx, [a, b]);
    strokeCased(ctx, PALE, 2);
    const page = Math.floor(index / PAGE);
    chip(ctx, page === Math.floor(chosen / PAGE) ? `${(index % PAGE) + 1}` : '·', middle(a, b), area, PALE);
  });
  const line = view.lines[chosen];
  if (line !== undefined) paintChosen(ctx, line.name, at(line.points[0]), at(line.points[1]), line.directions, area);
  if (movement !== undefined) {
    const zones = [movement.origin, movement.destination].map((name) => view.zones.find((zone) => zone.name === name));
    const [from, to] = zones.map((zone) => centre(zone?.polygon.map(at) ?? [[0, 0]]));
    if (from !== undefined && to !== undefined) {
      arrow(ctx, from, to);
      chip(ctx, movement.name, middle(from, to), area, ACCENT);
    }
  }
}

/** The chosen line. The first direction passes to the right hand of a walker along it; in a picture (y down) that is (-dy, dx). */
function paintChosen(ctx: CanvasRenderingContext2D, name: string, a: Point, b: Point, ways: readonly string[], area: Rect): void {
  outline(ctx, [a, b]);
  strokeCased(ctx, ACCENT, 3.5);
  const [dx, dy] = [b[0] - a[0], b[1] - a[1]];
  const length = Math.hypot(dx, dy) || 1;
  const [x, y] = middle(a, b);
  ways.forEach((way, i) => {
    const hand = i === 0 ? 1 : -1;
    const normal: Point = [(-dy / length) * hand, (dx / length) * hand];
    const tip: Point = [x + normal[0] * ARROW_PX, y + normal[1] * ARROW_PX];
    arrow(ctx, [x, y], tip);
    const text = i === 0 ? way : `⇧ ${way}`;
    ctx.font = `600 13px ${FONT}`;
    const reach = 12 + Math.abs(normal[0]) * (ctx.measureText(text).width / 2 + 6) + Math.abs(normal[1]) * 10;
    chip(ctx, text, [tip[0] + normal[0] * reach, tip[1] + normal[1] * reach], area, ACCENT);
  });
  const above = a[1] < b[1] ? a : b;
  chip(ctx, name, [above[0], above[1] - 14], area, PALE);
}

const middle = (a: Point, b: Point): Point => [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2];

function centre(points: readonly Point[]): Point {
  const xs = points.map(([x]) => x);
  const ys = points.map(([, y]) => y);
  return [(Math.min(...xs) + Math.max(...xs)) / 2, (Math.min(...ys) + Math.max(...ys)) / 2];
}

function outline(ctx: CanvasRenderingContext2D, points: readonly Point[]): void {
  ctx.beginPath();
  for (const [i, [x, y]] of points.entries()) if (i === 0) ctx.moveTo(x, y); else ctx.lineTo(x, y);
  if (points.length > 2) ctx.closePath();
}

function arrow(ctx: CanvasRenderingContext2D, from: Point, to: Point): void {
  const length = Math.hypot(to[0] - from[0], to[1] - from[1]) || 1;
  const [nx, ny] = [(to[0] - from[0]) / length, (to[1] - from[1]) / length];
  outline(ctx, [from, [to[0] - nx * 8, to[1] - ny * 8]]);
  strokeCased(ctx, ACCENT, 3);
  outline(ctx, [to, [to[0] - nx * 12 - ny * 7, to[1] - ny * 12 + nx * 7], [to[0] - nx * 12 + ny * 7, to[1] - ny * 12 - nx * 7]]);
  strokeCased(ctx, ACCENT, 1);
  ctx.fillStyle = ACCENT;
  ctx.fill();
}

/** Words on a dark plate around a point, inside the picture. */
function chip(ctx: CanvasRenderingContext2D, text: string, [x, y]: Point, area: Rect, colour: string): void {
  ctx.font = `600 13px ${FONT}`;
  const [w, h] = [ctx.measureText(text).width + 12, 20];
  const left = Math.min(Math.max(x - w / 2, area.x + 2), area.x + area.w - w - 2);
  const top = Math.min(Math.max(y - h / 2, area.y + 2), area.y + area.h - h - 2);
  ctx.beginPath();
  ctx.roundRect(left, top, w, h, 4);
  ctx.fillStyle = 'rgba(8, 12, 18, 0.86)';
  ctx.fill();
  ctx.textBaseline = 'middle';
  ctx.textAlign = 'left';
  ctx.fillStyle = colour;
  ctx.fillText(text, left + 6, top + h / 2 + 0.5);
}
