import { render, screen } from '@testing-library/svelte';
import { tick } from 'svelte';
import { afterEach, expect, test, vi } from 'vitest';
import { closeMenu, openMenu, type MenuEntry } from './menu.svelte';
import Menus from './Menus.svelte';

afterEach(closeMenu);

function press(key: string): void {
  document.activeElement?.dispatchEvent(
    new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }),
  );
}

const focused = () => document.activeElement?.textContent?.trim();

async function opened(entries: MenuEntry[]): Promise<HTMLElement> {
  render(Menus);
  const opener = document.createElement('button');
  document.body.append(opener);
  opener.focus();
  openMenu(opener, entries, { label: 'Things' });
  await tick();
  return opener;
}

const three = (run = vi.fn()): MenuEntry[] => [
  { title: 'Pin', run },
  'line',
  { title: 'Gone', disabled: true, run },
  { title: 'Mute', run },
  { title: 'More', run },
];

test('arrows go round, past what cannot be done', async () => {
  await opened(three());
  expect(screen.getByRole('menu', { name: 'Things' })).toBeTruthy();
  expect(focused()).toBe('Pin');
  press('ArrowDown');
  expect(focused()).toBe('Mute');
  press('End');
  expect(focused()).toBe('More');
  press('ArrowDown');
  expect(focused()).toBe('Pin');
  press('ArrowUp');
  expect(focused()).toBe('More');
});

test('letters go to what begins with them, each time to the next', async () => {
  await opened(three());
  press('m');
  expect(focused()).toBe('Mute');
  press('o');
  expect(focused()).toBe('More');
});

test('what is taken runs once, after the menu is gone and the focus is back', async () => {
  let focusThen: Element | null = null;
  const run = vi.fn(() => (focusThen = document.activeElement));
  const opener = await opened(three(run));
  screen.getByRole('menuitem', { name: 'Mute' }).click();
  await tick();
  expect(run).toHaveBeenCalledTimes(1);
  expect(focusThen).toBe(opener);
  expect(screen.queryByRole('menu')).toBeNull();
});

test('Escape closes it and gives the focus back', async () => {
  const opener = await opened(three());
  press('Escape');
  await tick();
  expect(screen.queryByRole('menu')).toBeNull();
  expect(document.activeElement).toBe(opener);
});

test('no line stands at an edge or beside another', async () => {
  await opened(['line', { title: 'One', run: vi.fn() }, 'line', null, 'line', { title: 'Two', run: vi.fn() }, 'line']);
  expect(screen.getAllByRole('separator')).toHaveLength(1);
});
