/** Who of the contacts is who they say, as the person found: for a small sign beside the name. */
import { contacts, type Contact } from '../../ipc/generated';
import { onEvent } from '../../state/session.svelte';

function holds({ verified }: Contact): boolean {
  return verified.state === 'scanned' || verified.state === 'same_accounts';
}

export class Verification {
  #accounts: ReadonlySet<string> = $state.raw(new Set());

  constructor(private readonly profile: string) {}

  is(account: string): boolean {
    return this.#accounts.has(account);
  }

  /** Keeps it true until what is returned is called. */
  follow(): () => void {
    let over = false;
    if (this.profile) {
      contacts(this.profile).then(
        (all) => {
          if (over) return;
          this.#accounts = new Set(all.filter(holds).map(({ account }) => account));
        },
        // The sign is missing then, and nothing else.
        () => undefined,
      );
    }
    const stop = onEvent((event) => {
      if (!('contact_changed' in event)) return;
      const { contact } = event.contact_changed;
      if (holds(contact) === this.#accounts.has(contact.account)) return;
      const next = new Set(this.#accounts);
      if (holds(contact)) next.add(contact.account);
      else next.delete(contact.account);
      this.#accounts = next;
    });
    return () => {
      over = true;
      stop();
    };
  }
}
