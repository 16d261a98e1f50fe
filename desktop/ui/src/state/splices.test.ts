import { expect, test } from 'vitest';
import { apply } from './splices';

test('changes are done one after the other, and the list before stays as it was', () => {
  const before = ['a', 'b', 'c'];
  const after = apply(before, [
    { splice: { index: 1, removed: 1, inserted: ['x', 'y'] } },
    { splice: { index: 3, removed: 1, inserted: [] } },
  ]);
  expect(after).toEqual(['a', 'x', 'y']);
  expect(before).toEqual(['a', 'b', 'c']);
  expect(apply(after, [{ reset: { items: ['z'] } }])).toEqual(['z']);
});
