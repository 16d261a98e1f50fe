import { expect, test } from 'vitest';
import { linkIn } from './links';

test('a link is found in what is pasted', () => {
  const link = 'sotto:c/CAESFmh0dHA6Ly8x_-9';
  expect(linkIn(link)).toBe(link);
  expect(linkIn(`  ${link}\n`)).toBe(link);
  expect(linkIn(`Write to me: ${link}.`)).toBe(link);
  expect(linkIn(`<${link}> (mine)`)).toBe(link);
});

test('what is none is none', () => {
  for (const none of ['', 'hello', 'https://example.org', 'sotto:', 'sotto: hello', 'sotto:.']) {
    expect(linkIn(none), none).toBeNull();
  }
});
