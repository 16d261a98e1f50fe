import { expect, test } from 'vitest';
import { snippet } from './snippet';

const shown = (text: string, ranges: [number, number][]) =>
  snippet(
    text,
    ranges.map(([start, end]) => ({ start, end })),
  )
    .map(({ text: piece, found }) => (found ? `[${piece}]` : piece))
    .join('');

test('what was found is told apart', () => {
  expect(shown('one two three two', [[4, 7], [14, 17]])).toBe('one [two] three [two]');
  expect(shown('two', [[0, 3]])).toBe('[two]');
  expect(shown('nothing', [])).toBe('nothing');
});

test('ranges are counted in scalar values', () => {
  expect(shown('😀😀 fog 😀', [[3, 6]])).toBe('😀😀 [fog] 😀');
});

test('a hit far into a text is shown with a little before it, from a word on', () => {
  const text = `${'word '.repeat(40)}needle and more`;
  const at = text.indexOf('needle');
  expect(shown(text, [[at, at + 6]])).toBe('…word word word word word word [needle] and more');
});

test('a text without spaces is cut between letters', () => {
  const text = `${'😀'.repeat(60)}x`;
  const result = shown(text, [[60, 61]]);
  expect(result).toBe(`…${'😀'.repeat(16)}[x]`);
  expect(shown(`a${'😀'.repeat(60)}x`, [[61, 62]])).not.toMatch(/[\ud800-\udfff]/u);
});

test('a long text ends with dots, a range over the end is cut', () => {
  const result = shown('a'.repeat(500), [[0, 400]]);
  expect(result).toBe(`[${'a'.repeat(220)}]…`);
});

test('lines become one line', () => {
  expect(shown('one\n\n two\tthree', [[6, 9]])).toBe('one [two] three');
});
