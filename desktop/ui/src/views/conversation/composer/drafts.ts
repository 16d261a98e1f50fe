/** Keeps what is being written a moment after the last change, and never twice the same. */
import type { Draft } from '../../../ipc/generated';

/** Milliseconds after the last change. */
export const PAUSE = 400;

export const EMPTY: Draft = { text: '', formats: [], mentions: [], answers: null };

export class DraftKeeper {
  #kept: string;
  #waiting: Draft | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly keep: (draft: Draft) => void,
    kept: Draft = EMPTY,
  ) {
    this.#kept = form(kept);
  }

  /** Something was written that is not kept yet. */
  get waits(): boolean {
    return this.#waiting !== null;
  }

  /** What was kept elsewhere. */
  learn(draft: Draft): void {
    this.forget();
    this.#kept = form(draft);
  }

  change(draft: Draft): void {
    this.forget();
    if (form(draft) === this.#kept) return;
    this.#waiting = draft;
    this.#timer = setTimeout(() => this.flush(), PAUSE);
  }

  /** Keeps at once what waits. */
  flush(): void {
    const draft = this.#waiting;
    this.forget();
    if (draft) {
      this.#kept = form(draft);
      this.keep(draft);
    }
  }

  /** What waits is not to be kept. */
  forget(): void {
    clearTimeout(this.#timer);
    this.#waiting = null;
  }
}

/** Equal for what is the same. */
export function form(draft: Draft): string {
  const blank = draft.text.trim() === '';
  const formats = (draft.formats ?? []).map(({ start, length, style }) => [start, length, style]);
  const mentions = (draft.mentions ?? []).map(({ start, length, account }) => [start, length, account]);
  return blank ? '' : JSON.stringify([draft.text, formats, mentions, draft.answers ?? null]);
}
