import { expect, test } from 'vitest';

import { inWords, lasting } from './incidents';
import type { IncidentView } from './schema';

const one: IncidentView = {
  incident: 'a', kind: 'stopped_vehicle', revision: 1, open: true, marks: [], place: 'lane 1', place_m: [0, 0], place_unit: [0.5, 0.5],
  road_user: 'car', severity: 'medium', reason: 'stands', opened_ns: 0, closed_ns: null,
};

test('a kind is told in words', () => expect(inWords(one.kind)).toBe('Stopped vehicle'));

test('what is over, or was said to be none, is not shown on the picture', () => {
  const over: IncidentView = { ...one, open: false, closed_ns: 1 };
  const known: IncidentView = { ...one, marks: ['acknowledged'] };
  const none: IncidentView = { ...one, marks: ['acknowledged', 'false'] };
  expect(lasting([one, over, known, none])).toEqual([one, known]);
});
