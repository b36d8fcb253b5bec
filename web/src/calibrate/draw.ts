// Draws the redacted picture, the grid of metres on its ground, and the points: where each was clicked and where it is led.

import { strokeCased, type View } from '../lib/draw';
import type { Rect } from '../lib/labels';
import type { Edited } from './session.svelte';
import type { FittedView } from './schema';
import { toStage, type Point } from './view';

const FONT = 'ui-sans-serif, system-ui, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif';
const GRID = '#56b4e9'; // Okabe-Ito
const CLICKED = '#f0e442';
const LED = '#d55e00';
const RING_PX = 7;

export interface Drawn {
  readonly points: readonly Edited[];
  readonly fitted: FittedView | null;
  readonly chosen: number;
}

export function paint({ ctx, width, height, scale }: View, area: Rect, picture: ImageBitmap | null, drawn: Drawn): void {
  ctx.setTransform(scale, 0, 0, scale, 0, 0);
  ctx.clearRect(0, 0, width, height);
  ctx.imageSmoothingEnabled = area.w < 2 * (picture?.width ?? 1);
  if (picture !== null) ctx.drawImage(picture, area.x, area.y, area.w, area.h);
  ctx.save();
  ctx.beginPath();
  ctx.rect(area.x, area.y, area.w, area.h);
  ctx.clip();
  ctx.lineJoin = 'round';
  for (const line of drawn.fitted?.grid_unit ?? []) {
    trace(ctx, line.map((point) => toStage(area, point)));
    ctx.strokeStyle = GRID;
    ctx.globalAlpha = 0.75;
    ctx.lineWidth = 1.2;
    ctx.stroke();
  }
  ctx.globalAlpha = 1;
  ctx.restore();
  drawn.points.forEach((point, index) => {
    const at = toStage(area, point.at);
    const place = drawn.fitted?.used.indexOf(index) ?? -1;
    const led = drawn.fitted?.led_unit[place];
    if (led) {
      const to = toStage(area, led);
      trace(ctx, [at, to]);
      strokeCased(ctx, LED, 2);
      dot(ctx, to);
    }
    ring(ctx, at, index === drawn.chosen);
    chip(ctx, point.name, [at[0] + 12, at[1] - 12], width, index === drawn.chosen);
  });
}

function trace(ctx: CanvasRenderingContext2D, points: readonly Point[]): void {
  ctx.beginPath();
  for (const [i, [x, y]] of points.entries()) if (i === 0) ctx.moveTo(x, y); else ctx.lineTo(x, y);
}

function dot(ctx: CanvasRenderingContext2D, [x, y]: Point): void {
  ctx.beginPath();
  ctx.arc(x, y, 3.5, 0, 2 * Math.PI);
  ctx.fillStyle = LED;
  ctx.fill();
}

/** A ring with a fine cross in its middle, which is the point itself. */
function ring(ctx: CanvasRenderingContext2D, [x, y]: Point, chosen: boolean): void {
  ctx.beginPath();
  ctx.arc(x, y, chosen ? RING_PX + 2 : RING_PX, 0, 2 * Math.PI);
  strokeCased(ctx, CLICKED, chosen ? 3 : 2);
  for (const [dx, dy] of [[1, 0], [0, 1]] as const) {
    trace(ctx, [[x - 3 * dx, y - 3 * dy], [x + 3 * dx, y + 3 * dy]]);
    ctx.lineWidth = 1;
    ctx.stroke();
  }
}

/** A name beside a point, inside the stage of `width`. */
function chip(ctx: CanvasRenderingContext2D, text: string, [right, y]: Point, width: number, chosen: boolean): void {
  ctx.font = `${chosen ? 700 : 500} 12px ${FONT}`;
  const w = ctx.measureText(text).width + 10;
  const x = right + w > width - 3 ? right - 24 - w : right;
  ctx.beginPath();
  ctx.roundRect(x, y - 9, w, 18, 4);
  ctx.fillStyle = 'rgba(8, 12, 18, 0.82)';
  ctx.fill();
  ctx.textBaseline = 'middle';
  ctx.fillStyle = chosen ? CLICKED : '#f4f7fa';
  ctx.fillText(text, x + 5, y + 0.5);
}
