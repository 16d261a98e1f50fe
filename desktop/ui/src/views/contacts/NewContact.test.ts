import { fireEvent, render, screen } from '@testing-library/svelte';
import { tick } from 'svelte';
import { beforeEach, expect, test, vi } from 'vitest';
import type { Contact } from '../../ipc/generated';

const added: string[] = [];
let refuse: unknown = null;

const person = (name: string, standing = 'accepted') =>
  ({ account: `a-${name}`, name, about: '', standing }) as Contact;

vi.mock('../../ipc/generated', async (original) => ({
  ...(await original<object>()),
  contacts: () => Promise.resolve([person('Bob'), person('Carol Ndiaye'), person('Dora', 'request')]),
  addContact: (_on: string, link: string) => {
    added.push(link);
    return refuse === null ? Promise.resolve(person('Erik')) : Promise.reject(refuse);
  },
}));
vi.stubGlobal('matchMedia', () => ({ matches: false, addEventListener: () => undefined }));

const { view } = await import('../../state/view.svelte');
const { session } = await import('../../state/session.svelte');
const { default: NewContact } = await import('./NewContact.svelte');

async function shown(): Promise<HTMLInputElement> {
  view.dialog = { name: 'new' };
  view.account = null;
  session.me = { account: 'me', name: 'Alice' } as typeof session.me;
  render(NewContact);
  await new Promise((resolve) => setTimeout(resolve));
  await tick();
  return screen.getByRole('combobox');
}

function paste(text: string): Event {
  const event = Object.assign(new Event('paste', { bubbles: true, cancelable: true }), {
    clipboardData: { getData: () => text, files: [] },
  });
  document.body.dispatchEvent(event);
  return event;
}

const names = () => screen.queryAllByRole('option').map(({ id }) => id.replace(/^.*?-/u, ''));

beforeEach(() => {
  added.length = 0;
  refuse = null;
});

test('everybody who is accepted is there, and oneself; letters leave those who are meant', async () => {
  const field = await shown();
  expect(names()).toEqual(['me', 'a-Bob', 'a-Carol Ndiaye']);
  await fireEvent.input(field, { target: { value: 'nd' } });
  expect(names()).toEqual(['a-Carol Ndiaye']);
  await fireEvent.keyDown(field, { key: 'Enter' });
  expect(view.account).toBe('a-Carol Ndiaye');
  expect(view.dialog).toBeNull();
});

test('a link that is pasted anywhere is added, and the conversation opens', async () => {
  await shown();
  const event = paste('Here you go: sotto:c/ABC.');
  expect(event.defaultPrevented).toBe(true);
  await vi.waitFor(() => expect(view.account).toBe('a-Erik'));
  expect(added).toEqual(['sotto:c/ABC']);
  expect(view.dialog).toBeNull();
});

test('another text that is pasted is left to the field', async () => {
  await shown();
  expect(paste('Bob').defaultPrevented).toBe(false);
  expect(added).toEqual([]);
});

test('a link that does not work says why, and stays to be corrected', async () => {
  refuse = { bad_link: { reason: 'it is cut off' } };
  const field = await shown();
  await fireEvent.input(field, { target: { value: 'sotto:c/AB' } });
  await fireEvent.keyDown(field, { key: 'Enter' });
  await vi.waitFor(() => expect(document.body.textContent).toContain('it is cut off'));
  expect(field.value).toBe('sotto:c/AB');
  expect(view.dialog).not.toBeNull();
  await fireEvent.input(field, { target: { value: 'sotto:c/ABC' } });
  await tick();
  expect(document.body.textContent).not.toContain('it is cut off');
});
