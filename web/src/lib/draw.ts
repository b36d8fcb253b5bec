// Draws one frame: the redacted picture and, sharp at the screen's own resolution, everything the feed says about it.

import { kindOf, listed, total } from './kinds';
import { overlapAll, placeLabels, type LabelRequest, type PlacedLabel, type Rect } from './labels';
import type { LiveHeader, LineView, Mask, Tag, ZoneView } from './schema';

type Point = readonly [number, number];

const FONT = 'ui-sans-serif, system-ui, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif';
const PLATE = 'rgba(8, 12, 18, 0.82)';
const INK = '#0a0e13';
const PALE = '#f4f7fa';
const MUTED = '#aab6c2';
const PARKED = '#98a4b0';
const NARROW_PX = 560; // below this width labels go without the confidence
const ARROW_PX = 26;
const SHORT_ARROW_PX = 15; // on a narrow picture

export interface View {
  readonly ctx: CanvasRenderingContext2D;
  /** CSS pixels of the canvas. */
  readonly width: number;
  readonly height: number;
  /** Device pixels a CSS pixel. */
  readonly scale: number;
}

/** The place of a picture of `size` in a view, as large as fits, in the middle. */
export function fit(size: readonly [number, number], width: number, height: number): Rect {
  const zoom = Math.min(width / size[0], height / size[1]);
  const [w, h] = [size[0] * zoom, size[1] * zoom];
  return { x: (width - w) / 2, y: (height - h) / 2, w, h };
}

/** Remembers where labels stood, so that they stay. */
export class Painter {
  #places = new Map<string, number>();
  #hatch: CanvasPattern | null = null;

  paint(view: View, header: LiveHeader, picture: ImageBitmap | null, masks: readonly Mask[]): void {
    const { ctx, width, height, scale } = view;
    ctx.setTransform(scale, 0, 0, scale, 0, 0);
    ctx.clearRect(0, 0, width, height);
    const area = fit(header.size, width, height);
    if (picture !== null) ctx.drawImage(picture, area.x, area.y, area.w, area.h);
    else paintEmpty(ctx, area);
    const at = ([x, y]: Point): Point => [area.x + x * area.w, area.y + y * area.h];
    const text = area.w < NARROW_PX ? 10.5 : 12;

    for (const mask of masks) this.#paintMask(ctx, mask.polygon.map(at));
    for (const zone of header.zones) outlineZone(ctx, zone.polygon.map(at));
    for (const tag of header.tags) paintBox(ctx, boxOf(tag, area), tag);
    const chips = header.zones.map((zone) => paintZoneName(ctx, zone, zone.polygon.map(at), area, text));
    for (const line of header.lines) chips.push(...paintLine(ctx, line, at, area, text, chips));
    this.#paintLabels(ctx, header.tags, area, chips, text);
  }

  #paintLabels(ctx: CanvasRenderingContext2D, tags: readonly Tag[], area: Rect, chips: readonly Rect[], text: number): void {
    const terse = area.w < NARROW_PX;
    const byKey = new Map<string, Tag>();
    for (const tag of tags) byKey.set(byKey.has(tag.tag) ? `${tag.tag}#${byKey.size}` : tag.tag, tag);
    const ordered = [...byKey].sort(([a, one], [b, other]) => Number(one.parked) - Number(other.parked) || (a < b ? -1 : 1));
    const requests = ordered.map(([key, tag]): LabelRequest => {
      const w = wordsOf(tag, terse).reduce((sum, word) => sum + measure(ctx, word, text), 0) + 9;
      return { key, box: boxOf(tag, area), w, h: text + 5 };
    });
    const placed = placeLabels(requests, area, chips, this.#places);
    this.#places = new Map(placed.map(({ key, place }) => [key, place]));
    // the first placed are the surest: draw them last, on top
    for (const label of placed.reverse()) {
      const tag = byKey.get(label.key);
      if (tag !== undefined) paintLabel(ctx, label, tag, wordsOf(tag, terse), text);
    }
  }

