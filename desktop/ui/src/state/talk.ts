/** A conversation that was opened: what is known of it, and what was said. */
import { ConversationState } from './conversation.svelte';
import { TimelineState } from './timeline.svelte';

/** It is shown after so long, in milliseconds, whatever there is of it. */
const PATIENCE = 150;

export class Talk {
  readonly conversation: ConversationState;
  readonly timeline: TimelineState;
  /** It was opened at a message. */
  readonly jumped: boolean;
  /** There is something to show. */
  readonly ready: Promise<unknown>;

  readonly #stop: () => void;

  constructor(profile: string, account: string, row: number | null) {
    const anchor = row === null ? 'first_unread' : { message: { row } };
    this.conversation = new ConversationState(profile, account);
    this.timeline = new TimelineState(profile, account, anchor, (known) => this.conversation.learn(known));
    this.jumped = row !== null;
    this.ready = Promise.race([
      this.timeline.opened,
      new Promise((resolve) => setTimeout(resolve, PATIENCE)),
    ]);
    this.#stop = this.conversation.follow();
  }

  close(): void {
    this.#stop();
    this.timeline.close().catch(() => undefined);
  }
}
