import { beforeEach, expect, test } from 'vitest';
import lines from 'virtual:emoji';
import { AllEmoji, GROUPS, parse, tone, use, used } from './emoji';
import { COLUMNS, layOut, move } from './grid';

const everything = new AllEmoji(parse(lines, () => true));
const first = (text: string) => everything.search(text)[0]?.emoji;

beforeEach(() => localStorage.clear());

test('all groups have emoji, each of them once', () => {
  for (const group of GROUPS.keys()) {
    expect(everything.all.filter((one) => one.group === group).length).toBeGreaterThan(80);
  }
  expect(new Set(everything.all.map((one) => one.emoji)).size).toBe(everything.all.length);
  expect(everything.all.every((one) => one.code !== '' && one.name !== '')).toBe(true);
});

test('those that a font may lack are there if it has them', () => {
  expect(parse(lines, () => false).length).toBeLessThan(everything.all.length);
});

test('they are found by code, name and words', () => {
  expect(first(':tada')).toBe('🎉');
  expect(first('thumbs up')).toBe('👍');
  expect(first('+1')).toBe('👍');
  expect(everything.search('lol').map((one) => one.emoji)).toContain('😂');
  expect(first('party pop')).toBe('🎉');
  expect(first('🎉')).toBe('🎉');
  expect(everything.search('qqqqq')).toEqual([]);
  expect(everything.search('  ')).toEqual([]);
});

test('one that was used lately comes first', () => {
  expect(first('heart')).toBe('❤️');
  use('💜');
  expect(first('heart')).toBe('💜');
  expect(used()[0]).toBe('💜');
  expect(everything.recent()[0]?.emoji).toBe('💜');
});

test('what was kept and is none is left out', () => {
  localStorage.setItem('emoji-used', '{"a":');
  expect(used()[0]).toBe('👍');
});

test('tones of skin go behind the hand, and behind each person', () => {
  const toned = (code: string, of: number) => tone(everything.named(code)!, of);
  expect(toned('thumbsup', 3)).toBe('👍🏽');
  expect(toned('thumbsup', 0)).toBe('👍');
  expect(toned('tada', 3)).toBe('🎉');
  expect(toned('wave', 5)).toBe('👋🏿');
  expect(toned('v', 1)).toBe('✌🏻');
  expect(everything.all.filter((one) => one.toning > 0).length).toBeGreaterThan(250);
});

test('the arrows keep the column, from one group to the next', () => {
  const some = everything.all.slice(0, 30);
  const grid = layOut([
    { title: 'a', emoji: some.slice(0, COLUMNS + 2) },
    { title: 'b', emoji: some.slice(COLUMNS + 2) },
  ]);
  expect(move(grid, 5, 'below')).toBe(COLUMNS + 1);
  expect(move(grid, 1, 'below')).toBe(COLUMNS + 1);
  expect(move(grid, COLUMNS + 1, 'below')).toBe(COLUMNS + 3);
  expect(move(grid, COLUMNS + 3, 'above')).toBe(COLUMNS + 1);
  expect(move(grid, 0, 'above')).toBe(0);
  expect(move(grid, 29, 'below')).toBe(29);
  expect(move(grid, 29, 'behind')).toBe(29);
  expect(move(grid, 0, 'before')).toBe(0);
});
