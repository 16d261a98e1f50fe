/** Tells that what is on the screen was read, while somebody looks at it. */
import { markRead, type Message } from '../../../ipc/generated';
import { failed } from '../../../state/toasts.svelte';

/** It is told so often at most, in milliseconds. */
const PAUSE = 300;

/** What one reads. */
export interface Page {
  profile: string;
  account: string;
  /** How many are unread: after it was told, the same message may be unread anew. */
  unread: () => number;
  /** What is on the screen, oldest first. */
  seen: () => (Message | undefined)[];
}

export class Reader {
  #timer: ReturnType<typeof setTimeout> | undefined;
  #told = '';

  constructor(private readonly page: Page) {}

  /** What is on the screen is another thing, or somebody looks again. */
  look(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#read();
    }, PAUSE);
  }

  end(): void {
    clearTimeout(this.#timer);
  }

  #read(): void {
    if (!document.hasFocus() || document.visibilityState !== 'visible') return;
    const unread = this.page.unread();
    if (unread === 0) return;
    const last = this.page.seen().findLast((message) => message?.unread);
    const now = `${last?.row}:${unread}`;
    if (!last || now === this.#told) return;
    this.#told = now;
    markRead(this.page.profile, this.page.account, last.row).catch((error: unknown) => {
      this.#told = '';
      failed(error);
    });
  }
}
