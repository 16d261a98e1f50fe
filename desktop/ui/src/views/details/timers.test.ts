import { expect, test } from 'vitest';
import { muteName } from './mutes';
import { inSeconds, inUnit, MOST, timerChoices, timerName, TIMERS } from './timers';

const plain = (text: string) => text.replaceAll(/[\u2068\u2069]/gu, '');

test('each choice has a name', () => {
  expect(TIMERS.map((seconds) => plain(timerName(seconds)))).toEqual([
    'Off',
    '5 minutes',
    '1 hour',
    '8 hours',
    '1 day',
    '1 week',
    '4 weeks',
  ]);
});

test('what somebody else has set is one of the choices', () => {
  expect(timerChoices(0)).toEqual([...TIMERS]);
  expect(timerChoices(90)).toEqual([0, 90, ...TIMERS.slice(1)]);
});

test('a length is typed in a unit and comes back in it', () => {
  expect(inSeconds(' 2 ', 'day')).toBe(172_800);
  expect(inUnit(172_800)).toEqual({ count: 2, unit: 'day' });
  expect(inUnit(90)).toEqual({ count: 90, unit: 'second' });
  expect(inSeconds('365', 'day')).toBe(MOST);
  for (const bad of ['', '0', '-1', '1.5', 'x', '1e9']) expect(inSeconds(bad, 'day')).toBeNull();
});

test('muted is told until when', () => {
  const now = new Date(2024, 4, 3, 12).getTime();
  expect(plain(muteName(0, now))).toBe('Not muted');
  expect(plain(muteName(now + 3_600_000, now))).toMatch(/^Muted until .*1/u);
  expect(plain(muteName(Number.MAX_SAFE_INTEGER, now))).toBe('Muted until you turn it on again');
});
