import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { OVER, Typists } from './typists';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function listen(): [Typists, string[]] {
  const told: string[] = [];
  return [new Typists((_, account, active) => told.push(`${account} ${String(active)}`)), told];
}

test('who was not heard for a while types no more', () => {
  const [typists, told] = listen();
  typists.heard('c', 'ada', true);
  vi.advanceTimersByTime(OVER - 1);
  typists.heard('c', 'ada', true);
  vi.advanceTimersByTime(OVER - 1);
  expect(told).toEqual(['ada true', 'ada true']);
  vi.advanceTimersByTime(1);
  expect(told.at(-1)).toBe('ada false');
});

test('a message ends the typing of who wrote it, and of nobody else', () => {
  const [typists, told] = listen();
  typists.heard('c', 'ada', true);
  typists.wrote('c', 'ben');
  typists.wrote('d', 'ada');
  expect(told).toEqual(['ada true']);
  typists.wrote('c', 'ada');
  typists.wrote('c', 'ada');
  vi.advanceTimersByTime(OVER);
  expect(told).toEqual(['ada true', 'ada false']);
});

test('what is forgotten is not told', () => {
  const [typists, told] = listen();
  typists.heard('c', 'ada', true);
  typists.forget();
  vi.advanceTimersByTime(OVER);
  expect(told).toEqual(['ada true']);
});
