/** What the keyboard does with the list, wherever the focus is. */
import type { ConversationSet, ConversationSummary } from '../../ipc/generated';
import type { Command } from '../../state/commands.svelte';
import { session } from '../../state/session.svelte';
import { openConversation, view } from '../../state/view.svelte';
import { t } from '../../text';

/** The place of the conversation that is `step` away from the one with an account; -1 for none. */
export function beside(
  items: readonly ConversationSummary[],
  account: string | null,
  step: number,
  wanted: (item: ConversationSummary) => boolean = () => true,
): number {
  const here = items.findIndex((item) => item.account === account);
  if (step === 0) return here;
  // Nothing is open: the first is next, and the last was before.
  let at = here < 0 && step < 0 ? items.length : here;
  for (at += step; at >= 0 && at < items.length; at += step) {
    const item = items[at];
    if (item && wanted(item)) return at;
  }
  return -1;
}

export function isUnread(item: ConversationSummary): boolean {
  return item.unread > 0 || item.marked_unread;
}

interface Doing {
  items: () => readonly ConversationSummary[];
  open: (item: ConversationSummary) => void;
  show: (set: ConversationSet) => void;
}

export function commandsOf({ items, open, show }: Doing): Command[] {
  const group = 'conversations';
  const go = (index: number) => {
    const item = items()[index];
    if (item) open(item);
  };
  const step = (id: string, key: string, by: number, wanted?: typeof isUnread): Command => ({
    id,
    title: () => t(`command-${id}`),
    group,
    keys: [key],
    everywhere: true,
    run: () => go(beside(items(), view.account, by, wanted)),
  });
  const filter = (set: ConversationSet): Command => ({
    id: `filter-${set}`,
    title: () => t(`command-filter-${set}`),
    group,
    run: () => show(set),
  });
  return [
    step('next-conversation', 'Alt+ArrowDown', 1),
    step('previous-conversation', 'Alt+ArrowUp', -1),
    step('next-unread', 'Alt+Shift+ArrowDown', 1, isUnread),
    step('previous-unread', 'Alt+Shift+ArrowUp', -1, isUnread),
    ...Array.from({ length: 9 }, (_, index): Command => ({
      id: `conversation-${index + 1}`,
      title: () => t('command-nth-conversation', { count: index + 1 }),
      group,
      keys: [`Mod+${index + 1}`],
      everywhere: true,
      hidden: true,
      enabled: () => items().length > index,
      run: () => go(index),
    })),
    filter('all'),
    filter('unread'),
    filter('requests'),
    filter('archived'),
    {
      id: 'note-to-self',
      title: () => t('command-note-to-self'),
      group,
      enabled: () => session.me?.account != null,
      run: () => {
        if (session.me?.account) openConversation(session.me.account);
      },
    },
  ];
}
