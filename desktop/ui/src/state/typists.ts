/** Who types: until what they wrote is there, or they have not been heard typing for a while. */

/** Milliseconds after the last time that somebody was said to type. */
export const OVER = 15_000;

export class Typists {
  #waiting = new Map<string, ReturnType<typeof setTimeout>>();

  constructor(private readonly tell: (conversation: string, account: string, active: boolean) => void) {}

  /** Somebody types, or has stopped. */
  heard(conversation: string, account: string, active: boolean): void {
    const key = `${conversation} ${account}`;
    clearTimeout(this.#waiting.get(key));
    this.#waiting.delete(key);
    if (active) {
      this.#waiting.set(
        key,
        setTimeout(() => this.heard(conversation, account, false), OVER),
      );
    }
    this.tell(conversation, account, active);
  }

  /** Something came from somebody: they are done with it. */
  wrote(conversation: string, account: string): void {
    if (this.#waiting.has(`${conversation} ${account}`)) {
      this.heard(conversation, account, false);
    }
  }

  /** Nobody types any more that is known of. */
  forget(): void {
    this.#waiting.forEach((timer) => clearTimeout(timer));
    this.#waiting.clear();
  }
}
