/** What can be done with the open conversation, by key and from the palette. */
import type { Command } from '../../state/commands.svelte';
import type { ConversationState } from '../../state/conversation.svelte';
import { openDialog, view } from '../../state/view.svelte';
import { t } from '../../text';

export function conversationCommands(conversation: ConversationState): Command[] {
  const ready = (): boolean => view.dialog === null;
  const command = (id: string, run: () => void, more: Partial<Command> = {}): Command => ({
    id,
    title: () => t(`command-${id}`),
    group: 'conversation',
    enabled: ready,
    run,
    ...more,
  });
  return [
    command('jump-to-date', () => openDialog({ name: 'jump-to-date' }), { keys: ['Mod+J'] }),
    command('jump-to-newest', () => conversation.place?.toNewest(), { keys: ['Mod+End'] }),
    command('messages', () => conversation.place?.focus(), { keys: ['Mod+M'] }),
    command('select-messages', () => (conversation.selected = new Set())),
    command('stop-selecting', () => (conversation.selected = null), {
      keys: ['Escape'],
      hidden: true,
      everywhere: true,
      enabled: () => ready() && conversation.selected !== null,
    }),
  ];
}
