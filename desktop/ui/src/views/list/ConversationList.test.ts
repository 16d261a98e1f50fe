import { fireEvent, render, screen } from '@testing-library/svelte';
import { tick } from 'svelte';
import { beforeEach, expect, test, vi } from 'vitest';
import type { ConversationListUpdate, ConversationSummary } from '../../ipc/generated';

let tell: (update: ConversationListUpdate) => void = () => undefined;
const asked: unknown[] = [];

vi.mock('../../ipc/generated', async (original) => ({
  ...(await original<object>()),
  // The first update is the answer.
  openList: (_on: string, _filter: unknown, updates: typeof tell) =>
    new Promise((answer) => {
      tell = (first) => {
        tell = updates;
        answer({ stream: 7, first });
      };
    }),
  filterList: (_stream: number, filter: unknown) => {
    asked.push(filter);
    return Promise.resolve();
  },
  contacts: () => Promise.resolve([]),
}));

vi.stubGlobal('matchMedia', () => ({ matches: false, addEventListener: () => undefined }));
vi.stubGlobal(
  'ResizeObserver',
  class {
    observe(): void {}
    unobserve(): void {}
    disconnect(): void {}
  },
);

const { ConversationListState } = await import('../../state/list.svelte');
const { view } = await import('../../state/view.svelte');
const { handle } = await import('../../state/commands.svelte');
const { everywhere } = await import('../../state/search.svelte');
const { default: ConversationList } = await import('./ConversationList.svelte');

function item(number: number, more: Partial<ConversationSummary> = {}): ConversationSummary {
  return {
    id: `c${number}`,
    revision: 1,
    kind: 'direct',
    account: `a${number}`,
    name: `Friend ${number}`,
    preview: null,
    unread: 0,
    marked_unread: false,
    pinned_at: null,
    archived: false,
    muted_until: null,
    draft: null,
    request: false,
    blocked: false,
    empty: false,
    last_activity: 0,
    ...more,
  };
}

async function listed(items: ConversationSummary[], more: Partial<ConversationListUpdate> = {}) {
  const list = new ConversationListState('p');
  render(ConversationList, { list });
  tell({ diffs: [{ reset: { items } }], unread: 0, unread_conversations: 0, requests: 0, ...more });
  await tick();
  return list;
}

beforeEach(() => {
  asked.splice(0);
  Object.assign(view, { account: null, search: false, dialog: null });
});

const box = () => screen.getByRole('listbox');
const at = () => document.getElementById(box().getAttribute('aria-activedescendant') ?? '');
const press = (key: string, more: KeyboardEventInit = {}) => fireEvent.keyDown(box(), { key, ...more });
function command(key: string, more: KeyboardEventInit = {}): void {
  handle(new KeyboardEvent('keydown', { key, cancelable: true, ...more }));
}


test('what the core lists is shown in its order, and only what can be seen', async () => {
  await listed(Array.from({ length: 500 }, (_, number) => item(number)));
  const options = screen.getAllByRole('option');
  expect(options.length).toBeLessThan(40);
  expect(options[0]?.textContent).toContain('Friend 0');
  expect(options[0]?.getAttribute('aria-setsize')).toBe('500');
});

test('arrows go through the list, Enter opens, the first row leads back to the field', async () => {
  await listed(Array.from({ length: 50 }, (_, number) => item(number)));
  box().focus();
  await press('ArrowDown');
  await press('ArrowDown');
  expect(at()?.dataset['account']).toBe('a1');
  await press('Enter');
  expect(view.account).toBe('a1');
  await tick();
  expect(screen.getByRole('option', { selected: true }).dataset['account']).toBe('a1');
  await press('End');
  expect(at()?.dataset['account']).toBe('a49');
  await press('Home');
  await press('ArrowUp');
  expect(document.activeElement).toBe(screen.getByRole('textbox'));
});

test('the place in the list stays with its conversation when the order changes', async () => {
  await listed([item(0), item(1), item(2)]);
  box().focus();
  await press('ArrowDown');
  await press('ArrowDown');
  tell({
    diffs: [{ splice: { index: 1, removed: 1, inserted: [] } }, { splice: { index: 0, removed: 0, inserted: [item(1)] } }],
    unread: 0,
    unread_conversations: 0,
    requests: 0,
  });
  await tick();
  expect(at()?.dataset['account']).toBe('a1');
  expect(at()?.getAttribute('aria-posinset')).toBe('1');
});

test('when the conversation under the arrows goes, the next one is in its place', async () => {
  await listed([item(0), item(1), item(2)]);
  box().focus();
  await press('ArrowDown');
  await press('ArrowDown');
  const gone = { unread: 0, unread_conversations: 0, requests: 0 };
  tell({ diffs: [{ splice: { index: 1, removed: 1, inserted: [] } }], ...gone });
  await tick();
  expect(at()?.dataset['account']).toBe('a2');
  tell({ diffs: [{ splice: { index: 1, removed: 1, inserted: [] } }], ...gone });
  await tick();
  expect(at()?.dataset['account']).toBe('a0');
});

test('keys go to the next conversation, the next unread one, and the third', async () => {
  await listed([item(0), item(1), item(2, { unread: 4 }), item(3), item(4, { marked_unread: true })]);
  command('ArrowDown', { altKey: true });
  expect(view.account).toBe('a0');
  command('ArrowDown', { altKey: true });
  expect(view.account).toBe('a1');
  command('ArrowDown', { altKey: true, shiftKey: true });
  expect(view.account).toBe('a2');
  command('ArrowDown', { altKey: true, shiftKey: true });
  expect(view.account).toBe('a4');
  command('ArrowDown', { altKey: true });
  expect(view.account).toBe('a4');
  command('3', { ctrlKey: true });
  expect(view.account).toBe('a2');
});

test('what is typed filters by name at once, and Enter looks for it in the messages', async () => {
  vi.useFakeTimers();
  try {
    await listed([item(0)]);
    const field = screen.getByRole('textbox');
    await fireEvent.input(field, { target: { value: 'fog ' } });
    await vi.advanceTimersByTimeAsync(40);
    expect(asked).toEqual([{ show: 'all', name: 'fog' }]);
    expect((field as HTMLInputElement).value).toBe('fog ');
    await fireEvent.keyDown(field, { key: 'Enter' });
    expect(view.search).toBe(true);
    expect(everywhere.text).toBe('fog');
  } finally {
    vi.useRealTimers();
  }
});

test('filters say how many, and each says what it is for when it is empty', async () => {
  const list = await listed([item(0)], { unread_conversations: 2, requests: 1 });
  const chips = screen.getAllByRole('radio');
  expect(chips.map((chip) => chip.textContent?.replace(/\s+/gu, ' ').trim())).toEqual([
    'All',
    'Unread 2',
    'Requests 1',
    'Archived',
  ]);
  for (const [place, show] of [[1, 'unread'], [2, 'requests'], [3, 'archived']] as const) {
    await fireEvent.click(chips[place]!);
    expect(list.filter).toEqual({ show, name: null });
    tell({ diffs: [{ reset: { items: [] } }], unread: 0, unread_conversations: 0, requests: 0 });
    await tick();
    expect(screen.getByRole('heading').textContent).toBeTruthy();
  }
  await fireEvent.click(screen.getByRole('button', { name: 'Show all' }));
  await tick();
  await fireEvent.click(screen.getByRole('button', { name: 'Add somebody' }));
  expect(view.dialog).toEqual({ name: 'new' });
});
