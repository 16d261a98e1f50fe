/** The open conversation: what its timeline, its composer and its header share. */
import {
  contact as askContact,
  conversationSettings,
  type ClientEvent,
  type Contact,
  type ConversationSettings,
  type Draft,
  type Message,
} from '../ipc/generated';
import { onEvent, session } from './session.svelte';
import { failed } from './toasts.svelte';

/** What the core says of a conversation. */
interface Known {
  contact: Contact;
  settings: ConversationSettings;
  draft: Draft | null;
}

/** What the timeline does for the others. */
interface Place {
  /** The last own message that is there, if any. */
  lastOwn: () => Message | undefined;
  toNewest: () => void;
  focus: () => void;
  /** The messages that are selected, in order. */
  selection: () => Message[];
  copySelection: () => void;
  forwardSelection: () => void;
  deleteSelection: () => void;
}

export class ConversationState {
  /** Whom it is with; null until that is known, and for the note to self. */
  contact: Contact | null = $state.raw(null);
  /** What is set for it; undefined until that is known. */
  settings: ConversationSettings | undefined = $state.raw(undefined);
  /** What was written and not sent when it was opened; undefined until that is known. */
  draft: Draft | null | undefined = undefined;
  /** The message that is being answered. */
  answering: Message | null = $state.raw(null);
  /** The own message that is being changed. */
  editing: Message | null = $state.raw(null);
  /** The rows that are selected; null while nothing is being selected. */
  selected: Set<number> | null = $state.raw(null);

  /** Its timeline, while it is on the screen. */
  place: Place | undefined = $state.raw(undefined);

  #asked = 0;

  constructor(
    readonly profile: string,
    readonly account: string,
  ) {}

  /** It is the note to self. */
  get own(): boolean {
    return session.me?.account === this.account;
  }

  /** What it is called; empty until that is known, and for the note to self. */
  get name(): string {
    return this.contact?.name ?? '';
  }

  /** They wrote and wait for a decision. */
  get request(): boolean {
    return this.contact?.standing === 'request';
  }

  get blocked(): boolean {
    return this.contact?.standing === 'blocked';
  }

  /** The other account is closed: nothing goes there any more. */
  get closed(): boolean {
    return this.contact?.closed === true;
  }

  /** Something can be written. */
  get writable(): boolean {
    return this.own || (this.contact?.standing === 'accepted' && !this.closed);
  }

  /** Who it is with, and so what can be done, is known. */
  get known(): boolean {
    return this.own ? this.settings !== undefined : this.contact !== null;
  }

  /** Its id, in hexadecimal; undefined until that is known, and for the note to self. */
  get id(): string | undefined {
    return this.contact?.conversation;
  }

  get typing(): boolean {
    const id = this.id;
    return id !== undefined && (session.typing[id] ?? []).includes(this.account);
  }

  /** Learns what changes, until what is returned is called. */
  follow(): () => void {
    return onEvent((event) => this.#hear(event));
  }

  /** Takes what the core says of it. */
  learn({ contact, settings, draft }: Known): void {
    // The newest answer counts.
    this.#asked += 1;
    this.settings = settings;
    this.contact = this.own ? null : contact;
    this.draft = draft;
  }

  answer(message: Message): void {
    this.editing = null;
    this.answering = message;
  }

  edit(message: Message): void {
    this.answering = null;
    this.editing = message;
  }

  /** Changes the last own message. Whether there is one. */
  editLast(): boolean {
    const last = this.place?.lastOwn();
    if (last) this.edit(last);
    return last !== undefined;
  }

  select(row: number): void {
    const rows = new Set(this.selected);
    if (!rows.delete(row)) rows.add(row);
    this.selected = rows;
  }

  /** What a switch shows that could not be changed goes back to how it is. */
  reload(): void {
    // It is asked again at the next change.
    this.ask().catch(() => undefined);
  }

  /** Asks the core for what there is to know. */
  async ask(): Promise<void> {
    this.#asked += 1;
    const turn = this.#asked;
    const [settings, contact] = await Promise.all([
      conversationSettings(this.profile, this.account),
      this.own ? null : askContact(this.profile, this.account),
    ]);
    // The newest answer counts.
    if (turn !== this.#asked) return;
    this.settings = settings;
    this.contact = contact;
  }

  #hear(event: ClientEvent): void {
    if ('contact_changed' in event || 'contact_requested' in event) {
      const { contact } =
        'contact_changed' in event ? event.contact_changed : event.contact_requested;
      if (contact.account === this.account) this.contact = contact;
    } else if ('conversation_changed' in event) {
      const id = this.id;
      if (id === undefined || id === event.conversation_changed.conversation) this.reload();
    } else if ('started' in event) {
      this.ask().catch(failed);
    }
  }
}
