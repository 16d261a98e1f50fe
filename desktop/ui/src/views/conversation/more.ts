/** The menu of a conversation. */
import {
  archive,
  blockContact,
  clear,
  markUnread,
  mute,
  pin,
  setTimer,
  unblockContact,
} from '../../ipc/generated';
import { confirm } from '../../parts/confirm.svelte';
import { openMenu, type MenuEntry } from '../../parts/menu.svelte';
import type { ConversationState } from '../../state/conversation.svelte';
import { failed } from '../../state/toasts.svelte';
import { openDialog, view } from '../../state/view.svelte';
import { t } from '../../text';
import { duration } from '../../text/durations';

type Anchor = Parameters<typeof openMenu>[0];

const HOUR = 3_600_000;
/** What can be chosen at once, in seconds; anything else in the details. */
const TIMERS = [3_600, 86_400, 604_800, 2_419_200];

function timers(conversation: ConversationState, anchor: Anchor): void {
  const { profile, account } = conversation;
  const now = conversation.settings?.timer ?? 0;
  const all = [...new Set([...TIMERS, ...(now > 0 ? [now] : [])])].sort((a, b) => a - b);
  openMenu(
    anchor,
    [0, ...all].map((seconds) => ({
      title:
        seconds === 0
          ? t('more-timer-off')
          : t('more-timer-after', { length: duration(seconds) }),
      checked: now === seconds,
      run: () => void setTimer(profile, account, seconds).catch(failed),
    })),
    { label: t('more-timer'), align: 'end' },
  );
}

function mutes({ profile, account }: ConversationState, anchor: Anchor): void {
  const entry = (id: string, until: () => number): MenuEntry => ({
    title: t(id),
    run: () => void mute(profile, account, until()).catch(failed),
  });
  openMenu(
    anchor,
    [
      entry('more-mute-hour', () => Date.now() + HOUR),
      entry('more-mute-hours', () => Date.now() + 8 * HOUR),
      entry('more-mute-week', () => Date.now() + 168 * HOUR),
      entry('more-mute-always', () => Number.MAX_SAFE_INTEGER),
    ],
    { label: t('more-mute'), align: 'end' },
  );
}

async function empty({ profile, account, own, name }: ConversationState): Promise<void> {
  const sure = await confirm({
    title: t(own ? 'clear-own-title' : 'clear-title', { name }),
    text: t(own ? 'clear-own-about' : 'clear-about', { name }),
    action: t('clear-yes'),
    danger: true,
  });
  if (sure) await clear(profile, account).catch(failed);
}

/** Blocks whom it is with, if the person still wants it when asked. */
export async function block({ profile, account, name }: ConversationState): Promise<void> {
  const sure = await confirm({
    title: t('block-title', { name }),
    text: t('block-about'),
    action: t('request-block'),
    danger: true,
  });
  if (sure) await blockContact(profile, account).catch(failed);
}

export function moreMenu(conversation: ConversationState, anchor: Anchor): void {
  const { profile, account, own, settings } = conversation;
  const open = conversation.writable;
  const muted = (settings?.muted_until ?? 0) > Date.now();
  const pinned = settings?.pinned ?? false;
  const archived = settings?.archived ?? false;
  openMenu(
    anchor,
    [
      open
        ? { title: `${t('more-timer')}…`, icon: 'timer', run: () => timers(conversation, anchor) }
        : null,
      open && !own
        ? muted
          ? { title: t('more-unmute'), icon: 'bell', run: () => void mute(profile, account, 0).catch(failed) }
          : { title: t('more-mute'), icon: 'mute', run: () => mutes(conversation, anchor) }
        : null,
      open
        ? {
            title: t(pinned ? 'more-unpin' : 'more-pin'),
            icon: pinned ? 'unpin' : 'pin',
            run: () => void pin(profile, account, !pinned).catch(failed),
          }
        : null,
      {
        title: t(archived ? 'more-unarchive' : 'more-archive'),
        icon: archived ? 'unarchive' : 'archive',
        run: () => void archive(profile, account, !archived).catch(failed),
      },
      open
        ? {
            title: t('more-unread'),
            icon: 'dot',
            run: () => {
              markUnread(profile, account).catch(failed);
              view.account = null;
            },
          }
        : null,
      'line',
      { title: t('more-date'), icon: 'calendar', run: () => openDialog({ name: 'jump-to-date' }) },
      { title: t('more-select'), icon: 'select', run: () => (conversation.selected = new Set()) },
      { title: t('more-export'), icon: 'download', run: () => (view.details = true) },
      'line',
      { title: t('more-clear'), icon: 'trash', danger: true, run: () => void empty(conversation) },
      own
        ? null
        : conversation.blocked
          ? {
              title: t('more-unblock'),
              icon: 'block',
              run: () => void unblockContact(profile, account).catch(failed),
            }
          : { title: t('more-block'), icon: 'block', danger: true, run: () => void block(conversation) },
    ],
    { label: t('header-more'), align: 'end' },
  );
}
