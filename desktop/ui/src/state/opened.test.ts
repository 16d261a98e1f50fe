import { expect, test } from 'vitest';
import { opened } from './opened';

test('what overtakes the answer comes after it, and all that follows in its order', async () => {
  const taken: string[] = [];
  let tell: (update: string) => void = () => undefined;
  const stream = await opened<string>(
    async (listener) => {
      tell = listener;
      listener('second');
      await Promise.resolve();
      listener('third');
      return { stream: 7, first: 'first' };
    },
    (update) => taken.push(update),
  );
  tell('fourth');
  expect(stream).toBe(7);
  expect(taken).toEqual(['first', 'second', 'third', 'fourth']);
});

test('a stream that was not opened tells nothing', async () => {
  const taken: string[] = [];
  const opening = opened<string>(
    (listener) => {
      listener('early');
      return Promise.reject(new Error('closed'));
    },
    (update) => taken.push(update),
  );
  await expect(opening).rejects.toThrow('closed');
  expect(taken).toEqual([]);
});
