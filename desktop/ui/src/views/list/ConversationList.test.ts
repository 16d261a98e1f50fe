import { render, screen } from '@testing-library/svelte';
import { tick } from 'svelte';
import { beforeEach, expect, test, vi } from 'vitest';
import type { ConversationListUpdate, ConversationSummary } from '../../ipc/generated';

let tell: (update: ConversationListUpdate) => void = () => undefined;
const asked: unknown[] = [];

vi.mock('../../ipc/generated', async (original) => ({
  ...(await original<object>()),
  openList: (_on: string, _filter: unknown, updates: typeof tell) => {
    tell = updates;
    return Promise.resolve(7);
  },
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
const { default: ConversationList } = await import('./ConversationList.svelte');

export function item(number: number, more: Partial<ConversationSummary> = {}): ConversationSummary {
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

beforeEach(() => asked.splice(0));

test('what the core lists is shown in its order, and only what can be seen', async () => {
  await listed(Array.from({ length: 500 }, (_, number) => item(number)));
  const options = screen.getAllByRole('option');
  expect(options.length).toBeLessThan(40);
  expect(options[0]?.textContent).toContain('Friend 0');
  expect(options[0]?.getAttribute('aria-setsize')).toBe('500');
});
