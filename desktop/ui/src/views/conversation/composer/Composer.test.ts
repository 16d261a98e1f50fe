import { fireEvent, render, screen, waitFor } from '@testing-library/svelte';
import axe from 'axe-core';
import { tick } from 'svelte';
import { beforeEach, expect, test, vi } from 'vitest';
import type { Contact, Draft, Message } from '../../../ipc/generated';

type Call = [string, ...unknown[]];
const calls: Call[] = [];
const answers: Record<string, (...args: unknown[]) => unknown> = {};

vi.mock('../../../ipc/generated', async (original) => {
  const told = (name: string) => (...args: unknown[]) => {
    calls.push([name, ...args]);
    return Promise.resolve(answers[name]?.(...args) ?? null);
  };
  const names = ['draft', 'message', 'send', 'edit', 'setDraft', 'setTyping', 'unblockContact'];
  return {
    ...(await original<object>()),
    ...Object.fromEntries(names.map((name) => [name, told(name)])),
  };
});

vi.stubGlobal('matchMedia', () => ({ matches: false, addEventListener: () => undefined }));
vi.stubGlobal('ResizeObserver', class { observe() {} unobserve() {} disconnect() {} });

const { ConversationState } = await import('../../../state/conversation.svelte');
const { session } = await import('../../../state/session.svelte');
const { toasts } = await import('../../../state/toasts.svelte');
const { view } = await import('../../../state/view.svelte');
const { default: Composer } = await import('./Composer.svelte');

const bob: Contact = {
  account: 'bb',
  name: 'Bob',
  profile_name: 'Bob',
  about: '',
  standing: 'accepted',
  conversation: 'cc',
  verified: { state: 'no', since: null, changed: false },
  held: false,
  closed: false,
};

function message(row: number, text: string): Message {
  const more = { formats: [], mentions: [], reactions: [], quote: null, author_name: 'Bob' };
  return { row, text, author: 'bb', direction: 'received', kind: 'text', ...more } as never;
}

function open() {
  const conversation = new ConversationState('main', 'bb');
  conversation.contact = bob;
  const { container } = render(Composer, { conversation });
  const field = container.querySelector('textarea')!;
  const type = (text: string) => fireEvent.input(field, { target: { value: text } });
  const press = (key: string, more: KeyboardEventInit = {}) => fireEvent.keyDown(field, { key, ...more });
  return { conversation, container, field, type, press };
}

const called = (name: string) => calls.filter(([one]) => one === name);
const sent = () => called('send').map((call) => (call[3] as Draft).text);
const settled = () => new Promise((resolve) => setTimeout(resolve, 0));

beforeEach(() => {
  calls.length = 0;
  for (const name of Object.keys(answers)) delete answers[name];
  toasts.list = [];
  session.me = { account: 'aa', name: 'Alice', standing: 'active' } as never;
  view.account = 'bb';
});

test('nothing is sent where another conversation was chosen', async () => {
  const { field, type, press } = open();
  await settled();
  await type('For Bob');
  view.account = 'cc';
  await press('Enter');
  await settled();
  expect(called('send')).toEqual([]);
  expect(field.value).toBe('For Bob');
});

test('what is sent leaves the field at once, with its formats and whom it means', async () => {
  const { field, type, press } = open();
  await settled();
  await type('Hello **you** @Bob');
  await press('Enter');
  expect(field.value).toBe('');
  await settled();
  expect(called('send')).toEqual([
    [
      'send',
      'main',
      'bb',
      {
        text: 'Hello you @Bob',
        formats: [{ start: 6, length: 3, style: 'bold' }],
        mentions: [{ start: 10, length: 4, account: 'bb' }],
        answers: null,
      },
    ],
  ]);
});

test('several leave in the order in which they were written', async () => {
  const slow: (() => void)[] = [];
  answers['send'] = () => new Promise<void>((resolve) => slow.push(resolve));
  const { type, press } = open();
  await settled();
  for (const text of ['one', 'two']) {
    await type(text);
    await press('Enter');
  }
  await settled();
  expect(sent()).toEqual(['one']);
  slow[0]?.();
  await settled();
  expect(sent()).toEqual(['one', 'two']);
  slow[1]?.();
});