  #paintMask(ctx: CanvasRenderingContext2D, polygon: readonly Point[]): void {
    this.#hatch ??= hatching(ctx);
    trace(ctx, polygon, true);
    ctx.fillStyle = 'rgba(10, 14, 19, 0.72)';
    ctx.fill();
    if (this.#hatch !== null) {
      ctx.fillStyle = this.#hatch;
      ctx.fill();
    }
    ctx.lineWidth = 1;
    ctx.strokeStyle = 'rgba(170, 182, 194, 0.55)';
    ctx.stroke();
  }
}

interface Word {
  readonly text: string;
  readonly weight: number;
  readonly opacity: number;
}

function wordsOf(tag: Tag, terse: boolean): Word[] {
  const words: Word[] = [{ text: kindOf(tag.road_user).name, weight: 650, opacity: 1 }];
  if (tag.parked) words.push({ text: ' parked', weight: 450, opacity: 1 });
  else {
    words.push({ text: ` ${tag.tag}`, weight: 450, opacity: 1 });
    if (!terse) words.push({ text: ` ${Math.round(tag.confidence * 100)}%`, weight: 450, opacity: 0.72 });
  }
  return words;
}

const widths = new Map<string, number>();

function measure(ctx: CanvasRenderingContext2D, word: Word, size: number): number {
  const key = `${word.weight} ${size} ${word.text}`;
  let width = widths.get(key);
  if (width === undefined) {
    ctx.font = `${word.weight} ${size}px ${FONT}`;
    width = ctx.measureText(word.text).width;
    if (widths.size > 4000) widths.clear();
    widths.set(key, width);
  }
  return width;
}

function boxOf(tag: Tag, area: Rect): Rect {
  const [x1, y1, x2, y2] = tag.box;
  return { x: area.x + x1 * area.w, y: area.y + y1 * area.h, w: (x2 - x1) * area.w, h: (y2 - y1) * area.h };
}

const colourOf = (tag: Tag): string => (tag.parked ? PARKED : kindOf(tag.road_user).bright);

function paintEmpty(ctx: CanvasRenderingContext2D, area: Rect): void {
  ctx.fillStyle = '#0e141b';
  ctx.fillRect(area.x, area.y, area.w, area.h);
  ctx.strokeStyle = 'rgba(170, 182, 194, 0.10)';
  ctx.lineWidth = 1;
  ctx.beginPath();
  for (let i = 1; i < 12; i++) {
    ctx.moveTo(area.x + (area.w * i) / 12, area.y);
    ctx.lineTo(area.x + (area.w * i) / 12, area.y + area.h);
    ctx.moveTo(area.x, area.y + (area.h * i) / 12);
    ctx.lineTo(area.x + area.w, area.y + (area.h * i) / 12);
  }
  ctx.stroke();
}

/** Stroke the current path twice: a dark casing that stands out on bright ground, then the line itself. */
export function strokeCased(ctx: CanvasRenderingContext2D, colour: string, width: number, dash: readonly number[] = []): void {
  ctx.setLineDash([...dash]);
  ctx.lineWidth = width + 2;
  ctx.strokeStyle = 'rgba(5, 8, 12, 0.55)';
  ctx.stroke();
  ctx.lineWidth = width;
  ctx.strokeStyle = colour;
  ctx.stroke();
  ctx.setLineDash([]);
}

function paintBox(ctx: CanvasRenderingContext2D, { x, y, w, h }: Rect, tag: Tag): void {
  ctx.beginPath();
  ctx.roundRect(x, y, w, h, 3);
  strokeCased(ctx, colourOf(tag), tag.parked ? 1 : 2, tag.seen ? [] : [5, 4]);
}

function paintLabel(ctx: CanvasRenderingContext2D, label: PlacedLabel, tag: Tag, words: readonly Word[], size: number): void {
  const colour = colourOf(tag);
  const filled = tag.seen && !tag.parked;
  ctx.beginPath();
  ctx.roundRect(label.x, label.y, label.w, label.h, 3);
  ctx.fillStyle = filled ? colour : PLATE;
  ctx.fill();
  if (!tag.seen) {
    ctx.setLineDash([3, 2]);
    ctx.lineWidth = 1;
    ctx.strokeStyle = colour;
    ctx.stroke();
    ctx.setLineDash([]);
  }
  ctx.textBaseline = 'middle';
  ctx.textAlign = 'left';
  ctx.fillStyle = filled ? INK : colour;
  let x = label.x + 4.5;
  for (const word of words) {
    ctx.globalAlpha = word.opacity;
    ctx.font = `${word.weight} ${size}px ${FONT}`;
    ctx.fillText(word.text, x, label.y + label.h / 2 + 0.5);
    x += measure(ctx, word, size);
  }
  ctx.globalAlpha = 1;
}

