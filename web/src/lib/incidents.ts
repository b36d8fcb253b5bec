// What the page says of incidents.

import { fit, strokeCased, type View } from './draw';
import type { IncidentView } from './schema';

const ALARM = '#ff7066';
const KNOWN = '#f5b83d';
const RING_PX = 16;
const FONT = '600 12px ui-sans-serif, system-ui, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif';

/** 'stopped_vehicle' as words. */
export const inWords = (kind: string): string => {
  const words = kind.replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
};

/** Those to be shown on the picture: they last, and nobody said that they are none. */
export const lasting = (incidents: readonly IncidentView[]): readonly IncidentView[] =>
  incidents.filter((one) => one.open && !one.marks.includes('false'));

/** A ring where each incident is, with its kind. */
export function paintIncidents({ ctx, width, height }: View, size: readonly [number, number], incidents: readonly IncidentView[]): void {
  const area = fit(size, width, height);
  for (const one of lasting(incidents)) {
    const [x, y] = [area.x + one.place_unit[0] * area.w, area.y + one.place_unit[1] * area.h];
    const colour = one.marks.includes('acknowledged') ? KNOWN : ALARM;
    ctx.beginPath();
    ctx.arc(x, y, RING_PX, 0, 2 * Math.PI);
    strokeCased(ctx, colour, 3);
    ctx.font = FONT;
    const words = inWords(one.kind);
    const wide = ctx.measureText(words).width + 12;
    const left = Math.min(Math.max(x - wide / 2, area.x + 2), area.x + area.w - wide - 2);
    const top = Math.max(y - RING_PX - 24, area.y + 2);
    ctx.beginPath();
    ctx.roundRect(left, top, wide, 20, 4);
    ctx.fillStyle = 'rgba(8, 12, 18, 0.86)';
    ctx.fill();
    ctx.textBaseline = 'middle';
    ctx.textAlign = 'left';
    ctx.fillStyle = colour;
    ctx.fillText(words, left + 6, top + 10.5);
  }
}
