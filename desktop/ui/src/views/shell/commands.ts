/** What can be done anywhere. Views add their own while they are there. */
import type { ConversationSummary } from '../../ipc/generated';
import type { Command } from '../../state/commands.svelte';
import type { ConversationListState } from '../../state/list.svelte';
import { prefer, preferences } from '../../state/preferences.svelte';
import { isOpen, next, session } from '../../state/session.svelte';
import { failed } from '../../state/toasts.svelte';
import { back, openConversation, openDialog, view } from '../../state/view.svelte';
import { t } from '../../text';

/** The conversation that many steps further, round the end; of those that `wanted` takes. */
export function step(
  items: readonly ConversationSummary[],
  from: string | null,
  by: 1 | -1,
  wanted: (there: ConversationSummary) => boolean = () => true,
): ConversationSummary | undefined {
  const here = items.findIndex((there) => there.account === from);
  const start = here < 0 ? (by > 0 ? -1 : items.length) : here;
  for (let count = 1; count <= items.length; count += 1) {
    const place = (((start + by * count) % items.length) + items.length) % items.length;
    const there = items[place];
    if (there && there.account !== from && wanted(there)) return there;
  }
  return undefined;
}

/** The commands of the window; `list` is the list that is shown. */
export function globalCommands(list: () => ConversationListState | null): Command[] {
  const items = () => list()?.items ?? [];
  const ready = () => session.current !== null && !session.adding;
  const go = (by: 1 | -1, unread: boolean) => () => {
    const there = step(
      items(),
      view.account,
      by,
      unread ? (one) => one.unread > 0 || one.marked_unread : undefined,
    );
    if (there) openConversation(there.account);
  };
  const dialog = (
    id: string,
    keys: string[],
    name: 'palette' | 'new' | 'settings' | 'shortcuts' | 'accounts' | 'my-link',
    more: Partial<Command> = {},
  ): Command => ({
    id,
    title: () => t(`command-${id}`),
    group: 'general',
    keys,
    enabled: ready,
    run: () => (view.dialog?.name === name ? back() : openDialog({ name })),
    ...more,
  });
  return [
    dialog('palette', ['Mod+K'], 'palette'),
    dialog('new', ['Mod+N'], 'new', { group: 'conversations' }),
    dialog('my-link', [], 'my-link', { group: 'conversations' }),
    {
      id: 'find',
      title: () => t('command-find'),
      group: 'conversation',
      keys: ['Mod+F'],
      enabled: () => ready() && view.account !== null && !view.dialog,
      run: () => (view.find = true),
    },
    {
      id: 'search',
      title: () => t('command-search'),
      group: 'conversations',
      keys: ['Mod+Shift+F'],
      enabled: () => ready() && !view.dialog,
      run: () => (view.search = true),
    },
    {
      id: 'details',
      title: () => t('command-details'),
      group: 'conversation',
      keys: ['Mod+I'],
      enabled: () => ready() && view.account !== null && !view.dialog,
      run: () => (view.details = !view.details),
    },
    ...(
      [
        ['next', 'Alt+ArrowDown', 1, false],
        ['previous', 'Alt+ArrowUp', -1, false],
        ['next-unread', 'Alt+Shift+ArrowDown', 1, true],
        ['previous-unread', 'Alt+Shift+ArrowUp', -1, true],
      ] as const
    ).map(([id, keys, by, unread]): Command => ({
      id,
      title: () => t(`command-${id}`),
      group: 'conversations',
      keys: [keys],
      enabled: () => ready() && !view.dialog,
      run: go(by, unread),
    })),
    {
      id: 'nth',
      title: () => t('command-nth'),
      group: 'conversations',
      keys: ['Mod+1'],
      until: 'Mod+9',
      hidden: true,
      enabled: () => ready() && !view.dialog,
      run: () => openNth(items(), 0),
    },
    ...Array.from({ length: 8 }, (_, place): Command => ({
      id: `nth-${place + 2}`,
      title: () => t('command-nth'),
      group: '',
      keys: [`Mod+${place + 2}`],
      hidden: true,
      enabled: () => ready() && !view.dialog,
      run: () => openNth(items(), place + 1),
    })),
    dialog('settings', ['Mod+,'], 'settings'),
    dialog('accounts', [], 'accounts'),
    {
      id: 'next-account',
      title: () => t('command-next-account'),
      group: 'general',
      keys: ['Mod+Shift+A'],
      enabled: () =>
        ready() && (session.profiles ?? []).filter((there) => isOpen(there)).length > 1,
      run: () => void next().catch(failed),
    },
    {
      id: 'theme',
      title: () => t('command-theme'),
      group: 'general',
      run: () => {
        const dark = document.documentElement.dataset['theme'] === 'dark';
        prefer({ theme: dark ? 'light' : 'dark' });
      },
    },
    {
      id: 'density',
      title: () => t('command-density'),
      group: 'general',
      run: () => prefer({ density: preferences.density === 'compact' ? 'roomy' : 'compact' }),
    },
    dialog('shortcuts', ['Mod+/'], 'shortcuts'),
    {
      id: 'back',
      title: () => t('command-back'),
      group: 'general',
      keys: ['Escape'],
      hidden: true,
      everywhere: true,
      enabled: () =>
        view.dialog !== null ||
        view.find ||
        view.search ||
        view.details ||
        (view.narrow && view.account !== null),
      run: () => void back(),
    },
  ];
}

function openNth(items: readonly ConversationSummary[], place: number): void {
  const there = items[place];
  if (there) openConversation(there.account);
}
