/** The conversations, as the core lists them. */
import {
  closeStream,
  filterList,
  openList,
  type ConversationFilter,
  type ConversationListUpdate,
  type ConversationSummary,
} from '../ipc/generated';
import { opened } from './opened';
import { apply } from './splices';

/** A list that stays true until it is closed. */
export class ConversationListState {
  /** Undefined until the first update: then there is something to show, or nothing at all. */
  items: ConversationSummary[] | undefined = $state.raw(undefined);
  unread = $state(0);
  unreadConversations = $state(0);
  requests = $state(0);
  filter: ConversationFilter = $state.raw({ show: 'all', name: null });

  #stream: Promise<number>;

  constructor(profile: string) {
    this.#stream = opened<ConversationListUpdate>(
      (listener) => openList(profile, this.filter, listener),
      (update) => {
        this.items = apply(this.items ?? [], update.diffs);
        this.unread = update.unread;
        this.unreadConversations = update.unread_conversations;
        this.requests = update.requests;
      },
    );
  }

  /** Shows others. */
  async show(filter: ConversationFilter): Promise<void> {
    this.filter = filter;
    await filterList(await this.#stream, filter);
  }

  async close(): Promise<void> {
    await closeStream(await this.#stream);
  }
}
