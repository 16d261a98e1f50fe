import { fireEvent, render, screen, waitFor } from '@testing-library/svelte';
import axe from 'axe-core';
import { beforeEach, expect, test, vi } from 'vitest';
import type { Comparison, Contact, ConversationSettings, SafetyNumber as Number } from '../../ipc/generated';

const calls: unknown[][] = [];
const answers: Record<string, (...args: unknown[]) => unknown> = {};

vi.mock('../../ipc/generated', async (original) => {
  const there = await original<Record<string, unknown>>();
  const told = (name: string) => (...args: unknown[]) => {
    calls.push([name, ...args]);
    return Promise.resolve(answers[name]?.(...args) ?? null);
  };
  return Object.fromEntries(
    Object.entries(there).map(([name, one]) => [name, typeof one === 'function' ? told(name) : one]),
  );
});

vi.stubGlobal('matchMedia', () => ({ matches: false, addEventListener: () => undefined }));
vi.stubGlobal('ResizeObserver', class { observe() {} unobserve() {} disconnect() {} });

const { session } = await import('../../state/session.svelte');
const { default: Details } = await import('./Details.svelte');
const { default: SafetyNumber } = await import('./SafetyNumber.svelte');
const { standing, verdict } = await import('./words');

const bob: Contact = {
  account: 'bb'.repeat(32),
  name: 'Bob',
  profile_name: 'Robert',
  about: 'On the ferry',
  standing: 'accepted',
  conversation: 'cc',
  verified: { state: 'no', since: null, changed: false },
  held: false,
  closed: false,
};
const settings: ConversationSettings = {
  timer: 90,
  muted_until: 0,
  archived: false,
  pinned: true,
  marked_unread: false,
  notify: 'mentions',
};
const number: Number = {
  account: bob.account,
  name: 'Bob',
  digits: '1'.repeat(60),
  groups: Array.from({ length: 12 }, (_, at) => String(10_000 + at)),
  heads: '2'.repeat(20),
  heads_groups: ['22222', '22222', '22222', '22222'],
  code: 'sotto:s/x',
  verified: bob.verified,
  held: false,
};

const plain = (text: string | null | undefined) => text?.replaceAll(/[\u2068\u2069]/gu, '') ?? '';

async function clean(element: Element): Promise<void> {
  const { violations } = await axe.run(element, { rules: { 'color-contrast': { enabled: false } } });
  expect(violations.map(({ id, nodes }) => [id, nodes.map((node) => node.html)])).toEqual([]);
}

beforeEach(() => {
  calls.length = 0;
  session.current = 'main';
  session.me = { account: 'aa', name: 'Alice', standing: 'active' } as never;
  answers['contact'] = () => bob;
  answers['conversationSettings'] = () => settings;
  answers['safetyNumber'] = () => number;
  answers['qrCode'] = () => ({ side: 21, path: 'M0 0h1v1z' });
});

test('the details show how things are, and change them', async () => {
  const { container } = render(Details, { account: bob.account });
  await screen.findByText('Bob');
  expect(plain(container.textContent)).toContain('Calls themselves Robert');
  expect(plain(container.textContent)).toContain('90 seconds');
  await fireEvent.click(screen.getByText('Unpin'));
  expect(calls).toContainEqual(['pin', 'main', bob.account, false]);
  await fireEvent.click(screen.getByRole('switch'));
  expect(calls).toContainEqual(['archive', 'main', bob.account, true]);
  await clean(container);
});

test('a note to self has nobody to block, to verify or to be silent about', async () => {
  render(Details, { account: 'aa' });
  await screen.findByText('Note to self');
  for (const not of ['Block', 'Safety number', 'Mute', 'Notifications', 'Remove from contacts']) {
    expect(screen.queryByText(not)).toBeNull();
  }
  expect(screen.queryByText('Delete all notes')).not.toBeNull();
});

test('a code that is the same can be marked, and says how it was compared', async () => {
  const same: Comparison = { outcome: 'same', theirs: 'equal', ours: 'equal', text: '' };
  answers['compareCode'] = () => same;
  render(SafetyNumber, { account: bob.account });
  await fireEvent.click(await screen.findByText('Scan their code'));
  const field = screen.getByLabelText('Or paste the text of their code');
  await fireEvent.input(field, { target: { value: ' sotto:s/y ' } });
  await fireEvent.submit(field.closest('form')!);
  await waitFor(() => expect(calls).toContainEqual(['compareCode', 'main', bob.account, 'sotto:s/y']));
  await fireEvent.click(await screen.findByText('Mark as verified'));
  expect(calls).toContainEqual(['setVerified', 'main', bob.account, { scanned: { code: 'sotto:s/y' } }]);
});

test('digits that were read aloud are those on the screen', async () => {
  render(SafetyNumber, { account: bob.account });
  await clean(await screen.findByRole('dialog'));
  await fireEvent.click(await screen.findByText('The digits are the same'));
  const how = { compared: { heads: number.heads } };
  expect(calls).toContainEqual(['setVerified', 'main', bob.account, how]);
});

test('only codes of the same accounts are good enough, and never where devices contradict', () => {
  const marks = (outcome: Comparison['outcome'], theirs: Comparison['theirs'] = null, ours = theirs) =>
    verdict({ outcome, theirs, ours, text: '' }, 'Bob').marks;
  expect(marks('same', 'equal')).toBe(true);
  expect(marks('same_accounts', 'you_lack')).toBe(true);
  expect(marks('same_accounts', 'contradicts')).toBe(false);
  expect(marks('same_accounts', 'equal', 'contradicts')).toBe(false);
  for (const bad of ['different', 'not_you', 'own'] as const) expect(marks(bad)).toBe(false);
});

test('what was found and no longer holds warns', () => {
  const lost = { ...bob, verified: { state: 'lost', since: 1, changed: true } } as Contact;
  expect(standing(lost).kind).toBe('warning');
  expect(standing({ ...bob, held: true }).kind).toBe('warning');
  expect(standing(bob).kind).toBe('plain');
});
