import { describe, expect, it } from 'vitest';

import { barOf, planOf } from './plan';
import type { CameraView } from './schema';
import { lastDay, matches, shares, toneOf, wordOf, worstFirst } from './states';

function camera(name: string, more: Partial<CameraView> = {}): CameraView {
  return { name, title: name, district: '', owner: '', kind_of_place: 'street', state: 'ok', paused: false, place: null, ...more } as CameraView;
}

describe('states', () => {
  it('puts the cameras that need somebody first', () => {
    const listed = worstFirst([camera('d'), camera('c', { state: null }), camera('b', { state: 'glare' }), camera('a', { state: 'frozen' })]);
    expect(listed.map(({ name }) => name)).toEqual(['a', 'b', 'c', 'd']);
  });

  it('tells paused from not looked at', () => {
    expect(wordOf({ state: null, paused: true })).toBe('paused');
    expect(wordOf({ state: null, paused: false })).toBe('not looked at');
    expect(toneOf('white_out')).toBe('bad');
  });

  it('finds a camera by all of the words typed', () => {
    const one = camera('a', { title: 'Mill Road', district: 'North', state: 'white_out' });
    expect(matches(one, 'mill white-out')).toBe(true);
    expect(matches(one, 'mill south')).toBe(false);
    expect(matches(one, '')).toBe(true);
  });

  it('leaves as none what nobody observed', () => {
    const share = shares({ ok: 450, frozen: 225 }, 900);
    expect(share).toEqual({ good: 0.5, warn: 0, bad: 0.25, none: 0.25 });
  });

  it('has a place for each quarter of the last day, whatever is on record', () => {
    const now = 1_790_000_100e9;
    const present = Math.floor(now / 900e9) * 900e9;
    const cells = [present - 96 * 900e9, present - 95 * 900e9, present - 900e9, present].map((start_ns) => ({ start_ns, seconds: { ok: 900 } }));
    const day = lastDay(cells, now);
    expect(day).toHaveLength(96);
    expect([day[0], day[1], day[94], day[95]]).toEqual([cells[1], null, cells[2], cells[3]]);
    expect(lastDay([], now).every((cell) => cell === null)).toBe(true);
  });
});

describe('plan', () => {
  const at = (longitude: number, latitude: number, heading: number | null = null) => ({
    point: [longitude, latitude] as [number, number],
    heading_deg: heading,
    field_of_view_deg: heading === null ? null : 60,
    reach_m: 50,
    height_m: null,
  });

  it('has north up and east to the right, in true proportion', () => {
    const plan = planOf([camera('sw', { place: at(0, 51) }), camera('ne', { place: at(0.02, 51.01) }), camera('nowhere')]);
    const [sw, ne] = plan.spots;
    if (sw === undefined || ne === undefined) throw new Error('two have a place');
    expect(plan.spots).toHaveLength(2);
    expect(ne.x).toBeGreaterThan(sw.x);
    expect(ne.y).toBeLessThan(sw.y);
    const ratio = (sw.y - ne.y) / (ne.x - sw.x);
    expect(ratio).toBeCloseTo(1113.2 / (2226.4 * Math.cos((51.005 * Math.PI) / 180)), 2);
  });

  it('draws a view only where it is known', () => {
    const plan = planOf([camera('a', { place: at(0, 51) }), camera('b', { place: at(0.01, 51, 90) })]);
    expect(plan.spots.map(({ view }) => view === '')).toEqual([true, false]);
  });

  it('has a scale of a round length', () => {
    for (const metresPerUnit of [0.3, 1, 4.7, 31]) {
      const length = barOf(metresPerUnit);
      expect([1, 2, 5]).toContain(Number(String(length).replace(/0+$|\.|^0\./g, '').charAt(0)));
      expect(length / metresPerUnit).toBeGreaterThan(85);
      expect(length / metresPerUnit).toBeLessThanOrEqual(220);
    }
  });
});
