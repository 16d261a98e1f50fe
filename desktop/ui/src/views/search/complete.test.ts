import { expect, test } from 'vitest';
import type { Contact } from '../../ipc/generated';
import { matches } from '../../text/names';
import { begin, days, finish, named, unfinished } from './complete';

test('a filter at the end is unfinished', () => {
  expect(unfinished('from:')).toEqual({ filter: 'from', value: '', start: 0 });
  expect(unfinished('fog From:Bo')).toEqual({ filter: 'from', value: 'Bo', start: 4 });
  expect(unfinished('in:"Carol Nd')).toEqual({ filter: 'in', value: 'Carol Nd', start: 0 });
  for (const done of ['', 'fog', 'from:Bob ', 'in:"Carol Ndiaye"', 'therefrom:', 'from: x']) {
    expect(unfinished(done), done).toBeNull();
  }
});

test('a filter is written to its end', () => {
  const write = (text: string, value: string) => {
    const there = unfinished(text);
    return there && finish(text, there, value);
  };
  expect(write('fog from:B', 'Bob')).toBe('fog from:Bob ');
  expect(write('in:"Car', 'Carol Ndiaye')).toBe('in:"Carol Ndiaye" ');
  expect(begin('fog ', 'has:link')).toBe('fog has:link');
  expect(begin('', 'from:')).toBe('from:');
});

test('somebody whose name is not enough is named by the id', () => {
  const person = (name: string, account: string) => ({ name, account }) as Contact;
  const all = [person('Bob', 'b1'), person('bób', 'b2'), person('Al "Scar" X', 'a1'), person('Eve', 'e')];
  expect(all.map((there) => named(there, all))).toEqual(['b1', 'b2', 'a1', 'Eve']);
});

test('days are those of the calendar here', () => {
  const now = new Date(2026, 0, 3, 23, 59).getTime();
  expect(days(now).map(({ value }) => value)).toEqual([
    '2026-01-03',
    '2025-12-27',
    '2026-01-01',
    '2026-01-01',
  ]);
});

test('names are found by the beginnings of their words', () => {
  expect(matches('Carol Ndiaye', 'nd')).toBe(true);
  expect(matches('Zoë Müller-Lüdenscheidt', 'zoe lud')).toBe(true);
  expect(matches('Carol Ndiaye', 'arol')).toBe(false);
  expect(matches('Carol', '')).toBe(true);
});
