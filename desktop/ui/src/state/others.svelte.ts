/** What is unread in the accounts that are not on the screen. */
import { closeStream, openList, type ConversationListUpdate } from '../ipc/generated';
import { opened } from './opened';

/** Conversations with something unread, by the id of the profile. */
export const others: { unread: Record<string, number> } = $state({ unread: {} });

/** Watches these profiles until what is returned is called. */
export function watch(profiles: readonly string[]): () => void {
  const streams = profiles.map((id) =>
    // The list itself is of no interest: nobody has such a name, so none of it is told.
    opened<ConversationListUpdate>(
      (listener) => openList(id, { show: 'unread', name: '\u0000' }, listener),
      (update) => (others.unread[id] = update.unread_conversations),
    ),
  );
  return () => {
    others.unread = {};
    for (const stream of streams) {
      stream.then(closeStream).catch(() => undefined);
    }
  };
}
