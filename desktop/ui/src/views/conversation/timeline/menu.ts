/** The menu of a message. */
import type { Message } from '../../../ipc/generated';
import { openMenu, type MenuEntry } from '../../../parts/menu.svelte';
import { openDialog } from '../../../state/view.svelte';
import { t } from '../../../text';
import { addresses } from '../../../text/rich';
import { again, copy, copyText, isCommand, remove, type CommandName, type Doer } from './actions';

type Anchor = Parameters<typeof openMenu>[0];

export function messageMenu(
  doer: Doer,
  message: Message,
  anchor: Anchor | undefined,
  link?: string,
): void {
  if (!anchor) return;
  const { conversation } = doer;
  const can = (name: CommandName): boolean => isCommand(doer, name, message);
  const links =
    link === undefined
      ? can('copy')
        ? addresses(message.text ?? '').map(({ url }) => url)
        : []
      : [link];
  const entries: MenuEntry[] = [
    can('retry')
      ? { title: t('message-retry'), icon: 'refresh', run: () => void again(doer, message) }
      : null,
    can('reply')
      ? { title: t('menu-reply'), icon: 'reply', keys: 'R', run: () => conversation.answer(message) }
      : null,
    can('react')
      ? { title: t('menu-react'), icon: 'react', keys: 'E', run: () => doer.react(message) }
      : null,
    can('edit')
      ? { title: t('menu-edit'), icon: 'edit', run: () => conversation.edit(message) }
      : null,
    'line',
    ...[...new Set(links)].slice(0, 3).flatMap((url): MenuEntry[] => [
      {
        title: t('menu-open-link', { host: hostOf(url) }),
        icon: 'external',
        run: () => openDialog({ name: 'link', url }),
      },
      { title: t('menu-copy-link'), icon: 'link', run: () => copyText(url) },
    ]),
    can('copy')
      ? { title: t('menu-copy'), icon: 'copy', keys: 'C', run: () => copy([message]) }
      : null,
    can('forward')
      ? {
          title: t('menu-forward'),
          icon: 'forward',
          run: () => openDialog({ name: 'forward', rows: [message.row] }),
        }
      : null,
    { title: t('menu-select'), icon: 'select', keys: 'S', run: () => conversation.select(message.row) },
    {
      title: t('menu-details'),
      icon: 'info',
      run: () => openDialog({ name: 'message-details', row: message.row }),
    },
    'line',
    {
      title: t('menu-delete'),
      icon: 'trash',
      keys: 'Delete',
      danger: true,
      run: () => void remove(doer, [message]),
    },
    can('everyone')
      ? {
          title: t('menu-delete-everyone'),
          icon: 'trash',
          danger: true,
          run: () => void remove(doer, [message], true),
        }
      : null,
  ];
  openMenu(anchor, entries, { label: t('menu-message') });
}

/** Where an address leads: its host, or the mailbox. */
export function hostOf(url: string): string {
  try {
    const { protocol, host, pathname } = new URL(url);
    return protocol === 'mailto:' ? decodeURIComponent(pathname) : host;
  } catch {
    return url;
  }
}
