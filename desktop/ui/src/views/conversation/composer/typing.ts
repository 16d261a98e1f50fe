/** Tells that the person types: not with every key, and that they have stopped, once. */

/** Milliseconds between two times that it is told. */
export const EVERY = 5_000;

export class TypingTeller {
  #told: number | null = null;

  constructor(
    private readonly tell: (active: boolean) => void,
    private readonly now: () => number = Date.now,
  ) {}

  typed(): void {
    const now = this.now();
    if (this.#told === null || now - this.#told >= EVERY) {
      this.#told = now;
      this.tell(true);
    }
  }

  stopped(): void {
    if (this.#told !== null) {
      this.#told = null;
      this.tell(false);
    }
  }

  /** The message says it. */
  sent(): void {
    this.#told = null;
  }
}