function trace(ctx: CanvasRenderingContext2D, points: readonly Point[], closed: boolean): void {
  ctx.beginPath();
  for (const [i, [x, y]] of points.entries()) if (i === 0) ctx.moveTo(x, y); else ctx.lineTo(x, y);
  if (closed) ctx.closePath();
}

function outlineZone(ctx: CanvasRenderingContext2D, polygon: readonly Point[]): void {
  trace(ctx, polygon, true);
  ctx.fillStyle = 'rgba(244, 247, 250, 0.07)';
  ctx.fill();
  strokeCased(ctx, 'rgba(244, 247, 250, 0.85)', 1.25, [7, 5]);
}

function paintZoneName(ctx: CanvasRenderingContext2D, zone: ZoneView, polygon: readonly Point[], area: Rect, size: number): Rect {
  const top = polygon.reduce((best, point) => (point[1] < best[1] ? point : best), polygon[0] ?? [area.x, area.y]);
  const words = [
    { text: zone.name, colour: MUTED, weight: 500 },
    { text: ` ${zone.present}`, colour: PALE, weight: 700 },
  ];
  return paintChip(ctx, chipAt(ctx, top[0], top[1] + size, area, size, words), size, words);
}

/** Where along a line its arrows may stand, the best first. */
const ALONG = [0.5, 0.4, 0.6, 0.3, 0.7, 0.2, 0.8, 0.1, 0.9];

/**
 * A count line, an arrow for each direction, and the running volume at the arrow's head. The first direction passes from the left
 * hand to the right hand of a walker from the first point to the second; in a picture (y down) the right hand is (-dy, dx).
 * The arrows stand where the plates at their heads cover none of those `taken`. Returns the plates.
 */
function paintLine(
  ctx: CanvasRenderingContext2D,
  line: LineView,
  at: (p: Point) => Point,
  area: Rect,
  size: number,
  taken: readonly Rect[],
): Rect[] {
  const [a, b] = [at(line.points[0]), at(line.points[1])];
  trace(ctx, [a, b], false);
  ctx.lineCap = 'round';
  strokeCased(ctx, PALE, 2.5);
  for (const [x, y] of [a, b]) {
    ctx.beginPath();
    ctx.arc(x, y, 4, 0, 2 * Math.PI);
    strokeCased(ctx, PALE, 1.5);
    ctx.fillStyle = INK;
    ctx.fill();
  }
  const [dx, dy] = [b[0] - a[0], b[1] - a[1]];
  const length = Math.hypot(dx, dy) || 1;
  const arrow = area.w < NARROW_PX ? SHORT_ARROW_PX : ARROW_PX;
  const plates = line.directions.map((direction, i) => {
    const hand = i === 0 ? 1 : -1;
    const normal: Point = [(-dy / length) * hand, (dx / length) * hand];
    const words = volumeWords(direction, line.volumes[direction] ?? {}, area);
    const half = chipWidth(ctx, words, size) / 2;
    const reach = arrow + 6 + Math.abs(normal[0]) * half + Math.abs(normal[1]) * (size / 2 + 4);
    const plate = (t: number): Rect =>
      chipAt(ctx, a[0] + dx * t + normal[0] * reach, a[1] + dy * t + normal[1] * reach, area, size, words);
    return { normal, words, plate };
  });
  const t = ALONG.reduce((best, where) => {
    const covered = (at: number): number => plates.reduce((sum, { plate }) => sum + overlapAll(plate(at), taken), 0);
    return covered(where) < covered(best) ? where : best;
  });
  const chips = plates.map(({ normal, words, plate }) => {
    paintArrow(ctx, [a[0] + dx * t, a[1] + dy * t], normal, arrow);
    return paintChip(ctx, plate(t), size, words);
  });
  const name = [{ text: line.name, colour: PALE, weight: 600 }];
  const aside = 8 + chipWidth(ctx, name, size) / 2;
  const free = [a, b]
    .flatMap(([x, y]) => [1, -1].flatMap((up) => [1, -1].map((right) => [x + right * aside, y - up * (size + 6)] as const)))
    .map(([x, y]) => chipAt(ctx, x, y, area, size, name))
    .find((plate) => overlapAll(plate, [...taken, ...chips]) === 0);
  if (free !== undefined) chips.push(paintChip(ctx, free, size, name));
  return chips;
}

