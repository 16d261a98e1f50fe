import { expect, test } from 'vitest';
import { readMarkup } from '../../../text/markup';
import { has, toggle } from './format';

function applied(raw: string, from: number, to: number, style: Parameters<typeof toggle>[3]) {
  const { from: at, to: until, text, start, end } = toggle(raw, from, to, style);
  const made = raw.slice(0, at) + text + raw.slice(until);
  return { made, selected: made.slice(start, end) };
}

test('a style is put around what is selected, and taken away again', () => {
  const { made, selected } = applied('so good 😀 now', 3, 10, 'bold');
  expect(made).toBe('so **good 😀** now');
  expect(selected).toBe('good 😀');
  expect(applied(made, 5, 12, 'bold')).toEqual({ made: 'so good 😀 now', selected: 'good 😀' });
  expect(has(made, 5, 12, 'bold')).toBe(true);
  expect(has(made, 0, 12, 'bold')).toBe(false);
});

test('a part of it can be taken away', () => {
  expect(applied('**one two**', 2, 5, 'bold').made).toBe('one **two**');
});

test('styles lie inside each other', () => {
  expect(applied('**one two**', 2, 5, 'strike').made).toBe('**~~one~~ two**');
  const { made } = applied('word', 1, 3, 'italic');
  expect(readMarkup(made)).toMatchObject({ text: 'word', formats: [{ start: 1, length: 2, style: 'italic' }] });
});

test('with nothing selected a pair of markers stands around the caret, and goes again', () => {
  expect(toggle('a ', 2, 2, 'bold')).toEqual({ from: 2, to: 2, text: '****', start: 4, end: 4 });
  expect(toggle('a ****', 4, 4, 'bold')).toEqual({ from: 2, to: 6, text: '', start: 2, end: 2 });
});
