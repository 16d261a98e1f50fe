/** What can be done anywhere. Views add their own while they are there. */
import type { Command } from '../../state/commands.svelte';
import { prefer, preferences } from '../../state/preferences.svelte';
import { isOpen, next, session } from '../../state/session.svelte';
import { failed } from '../../state/toasts.svelte';
import { back, openDialog, view } from '../../state/view.svelte';
import { t } from '../../text';

export function globalCommands(): Command[] {
  const ready = () => session.current !== null && !session.adding;
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
      keys: ['Mod+Shift+D'],
      enabled: () => ready() && view.account !== null && !view.dialog,
      run: () => (view.details = !view.details),
    },
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
