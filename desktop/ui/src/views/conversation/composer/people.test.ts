import { expect, test } from 'vitest';
import { found, mentionsIn } from './people';

const anna = { text: '@Anna', account: 'aa' };
const maria = { text: '@Anna Maria', account: 'bb' };

test('people are found as whole words, the longest name first', () => {
  const text = '😀 @Anna Maria, @Anna and @Annabel, me@Anna';
  expect(mentionsIn(text, [anna, maria])).toEqual([
    { start: 2, length: 11, account: 'bb' },
    { start: 15, length: 5, account: 'aa' },
  ]);
});

test('of two with one name the first is meant', () => {
  expect(found('@Anna', [{ text: '@Anna', account: 'cc' }, anna])).toMatchObject([{ account: 'cc' }]);
});

test('nobody is found in nothing', () => {
  expect(mentionsIn('', [anna])).toEqual([]);
  expect(mentionsIn('@', [{ text: '', account: 'aa' }])).toEqual([]);
});
