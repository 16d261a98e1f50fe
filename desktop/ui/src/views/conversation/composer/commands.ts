/** What the keys do while a message is written. */
import type { Style } from '../../../ipc/generated';
import type { Command } from '../../../state/commands.svelte';
import { preferences } from '../../../state/preferences.svelte';
import { t } from '../../../text';

export const STYLE_KEYS: Record<string, Style> = {
  'Mod+B': 'bold',
  'Mod+I': 'italic',
  'Mod+Shift+X': 'strike',
  'Mod+Shift+M': 'code',
  'Mod+Shift+P': 'spoiler',
};

/** The field hears its keys itself; these are for the sheet. */
function shown(id: string, title: string, key: string): Command {
  const run = () => undefined;
  const enabled = () => false;
  return { id, title: () => t(title), group: 'composer', keys: [key], hidden: true, enabled, run };
}

export function composerCommands(pickEmoji: () => void): Command[] {
  const { enterSends } = preferences;
  return [
    shown('send', 'composer-send', enterSends ? 'Enter' : 'Mod+Enter'),
    shown('new-line', 'composer-new-line', enterSends ? 'Shift+Enter' : 'Enter'),
    shown('edit-last', 'composer-edit-last', 'ArrowUp'),
    ...Object.entries(STYLE_KEYS).map(([key, style]) =>
      shown(`format-${style}`, `composer-${style}`, key),
    ),
    {
      id: 'emoji',
      title: () => t('composer-insert-emoji'),
      group: 'composer',
      keys: ['Mod+E'],
      run: pickEmoji,
    },
  ];
}
