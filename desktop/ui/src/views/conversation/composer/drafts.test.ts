import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Draft } from '../../../ipc/generated';
import { DraftKeeper, PAUSE } from './drafts';
import { EVERY, TypingTeller } from './typing';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

const draft = (text: string, answers: number | null = null): Draft => ({ text, answers });

test('what is written is kept after a pause, once', () => {
  const keep = vi.fn();
  const keeper = new DraftKeeper(keep);
  keeper.change(draft('a'));
  vi.advanceTimersByTime(PAUSE - 1);
  keeper.change(draft('ab'));
  vi.advanceTimersByTime(PAUSE - 1);
  expect(keep).not.toHaveBeenCalled();
  expect(keeper.waits).toBe(true);
  vi.advanceTimersByTime(1);
  expect(keep.mock.calls).toEqual([[draft('ab')]]);
  keeper.flush();
  expect(keep).toHaveBeenCalledTimes(1);
});

test('who leaves keeps at once', () => {
  const keep = vi.fn();
  const keeper = new DraftKeeper(keep);
  keeper.change(draft('a'));
  keeper.flush();
  vi.advanceTimersByTime(PAUSE);
  expect(keep).toHaveBeenCalledTimes(1);
});

test('what is kept already is not kept again, and what it answers counts', () => {
  const keep = vi.fn();
  const keeper = new DraftKeeper(keep, draft('a'));
  keeper.change(draft('ab'));
  keeper.change(draft('a'));
  vi.advanceTimersByTime(PAUSE);
  expect(keep).not.toHaveBeenCalled();
  keeper.change(draft('a', 7));
  keeper.flush();
  expect(keep.mock.calls).toEqual([[draft('a', 7)]]);
  keeper.change(draft('  '));
  keeper.flush();
  expect(keep).toHaveBeenCalledTimes(2);
});

test('what was sent is not kept', () => {
  const keep = vi.fn();
  const keeper = new DraftKeeper(keep);
  keeper.change(draft('a'));
  keeper.forget();
  vi.advanceTimersByTime(PAUSE);
  expect(keep).not.toHaveBeenCalled();
});

test('typing is told now and then, its end once', () => {
  let now = 1_000;
  const tell = vi.fn();
  const teller = new TypingTeller(tell, () => now);
  teller.typed();
  now += EVERY - 1;
  teller.typed();
  expect(tell.mock.calls).toEqual([[true]]);
  now += 1;
  teller.typed();
  teller.stopped();
  teller.stopped();
  expect(tell.mock.calls).toEqual([[true], [true], [false]]);
  teller.typed();
  teller.sent();
  teller.stopped();
  expect(tell.mock.calls).toEqual([[true], [true], [false], [true]]);
});