/** "westbound 12" and a dot for each kind in it; on a small picture the number alone, whose direction the arrow shows. */
function volumeWords(direction: string, volumes: Readonly<Record<string, number>>, area: Rect): ChipWord[] {
  const number: ChipWord = { text: `${total(volumes)}`, colour: PALE, weight: 750 };
  if (area.w < NARROW_PX) return [number];
  const words: ChipWord[] = [{ text: `${direction}  `, colour: MUTED, weight: 500 }, number];
  return [...words, ...listed(volumes).map(([kind]) => ({ text: ' ●', colour: kindOf(kind).bright, weight: 500 }))];
}

function paintArrow(ctx: CanvasRenderingContext2D, [x, y]: Point, [nx, ny]: Point, length: number): void {
  const [tx, ty] = [x + nx * length, y + ny * length];
  ctx.beginPath();
  ctx.moveTo(x, y);
  ctx.lineTo(tx - nx * 7, ty - ny * 7);
  strokeCased(ctx, PALE, 2.5);
  ctx.beginPath();
  ctx.moveTo(tx, ty);
  ctx.lineTo(tx - nx * 10 - ny * 6, ty - ny * 10 + nx * 6);
  ctx.lineTo(tx - nx * 10 + ny * 6, ty - ny * 10 - nx * 6);
  ctx.closePath();
  strokeCased(ctx, PALE, 1);
  ctx.fillStyle = PALE;
  ctx.fill();
}

interface ChipWord {
  readonly text: string;
  readonly colour: string;
  readonly weight: number;
}

const chipWidth = (ctx: CanvasRenderingContext2D, words: readonly ChipWord[], size: number): number =>
  words.reduce((sum, word) => sum + measure(ctx, { ...word, opacity: 1 }, size), 0) + 12;

/** The plate for words around (x, y), kept inside the picture. */
function chipAt(ctx: CanvasRenderingContext2D, x: number, y: number, area: Rect, size: number, words: readonly ChipWord[]): Rect {
  const [w, h] = [chipWidth(ctx, words, size), size + 8];
  return {
    x: Math.min(Math.max(x - w / 2, area.x + 2), area.x + area.w - w - 2),
    y: Math.min(Math.max(y - h / 2, area.y + 2), area.y + area.h - h - 2),
    w,
    h,
  };
}

/** Words on their dark plate. Returns the plate. */
function paintChip(ctx: CanvasRenderingContext2D, plate: Rect, size: number, words: readonly ChipWord[]): Rect {
  ctx.beginPath();
  ctx.roundRect(plate.x, plate.y, plate.w, plate.h, 4);
  ctx.fillStyle = PLATE;
  ctx.fill();
  ctx.textBaseline = 'middle';
  ctx.textAlign = 'left';
  let cursor = plate.x + 6;
  for (const word of words) {
    ctx.font = `${word.weight} ${size}px ${FONT}`;
    ctx.fillStyle = word.colour;
    ctx.fillText(word.text, cursor, plate.y + plate.h / 2 + 0.5);
    cursor += measure(ctx, { ...word, opacity: 1 }, size);
  }
  return plate;
}

function hatching(ctx: CanvasRenderingContext2D): CanvasPattern | null {
  const tile = document.createElement('canvas');
  tile.width = tile.height = 10;
  const pen = tile.getContext('2d');
  if (pen === null) return null;
  pen.strokeStyle = 'rgba(170, 182, 194, 0.5)';
  pen.lineWidth = 1.5;
  pen.beginPath();
  for (const shift of [-10, 0, 10]) {
    pen.moveTo(shift, 10);
    pen.lineTo(shift + 10, 0);
  }
  pen.stroke();
  return ctx.createPattern(tile, 'repeat');
}
