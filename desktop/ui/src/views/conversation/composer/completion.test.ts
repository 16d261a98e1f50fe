import { expect, test } from 'vitest';
import { fits, step, wanted, whole } from './completion';

const at = (text: string) => wanted(text, text.length);

test('an emoji is wanted after a colon and two letters, where a word could begin', () => {
  expect(at('so :ta')).toEqual({ kind: 'emoji', from: 3, to: 6, query: 'ta' });
  expect(at(':+1')).toMatchObject({ from: 0, query: '+1' });
  expect(at('🎉:ta')).toMatchObject({ from: 2 });
  expect(at('so :t')).toBeNull();
  expect(at('at 12:30')).toBeNull();
  expect(at('https://x')).toBeNull();
});

test('only what stands before the caret counts', () => {
  expect(wanted('so :tada', 6)).toMatchObject({ query: 'ta', to: 6 });
  expect(wanted('so :tada', 2)).toBeNull();
});

test('somebody is wanted after an at sign, with spaces in the name', () => {
  expect(at('hi @')).toMatchObject({ kind: 'mention', from: 3, query: '' });
  expect(at('@Anna Ma')).toMatchObject({ from: 0, query: 'anna ma' });
  expect(at('me@example')).toBeNull();
});

test('a whole name needs no list', () => {
  expect(whole('so :tada:', 9)).toEqual({ kind: 'emoji', from: 3, to: 9, query: 'tada' });
  expect(whole('so :tada', 8)).toBeNull();
});

test('a name fits from the beginning of each of its words', () => {
  expect(fits('Anna Maria Berg', 'ma')).toBe(true);
  expect(fits('Anna Maria Berg', 'anna m')).toBe(true);
  expect(fits('Anna', 'nna')).toBe(false);
});

test('the list goes round', () => {
  expect(step(2, 1, 3)).toBe(0);
  expect(step(0, -1, 3)).toBe(2);
  expect(step(0, 1, 0)).toBe(0);
});
