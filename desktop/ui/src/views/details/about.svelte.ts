/** What the details show of one conversation. It stays true until it is closed. */
import {
  closeStream,
  contact as askContact,
  conversationSettings,
  openList,
  type ClientEvent,
  type Contact,
  type ConversationSettings,
} from '../../ipc/generated';
import { onEvent, session } from '../../state/session.svelte';
import { failed } from '../../state/toasts.svelte';

export class About {
  /** Null for the note to self, undefined until it is known. */
  contact: Contact | null | undefined = $state.raw(undefined);
  settings: ConversationSettings | undefined = $state.raw(undefined);
  readonly own: boolean;

  #stop: () => void;
  #asked = 0;

  constructor(
    readonly profile: string,
    readonly account: string,
  ) {
    this.own = account === session.me?.account;
    this.#stop = onEvent((event) => this.#hear(event));
    void this.#ask().catch(failed);
  }

  #hear(event: ClientEvent): void {
    if ('contact_changed' in event) {
      const { contact } = event.contact_changed;
      if (contact.account === this.account) this.contact = contact;
    } else if ('started' in event || this.#concerns(event)) {
      this.reload();
    }
  }

  #concerns(event: ClientEvent): boolean {
    if (!('conversation_changed' in event)) return false;
    const mine = this.contact?.conversation;
    return mine === undefined || event.conversation_changed.conversation === mine;
  }

  /** What a switch shows that could not be changed goes back to how it is. */
  reload(): void {
    void this.#ask().catch(() => undefined);
  }

  async #ask(): Promise<void> {
    this.#asked += 1;
    const mine = this.#asked;
    const settings = conversationSettings(this.profile, this.account);
    const contact = this.own ? null : askContact(this.profile, this.account);
    const [about, set] = [await contact, await settings];
    // The newest answer counts.
    if (mine !== this.#asked) return;
    this.contact = about;
    this.settings = set;
  }

  /** The id of the conversation. */
  async conversation(): Promise<string | null> {
    if (this.contact) return this.contact.conversation;
    return ownConversation(this.profile);
  }

  close(): void {
    this.#stop();
  }
}

/** The list alone knows the id of the note to self. */
async function ownConversation(profile: string): Promise<string | null> {
  const { stream, first } = await openList(profile, { show: 'all', name: null }, () => undefined);
  void closeStream(stream);
  const all = first.diffs.flatMap((diff) =>
    'reset' in diff ? diff.reset.items : diff.splice.inserted,
  );
  return all.find((one) => one.kind === 'own')?.id ?? null;
}
