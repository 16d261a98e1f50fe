import { afterEach, expect, test, vi } from 'vitest';
import { handle, keyOf, register, type Command } from './commands.svelte';

let gone: (() => void)[] = [];
afterEach(() => {
  for (const one of gone) one();
  gone = [];
});

function command(more: Partial<Command>): ReturnType<typeof vi.fn> {
  const run = vi.fn();
  gone.push(register([{ id: 'it', title: () => 'It', group: 'general', run, ...more }]));
  return run;
}

function key(init: KeyboardEventInit, target: EventTarget = document.body): KeyboardEvent {
  const event = new KeyboardEvent('keydown', { bubbles: true, cancelable: true, ...init });
  target.addEventListener('keydown', (there) => handle(there as KeyboardEvent), { once: true });
  target.dispatchEvent(event);
  return event;
}

test('a key is written in one way only', () => {
  const written = (init: KeyboardEventInit) => keyOf(new KeyboardEvent('keydown', init));
  expect(written({ key: 'k', ctrlKey: true })).toBe('Mod+K');
  expect(written({ key: 'F', ctrlKey: true, shiftKey: true })).toBe('Mod+Shift+F');
  expect(written({ key: 'ArrowDown', altKey: true, shiftKey: true })).toBe('Alt+Shift+ArrowDown');
  // What Shift makes of a sign is the sign.
  expect(written({ key: '?', shiftKey: true })).toBe('?');
});

test('a command runs for its key, and the page does nothing of its own', () => {
  const run = command({ keys: ['Mod+K'] });
  const event = key({ key: 'k', ctrlKey: true });
  expect(run).toHaveBeenCalledTimes(1);
  expect(event.defaultPrevented).toBe(true);
  expect(key({ key: 'k' }).defaultPrevented).toBe(false);
  expect(run).toHaveBeenCalledTimes(1);
});

test('who writes is not disturbed by single letters', () => {
  const letter = command({ keys: ['R'] });
  const field = document.createElement('textarea');
  document.body.append(field);
  key({ key: 'r' }, field);
  expect(letter).not.toHaveBeenCalled();
  key({ key: 'r' });
  expect(letter).toHaveBeenCalledTimes(1);
  field.remove();
});

test('the last one to claim a key has it, as long as it can and is there', () => {
  let can = true;
  const first = command({ keys: ['Escape'] });
  const second = command({ keys: ['Escape'], enabled: () => can });
  key({ key: 'Escape' });
  expect([first.mock.calls.length, second.mock.calls.length]).toEqual([0, 1]);
  can = false;
  key({ key: 'Escape' });
  expect([first.mock.calls.length, second.mock.calls.length]).toEqual([1, 1]);
  gone.pop()?.();
  can = true;
  key({ key: 'Escape' });
  expect([first.mock.calls.length, second.mock.calls.length]).toEqual([2, 1]);
});

test('what another has dealt with, and what an input method composes, is left alone', () => {
  const run = command({ keys: ['Escape'] });
  const event = new KeyboardEvent('keydown', { key: 'Escape', cancelable: true });
  event.preventDefault();
  handle(event);
  handle(new KeyboardEvent('keydown', { key: 'Escape', isComposing: true }));
  expect(run).not.toHaveBeenCalled();
});
