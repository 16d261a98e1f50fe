import { expect, it } from 'vitest';
import { moved, weeks } from './calendar';

const text = (day: { year: number; month: number; day: number }) =>
  `${day.year}-${day.month + 1}-${day.day}`;

it('a month has whole weeks, which begin where the language has them begin', () => {
  const march = weeks({ year: 2026, month: 2, day: 15 }, 1);
  expect(march.map((week) => week.length)).toEqual([7, 7, 7, 7, 7, 7]);
  expect(text(march[0]![0]!)).toBe('2026-2-23');
  expect(text(march[5]![6]!)).toBe('2026-4-5');
  expect(text(weeks({ year: 2026, month: 2, day: 1 }, 0)[0]![0]!)).toBe('2026-3-1');
  expect(weeks({ year: 2027, month: 1, day: 1 }, 1)).toHaveLength(4);
});

it('a step over the end of a month ends in the next, a month that is shorter ends earlier', () => {
  expect(text(moved({ year: 2026, month: 11, day: 31 }, { days: 1 }))).toBe('2027-1-1');
  expect(text(moved({ year: 2026, month: 2, day: 31 }, { months: -1 }))).toBe('2026-2-28');
  expect(text(moved({ year: 2026, month: 0, day: 31 }, { months: -1 }))).toBe('2025-12-31');
});
