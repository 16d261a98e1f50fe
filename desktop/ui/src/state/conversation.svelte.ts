/** The open conversation: what its timeline, its composer and its header share. */
import type { Contact, ConversationSummary, Message } from '../ipc/generated';

export class ConversationState {
  /** Whom it is with, as the list tells it; undefined until the list has it. */
  summary: ConversationSummary | undefined = $state.raw(undefined);
  /** The same as a contact; null for the note to self. */
  contact: Contact | null = $state.raw(null);
  /** The message that is being answered. */
  answering: Message | null = $state.raw(null);
  /** The own message that is being changed. */
  editing: Message | null = $state.raw(null);
  /** The rows that are selected; null while nothing is being selected. */
  selected: Set<number> | null = $state.raw(null);

  constructor(
    readonly profile: string,
    readonly account: string,
  ) {}

  answer(message: Message): void {
    this.editing = null;
    this.answering = message;
  }

  edit(message: Message): void {
    this.answering = null;
    this.editing = message;
  }
}
