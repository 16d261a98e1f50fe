import { render, screen } from '@testing-library/svelte';
import { createRawSnippet, tick } from 'svelte';
import { afterEach, expect, test, vi } from 'vitest';
import { asked, confirm } from './confirm.svelte';
import Confirms from './Confirms.svelte';
import Dialog from './Dialog.svelte';

afterEach(() => asked.answer(false));

const children = createRawSnippet(() => ({
  render: () => '<div><input aria-label="first" /><button>last</button></div>',
}));

function press(key: string, shiftKey = false): void {
  (document.activeElement ?? document.body).dispatchEvent(
    new KeyboardEvent('keydown', { key, shiftKey, bubbles: true, cancelable: true }),
  );
}

test('it has a name, takes the focus to what it is for, keeps it and gives it back', async () => {
  const before = document.createElement('button');
  document.body.append(before);
  before.focus();
  const onclose = vi.fn();
  const { unmount } = render(Dialog, { title: 'A place', onclose, children });
  await tick();
  const dialog = screen.getByRole('dialog', { name: 'A place' });
  expect(dialog.getAttribute('aria-modal')).toBe('true');
  const first = screen.getByLabelText('first');
  expect(document.activeElement).toBe(first);

  // Round the end and round the beginning: the way out stands first.
  screen.getByText('last').focus();
  press('Tab');
  expect(document.activeElement).toBe(dialog.querySelector('.head button'));
  press('Tab', true);
  expect(document.activeElement).toBe(screen.getByText('last'));

  // From elsewhere back inside.
  before.focus();
  press('Tab');
  expect(dialog.contains(document.activeElement)).toBe(true);

  press('Escape');
  expect(onclose).toHaveBeenCalledTimes(1);
  unmount();
  expect(document.activeElement).toBe(before);
});

test('Escape closes only the one on top', async () => {
  const lower = vi.fn();
  const upper = vi.fn();
  render(Dialog, { title: 'Lower', onclose: lower, children });
  await tick();
  render(Dialog, { title: 'Upper', onclose: upper, children });
  await tick();
  press('Escape');
  expect(upper).toHaveBeenCalledTimes(1);
  expect(lower).not.toHaveBeenCalled();
});

test('a question is answered by its buttons; Escape is no', async () => {
  render(Confirms);
  const question = { title: 'Delete?', text: 'It is gone then.', action: 'Delete', danger: true };
  const first = confirm(question);
  await tick();
  // The first focus is on what does no harm.
  expect(document.activeElement?.textContent?.trim()).not.toBe('Delete');
  screen.getByRole('button', { name: 'Delete' }).click();
  expect(await first).toBe(true);
  await tick();
  const second = confirm(question);
  await tick();
  press('Escape');
  expect(await second).toBe(false);
});
