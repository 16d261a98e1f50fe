/** What is open, for the dialogs that belong to it. */
import type { ConversationState } from './conversation.svelte';
import type { TimelineState } from './timeline.svelte';

interface Open {
  conversation: ConversationState | undefined;
  timeline: TimelineState | undefined;
}

export const open: Open = { conversation: undefined, timeline: undefined };