test('what could not be sent is back, before what was written since', async () => {
  let fail: (error: unknown) => void = () => undefined;
  answers['send'] = () => new Promise((_, reject) => (fail = reject));
  const { field, type, press, conversation } = open();
  await settled();
  conversation.answer(message(7, 'What?'));
  await tick();
  await type('first');
  await press('Enter');
  expect(conversation.answering).toBeNull();
  await type('second');
  fail('not_active');
  await settled();
  await tick();
  expect(field.value).toBe('first\nsecond');
  expect(conversation.answering?.row).toBe(7);
  expect(toasts.list).toHaveLength(1);
});

test('a text that is none stays, with the reason beside it', async () => {
  answers['send'] = () => Promise.reject({ bad_text: { reason: 'the text has 70000 bytes' } });
  const { field, type, press } = open();
  await settled();
  await type('long');
  await press('Enter');
  await settled();
  await tick();
  expect(field.value).toBe('long');
  expect(screen.getByRole('alert').textContent).toContain('70000');
  expect(toasts.list).toHaveLength(0);
});

test('a draft comes back as it was, with what it answers', async () => {
  answers['draft'] = () => ({
    text: 'so good',
    formats: [{ start: 3, length: 4, style: 'italic' }],
    mentions: [],
    answers: 7,
  });
  answers['message'] = () => message(7, 'What?');
  const { field, conversation, container } = open();
  await waitFor(() => expect(field.value).toBe('so _good_'));
  expect(conversation.answering?.row).toBe(7);
  expect(container.textContent).toContain('What?');
  await fireEvent(window, new Event('blur'));
  expect(called('setDraft')).toEqual([]);
});

test('who leaves the window keeps what was written, and types no more', async () => {
  const { type } = open();
  await settled();
  await type('half');
  await fireEvent(window, new Event('blur'));
  expect(called('setDraft').map((call) => (call[3] as Draft).text)).toEqual(['half']);
  expect(called('setTyping').map((call) => call[3])).toEqual([true, false]);
});

test('markers with nothing between them are not what was written', async () => {
  const { field, press, type } = open();
  await settled();
  await press('i', { ctrlKey: true });
  await tick();
  expect(field.value).toBe('__');
  await press('Enter');
  await fireEvent.blur(window);
  await settled();
  expect(sent()).toEqual([]);
  expect(called('setDraft')).toEqual([]);
  await type('_so_');
  await press('Enter');
  await settled();
  expect(sent()).toEqual(['so']);
});

test('a change puts aside what was being written, and Escape brings it back', async () => {
  const { field, type, press, conversation } = open();
  await settled();
  await type('half');
  conversation.edit({ ...message(3, 'a **b'), direction: 'sent_here' });
  await waitFor(() => expect(field.value).toBe('a **b'));
  await press('Escape');
  await waitFor(() => expect(field.value).toBe('half'));
  conversation.edit({ ...message(3, 'old'), direction: 'sent_here' });
  await waitFor(() => expect(field.value).toBe('old'));
  await type('new');
  await press('Enter');
  await settled();
  expect(called('edit')[0]?.slice(1, 3)).toEqual(['main', 3]);
  await waitFor(() => expect(field.value).toBe('half'));
  expect(called('send')).toEqual([]);
});

test('nothing is sent while a letter is being put together, or with Shift', async () => {
  const { type, press } = open();
  await settled();
  await type('ni');
  await press('Enter', { isComposing: true });
  await press('Enter', { shiftKey: true });
  await settled();
  expect(called('send')).toEqual([]);
});

test('a device that is no part of its account says why nothing can be written', async () => {
  session.me = { account: 'aa', name: 'Alice', standing: 'removed' } as never;
  const conversation = new ConversationState('main', 'bb');
  conversation.contact = bob;
  const { container } = render(Composer, { conversation });
  await settled();
  expect(container.querySelector('textarea')).toBeNull();
  expect(screen.getByRole('status').textContent).toContain('removed');
});

test('nothing is in the way of those who listen', async () => {
  const { container, conversation } = open();
  await settled();
  conversation.answer(message(7, 'What?'));
  await tick();
  const { violations } = await axe.run(container, { rules: { 'color-contrast': { enabled: false } } });
  expect(violations.map(({ id, nodes }) => [id, nodes.map((node) => node.html)])).toEqual([]);
});
