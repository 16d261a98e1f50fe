import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { clockTime, dayName, daysAgo, fullTime, shortTime } from './times';

const now = new Date(2026, 4, 14, 9, 30).getTime();
const at = (day: number, hour = 14, minute = 5, month = 4, year = 2026) =>
  new Date(year, month, day, hour, minute).getTime();

function speaking(language: string): void {
  vi.spyOn(navigator, 'language', 'get').mockReturnValue(language);
}

beforeEach(() => speaking('en-GB'));
afterEach(() => vi.restoreAllMocks());

test('a row says as little as is clear', () => {
  expect(shortTime(at(14, 8), now)).toBe('08:05');
  expect(shortTime(at(14, 0, 0), now)).toBe('00:00');
  expect(shortTime(at(13, 23, 59), now)).toBe('Yesterday');
  expect(shortTime(at(12), now)).toBe('Tue');
  expect(shortTime(at(8), now)).toBe('Fri');
  expect(shortTime(at(7), now)).toBe('7 May');
  expect(shortTime(at(31, 12, 0, 11, 2025), now)).toBe('31/12/2025');
});

test('the language and the clock are the person\'s', () => {
  speaking('de-DE');
  expect(shortTime(at(13), now)).toBe('Gestern');
  expect(shortTime(at(14, 18), now)).toBe('18:05');
  expect(shortTime(at(31, 12, 0, 11, 2025), now)).toBe('31.12.2025');
  speaking('en-US');
  expect(clockTime(at(14, 18)).replace(/\s/u, ' ')).toBe('6:05 PM');
});

test('a system without a language has one that most can read', () => {
  speaking('C');
  expect(shortTime(at(14, 18), now)).toBe('18:05');
  expect(shortTime(at(13), now)).toBe('Yesterday');
});

test('what is ahead of the own clock has a date, not a name of the past', () => {
  expect(daysAgo(at(15), now)).toBe(-1);
  expect(shortTime(at(15), now)).toBe('15 May');
  expect(shortTime(now + 60_000, now)).toBe('09:31');
});

test('a day has a name', () => {
  expect(dayName(at(14), now)).toBe('Today');
  expect(dayName(at(13), now)).toBe('Yesterday');
  expect(dayName(at(9), now)).toBe('Saturday');
  expect(dayName(at(1), now)).toMatch(/^Friday,? 1 May$/u);
  expect(dayName(at(1, 1, 1, 4, 2024), now)).toMatch(/^Wednesday,? 1 May 2024$/u);
  expect(fullTime(at(14))).toContain('14:05');
});

test('days are counted by the calendar, not by hours', () => {
  expect(daysAgo(at(13, 23, 59), at(14, 0, 1))).toBe(1);
  expect(daysAgo(at(28, 12, 0, 2), at(30, 1, 0, 2))).toBe(2);
});
