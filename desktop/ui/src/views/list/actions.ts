/** What can be done with a conversation of the list. */
import {
  archive,
  blockContact,
  clear,
  markRead,
  markUnread,
  mute,
  pin,
  unblockContact,
  type ConversationSummary,
} from '../../ipc/generated';
import { confirm } from '../../parts/confirm.svelte';
import { openMenu, type MenuEntry } from '../../parts/menu.svelte';
import type { Anchor } from '../../parts/place';
import { profile } from '../../state/session.svelte';
import { failed, toast } from '../../state/toasts.svelte';
import { openConversation } from '../../state/view.svelte';
import { t } from '../../text';

const HOUR = 3_600_000;
/** The last moment that a number of JavaScript can say. */
export const ALWAYS = Number.MAX_SAFE_INTEGER;

async function doing(work: Promise<unknown>): Promise<void> {
  try {
    await work;
  } catch (error) {
    failed(error);
  }
}

export function nameOf(item: ConversationSummary): string {
  return item.kind === 'own' ? t('list-note-to-self') : item.name;
}

function putAside(item: ConversationSummary): void {
  const on = profile();
  const { account, archived } = item;
  void doing(
    archive(on, account, !archived).then(() => {
      if (archived) return;
      toast(t('list-archived', { name: nameOf(item) }), {
        action: { title: t('list-undo'), run: () => void doing(archive(on, account, false)) },
      });
    }),
  );
}

async function empty(item: ConversationSummary): Promise<void> {
  const on = profile();
  const own = item.kind === 'own';
  const name = nameOf(item);
  const sure = await confirm({
    title: t(own ? 'list-clear-own-title' : 'list-clear-title', { name }),
    text: t(own ? 'list-clear-own-about' : 'list-clear-about', { name }),
    action: t('list-clear-yes'),
    danger: true,
  });
  if (sure) await doing(clear(on, item.account));
}

async function block(item: ConversationSummary): Promise<void> {
  const on = profile();
  const sure = await confirm({
    title: t('list-block-title', { name: item.name }),
    text: t('list-block-about'),
    action: t('list-block-yes'),
    danger: true,
  });
  if (sure) await doing(blockContact(on, item.account));
}

/** How long it is to be silent. */
function muteMenu(item: ConversationSummary, anchor: Anchor): void {
  const on = profile();
  const until = (id: string, at: () => number): MenuEntry => ({
    title: t(id),
    run: () => void doing(mute(on, item.account, at())),
  });
  openMenu(
    anchor,
    [
      until('list-menu-mute-hour', () => Date.now() + HOUR),
      until('list-menu-mute-hours', () => Date.now() + 8 * HOUR),
      until('list-menu-mute-week', () => Date.now() + 168 * HOUR),
      until('list-menu-mute-always', () => ALWAYS),
    ],
    { label: t('list-menu-mute') },
  );
}

/** The menu of a row. */
export function menuOf(item: ConversationSummary, now: number, anchor: Anchor): MenuEntry[] {
  const on = profile();
  const { account } = item;
  const own = item.kind === 'own';
  const open = !item.request && !item.blocked;
  const pinned = item.pinned_at !== null;
  const muted = item.muted_until !== null && item.muted_until > now;
  const unread = item.unread > 0 || item.marked_unread;
  const run = (work: () => Promise<unknown>) => () => void doing(work());
  return [
    { title: t('list-menu-open'), icon: 'chat', run: () => openConversation(account) },
    open && !item.archived
      ? {
          title: t(pinned ? 'list-menu-unpin' : 'list-menu-pin'),
          icon: pinned ? 'unpin' : 'pin',
          run: run(() => pin(on, account, !pinned)),
        }
      : null,
    open && unread
      ? { title: t('list-menu-read'), icon: 'check', run: run(() => markRead(on, account, null)) }
      : null,
    open && !unread && !item.empty
      ? { title: t('list-menu-unread'), icon: 'dot', run: run(() => markUnread(on, account)) }
      : null,
    open && !own && !muted
      ? { title: `${t('list-menu-mute')}…`, icon: 'mute', run: () => muteMenu(item, anchor) }
      : null,
    open && !own && muted
      ? { title: t('list-menu-unmute'), icon: 'bell', run: run(() => mute(on, account, 0)) }
      : null,
    item.empty
      ? null
      : {
          title: t(item.archived ? 'list-menu-unarchive' : 'list-menu-archive'),
          icon: item.archived ? 'unarchive' : 'archive',
          run: () => putAside(item),
        },
    'line',
    item.preview
      ? { title: t('list-menu-clear'), icon: 'trash', danger: true, run: () => void empty(item) }
      : null,
    own
      ? null
      : item.blocked
        ? {
            title: t('list-menu-unblock'),
            icon: 'block',
            run: run(() => unblockContact(on, account)),
          }
        : { title: t('list-menu-block'), icon: 'block', danger: true, run: () => void block(item) },
  ];
}
