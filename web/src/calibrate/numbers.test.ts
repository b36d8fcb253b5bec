import { expect, test } from 'vitest';

import { numberOf, pairOf } from './numbers';

test.each([
  ['51.5', 51.5],
  [' -0,12683 ', -0.12683],
  ['12', 12],
  ['+3.', 3],
  ['1e-3', 0.001],
])('%s is a number', (text, value) => expect(numberOf(text)).toBe(value));

test.each(['', '  ', 'x', '1,2,3', '1.2.3', '51.5 N', '--1', 'Infinity', '1e999'])('%s is none', (text) => expect(numberOf(text)).toBeNull());

test.each([
  ['51.50072, -0.12683', ['51.50072', '-0.12683']],
  ['(51.5; 0.1)', ['51.5', '0.1']],
  ['12\t7', ['12', '7']],
])('%s is a pair', (text, pair) => expect(pairOf(text)).toEqual(pair));

test.each(['51.5', '51,5', '1, 2, 3', 'a, b', '', '51.5, x'])('%s is no pair', (text) => expect(pairOf(text)).toBeNull());
