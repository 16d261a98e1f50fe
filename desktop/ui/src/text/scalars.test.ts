import { expect, test } from 'vitest';
import { length, toScalars, toUnits } from './scalars';

test('places in a text with astral characters are the same in both counts', () => {
  const text = 'a👍🏽b😀c';
  expect(length(text)).toBe(6);
  for (let scalars = 0; scalars <= length(text); scalars += 1) {
    expect(toScalars(text, toUnits(text, scalars))).toBe(scalars);
  }
  expect(text.slice(toUnits(text, 3), toUnits(text, 4))).toBe('b');
  expect(toUnits(text, 99)).toBe(text.length);
});
