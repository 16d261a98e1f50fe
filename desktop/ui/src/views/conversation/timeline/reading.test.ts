import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Message } from '../../../ipc/generated';

const markRead = vi.hoisted(() => vi.fn(() => Promise.resolve()));
vi.mock('../../../ipc/generated', () => ({ markRead }));
const { Reader } = await import('./reading');

const message = (row: number, unread: boolean) => ({ row, unread }) as unknown as Message;
let focus = true;

beforeEach(() => {
  vi.useFakeTimers();
  markRead.mockClear();
  vi.spyOn(document, 'hasFocus').mockImplementation(() => focus);
});
afterEach(() => void vi.useRealTimers());

function reader(seen: (Message | undefined)[], unread = 1) {
  return new Reader({ profile: 'p', account: 'a', unread: () => unread, seen: () => seen });
}

it('the newest that is unread and on the screen is read, also above what one said oneself', () => {
  const one = reader([message(1, true), undefined, message(2, true), message(3, false)]);
  one.look();
  one.look();
  vi.runAllTimers();
  expect(markRead.mock.calls).toEqual([['p', 'a', 2]]);
  one.look();
  vi.runAllTimers();
  expect(markRead).toHaveBeenCalledTimes(1);
});

it('nothing is read while nobody looks', () => {
  focus = false;
  const one = reader([message(1, true)]);
  one.look();
  vi.runAllTimers();
  expect(markRead).not.toHaveBeenCalled();
  focus = true;
  one.look();
  vi.runAllTimers();
  expect(markRead).toHaveBeenCalledTimes(1);
});
