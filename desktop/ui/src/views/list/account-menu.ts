/** What is behind the own name: the own link, the other accounts, the settings. */
import type { MenuEntry } from '../../parts/menu.svelte';
import { isOpen, session, show } from '../../state/session.svelte';
import { openConversation, openDialog } from '../../state/view.svelte';
import { t } from '../../text';
import { failed } from '../../state/toasts.svelte';

function nameOf(there: NonNullable<typeof session.profiles>[number]): string {
  return typeof there.state === 'object' && 'open' in there.state
    ? there.state.open.me.name
    : there.id;
}

export function accountMenu(): MenuEntry[] {
  const usable = (session.profiles ?? []).filter(isOpen);
  const account = session.me?.account;
  return [
    { title: t('account-menu-link'), icon: 'qr', run: () => openDialog({ name: 'my-link' }) },
    account
      ? { title: t('list-note-to-self'), icon: 'note', run: () => openConversation(account) }
      : null,
    { title: t('account-menu-settings'), icon: 'settings', keys: 'Mod+,', run: () => openDialog({ name: 'settings' }) },
    'line',
    ...(usable.length > 1
      ? usable.map((there): MenuEntry => ({
          title: there.id === session.current ? (session.me?.name ?? nameOf(there)) : nameOf(there),
          checked: there.id === session.current,
          run: () => {
            if (there.id !== session.current) show(there.id).catch(failed);
          },
        }))
      : []),
    'line',
    { title: t('account-menu-accounts'), icon: 'people', run: () => openDialog({ name: 'accounts' }) },
  ];
}
