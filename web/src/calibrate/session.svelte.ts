// The points of the page, and what the server says of them after every change.

import { numberOf } from './numbers';
import type { ClickedPoints, FittedView, Problem, SheetView, Written } from './schema';
import type { Point } from './view';

const WAIT_MS = 150; // of quiet, before a change is told
const RETRY_MS = 1000;

/** A point as it is edited: `at` of the picture (unit), `place` as it is typed, in the order of `labels`. */
export interface Edited {
  name: string;
  at: Point;
  place: [string, string];
}

export class Session {
  sheet = $state.raw<SheetView | null>(null);
  fitted = $state.raw<FittedView | null>(null);
  problem = $state.raw<Problem | null>(null);
  written = $state.raw<Written | null>(null);
  points = $state<Edited[]>([]);
  degrees = $state(true);
  chosen = $state(-1);
  /** Whether a change is not on the server's disk yet, and whether the server is away. */
  unsaved = $state(false);
  away = $state(false);
  turning = $state(false);
  #timer: ReturnType<typeof setTimeout> | undefined;
  #busy = false;

  constructor(readonly onPicture: () => void) {
    void this.#begin();
  }

  /** The labels of the two numbers of a place. Maps give the latitude first. */
  get labels(): readonly [string, string] {
    return this.degrees ? ['latitude', 'longitude'] : ['east, m', 'north, m'];
  }

  get placed(): number {
    return this.points.filter((point) => groundOf(point, this.degrees) !== null).length;
  }

  /** What is said of a point; null where it took no part. */
  reportOf(index: number): { off_m: number; left_out_m: number | null; expected_m: number | null; suspect: boolean } | null {
    const place = this.fitted?.used.indexOf(index) ?? -1;
    const told = place < 0 ? undefined : this.fitted?.report?.points[place];
    return told === undefined ? null : { off_m: told.residual_m, left_out_m: told.left_out_m, expected_m: told.expected_m, suspect: told.suspect };
  }

  add(at: Point): void {
    const taken = new Set(this.points.map(({ name }) => name));
    let number = this.points.length + 1;
    while (taken.has(`point ${number}`)) number += 1;
    this.points.push({ name: `point ${number}`, at, place: ['', ''] });
    this.chosen = this.points.length - 1;
    this.changed();
  }

  move(index: number, at: Point): void {
    const point = this.points[index];
    if (point === undefined) return;
    point.at = [clamp(at[0]), clamp(at[1])];
    this.changed();
  }

  nudge(dx_px: number, dy_px: number): void {
    const point = this.points[this.chosen];
    if (point === undefined || this.sheet === null) return;
    this.move(this.chosen, [point.at[0] + dx_px / this.sheet.size[0], point.at[1] + dy_px / this.sheet.size[1]]);
  }

  remove(index: number): void {
    if (this.points[index] === undefined) return;
    this.points.splice(index, 1);
    this.chosen = Math.min(this.chosen, this.points.length - 1);
    this.changed();
  }

  /** To be called after every change of a point. */
  changed(): void {
    this.unsaved = true;
    this.written = null;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#tell(), WAIT_MS);
  }

  /** Have another picture shown. */
  async turn(): Promise<void> {
    this.turning = true;
    if ((await this.#ask<SheetView>('turn', {})) !== null) this.onPicture();
    this.turning = false;
  }

  async write(): Promise<void> {
    if (this.unsaved) return;
    this.written = await this.#ask<Written>('write', {});
  }

  #clicked(): ClickedPoints {
    return {
      degrees: this.degrees,
      points: this.points.map((point) => ({ name: point.name.trim(), at_unit: [...point.at], ground: groundOf(point, this.degrees) })),
    };
  }

  async #begin(): Promise<void> {
    const sheet = await this.#ask<SheetView>('sheet');
    if (sheet === null) return;
    this.sheet = sheet;
    this.fitted = sheet.fitted;
    this.degrees = sheet.clicked.degrees;
    this.points = sheet.clicked.points.map(({ name, at_unit, ground }) => ({ name, at: at_unit, place: typed(ground, sheet.clicked.degrees) }));
    this.onPicture();
  }

  async #tell(): Promise<void> {
    if (this.#busy) return; // what is under way tells again when it ends
    this.#busy = true;
    for (let before = ''; this.unsaved; ) {
      const clicked = this.#clicked();
      const now = JSON.stringify(clicked);
      if (now === before) {
        this.unsaved = false;
        break;
      }
      const fitted = await this.#ask<FittedView>('points', clicked);
      if (fitted === null && !this.away) break; // refused; it stays unsaved until it is changed
      if (fitted === null) await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
      else [before, this.fitted] = [now, fitted];
    }
    this.#busy = false;
  }

  /** Ask the server; null where it refuses (`problem` says why) or does not answer (`away`). */
  async #ask<T>(path: string, body?: unknown): Promise<T | null> {
    const how = { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) };
    try {
      const answer = await fetch(`/api/v1/calibrate/${path}`, body === undefined ? {} : how);
      this.away = false;
      const told: unknown = await answer.json().catch(() => ({ message: answer.statusText, remedy: '' }));
      this.problem = answer.ok ? null : (told as Problem);
      return answer.ok ? (told as T) : null;
    } catch {
      this.away = true;
      return null;
    }
  }
}

/** A place as the server takes it, longitude or east first; null while it is not whole. */
function groundOf({ place }: Edited, degrees: boolean): [number, number] | null {
  const [first, second] = [numberOf(place[0]), numberOf(place[1])];
  if (first === null || second === null) return null;
  return degrees ? [second, first] : [first, second];
}

function typed(ground: readonly [number, number] | null, degrees: boolean): [string, string] {
  if (ground === null) return ['', ''];
  return degrees ? [String(ground[1]), String(ground[0])] : [String(ground[0]), String(ground[1])];
}

const clamp = (value: number): number => Math.min(Math.max(value, 0), 1);
