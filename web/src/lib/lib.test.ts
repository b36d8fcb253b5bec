import { readFileSync } from 'node:fs';

import { describe, expect, it } from 'vitest';

import { moduleOf } from '../../scripts/types.mjs';
import { listed, sentence } from './kinds';
import { retryDelay } from './live.svelte';
import { decodeMessage } from './message';
import type { Row } from './schema';
import { columnsOf, sinceObserved, stack } from './series';
import { clockTime, duration, hourMinute, median } from './time';

function message(header: unknown, jpeg: number[]): ArrayBuffer {
  const head = new TextEncoder().encode(JSON.stringify(header));
  const data = new Uint8Array(4 + head.length + jpeg.length);
  new DataView(data.buffer).setUint32(0, head.length);
  data.set(head, 4);
  data.set(jpeg, 4 + head.length);
  return data.buffer;
}

describe('messages', () => {
  it('fall into a header and a picture', () => {
    const { header, jpeg } = decodeMessage(message({ stream: 'Straße' }, [255, 216, 7]));
    expect(header.stream).toBe('Straße');
    expect([...jpeg]).toEqual([255, 216, 7]);
  });

  it('have no picture when it is withheld', () => {
    expect(decodeMessage(message({}, [])).jpeg).toHaveLength(0);
  });

  it('are refused when cut short', () => {
    expect(() => decodeMessage(message({ stream: 'a' }, []).slice(0, 9))).toThrow(RangeError);
    expect(() => decodeMessage(new ArrayBuffer(2))).toThrow(RangeError);
  });
});

describe('reconnecting', () => {
  it('waits longer each time, up to ten seconds', () => {
    expect([0, 1, 2, 9].map((attempt) => retryDelay(attempt, 1))).toEqual([500, 1000, 2000, 10_000]);
    expect(retryDelay(0, 0)).toBe(400);
  });
});

describe('kinds', () => {
  it('are listed in one order, without those not counted, and unknown ones last', () => {
    expect(listed({ tram: 1, bus: 2, pedestrian: 3, car: 0 })).toEqual([['pedestrian', 3], ['bus', 2], ['tram', 1]]);
  });

  it('are read aloud in the right number', () => {
    expect(sentence({ car: 2, bus: 1 })).toBe('2 cars, 1 bus');
  });
});

describe('chart', () => {
  const row = (start: number, cells: Row['cells']): Row => ({ start_ns: start, end_ns: start + 60e9, starts: '', observed: 1, final: true, cells, backing: null });

  it('stacks the kinds of one rule and leaves the unobserved empty', () => {
    const columns = columnsOf([{ rule: 'a', direction: 'in' }, { rule: 'b', direction: 'in' }, { rule: 'a', direction: 'out' }], 'a');
    const { x, kinds, tops, volumes } = stack([
      row(0, [{ volume: 3, road_users: { car: 2, bus: 1 }, bounds: null }, { volume: 9, road_users: { van: 9 }, bounds: null }, { volume: 1, road_users: { car: 1 }, bounds: null }]),
      row(60e9, [{ volume: null, road_users: {}, bounds: null }, { volume: 1, road_users: { car: 1 }, bounds: null }, { volume: null, road_users: {}, bounds: null }]),
      row(120e9, [{ volume: 0, road_users: {}, bounds: null }, { volume: null, road_users: {}, bounds: null }, { volume: null, road_users: {}, bounds: null }]),
    ], columns);
    expect(x).toEqual([30, 90, 150]);
    expect(kinds).toEqual(['car', 'bus']);
    expect(tops).toEqual([[3, null, 0], [4, null, 0]]);
    expect(volumes[1]).toBeNull();
  });
});

describe('tables', () => {
  it('begin with the first row that was observed, and keep the unobserved ones after it', () => {
    const rows = [0, 0.4, 0, 1].map((observed, i): Row => ({ start_ns: i, end_ns: i + 1, starts: '', observed, final: true, cells: [], backing: null }));
    const table = { stream: 's', timezone: 'UTC', interval_s: 900, columns: [], rows };
    expect(sinceObserved(table).rows.map(({ observed }) => observed)).toEqual([0.4, 0, 1]);
    expect(sinceObserved({ ...table, rows: rows.slice(0, 1) }).rows).toEqual([]);
  });
});

describe('time', () => {
  it('is the civil time of the stream, on both sides of a clock change', () => {
    const beforeMs = Date.UTC(2026, 9, 25, 0, 30); // the last half hour of summer time in London
    expect(hourMinute(beforeMs * 1e6, 'Europe/London')).toBe('01:30');
    expect(hourMinute((beforeMs + 3_600_000) * 1e6, 'Europe/London')).toBe('01:30');
    expect(clockTime(beforeMs * 1e6, 'Asia/Kathmandu')).toBe('06:15:00');
  });

  it('is told in words', () => {
    expect([4.4, 61, 11_100].map(duration)).toEqual(['4 s', '1 min', '3 h 05 min']);
    expect(median([])).toBeNull();
    expect(median([9, 1, 5])).toBe(5);
  });
});

describe('types', () => {
  it.each([['schema.json', 'src/lib/schema.ts'], ['truth-schema.json', 'src/truth/schema.ts']])('are those of %s', (from, to) => {
    const openapi: unknown = JSON.parse(readFileSync(from, 'utf8'));
    expect(readFileSync(to, 'utf8')).toBe(moduleOf(openapi, from));
  });
});
