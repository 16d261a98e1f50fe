/** What is looked for, and what was found. The newest question wins, however late the answers come. */
import { search, type SearchHit, type SearchOrder, type TypedSearch } from '../ipc/generated';
import { view } from './view.svelte';

/** While a question is out, fingers that are faster than this ask once. */
const PAUSE = 40;

/** The text that the search over everything begins with; kept while the window is open. */
export const everywhere = $state({ text: '' });

/** Opens the search over everything with a text. */
export function searchFor(text: string): void {
  everywhere.text = text;
  view.search = true;
}

interface Options {
  /** Only in the conversation with this account. */
  conversation?: string;
  order?: SearchOrder;
  limit?: number;
}

export class SearchState {
  /** What was found for `asked`; what was found before stays until then. */
  hits: SearchHit[] = $state.raw([]);
  /** The text that `hits` answer; empty for none. */
  asked = $state('');
  /** There are more. */
  more = $state(false);
  /** Older messages may be missing. */
  incomplete = $state(false);
  error: unknown = $state.raw(null);
  /** Something was asked and is not answered yet. */
  waiting = $state(false);

  #turn = 0;
  /** Questions that have no answer yet. */
  #out = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #query: TypedSearch | undefined;
  #next: string | null = null;
  #paging: Promise<void> | undefined;

  constructor(
    readonly profile: string,
    private readonly options: Options = {},
  ) {}

  /** Looks for what is typed: at once, or once the fingers rest if an answer is awaited already. */
  type(text: string): void {
    this.#turn += 1;
    clearTimeout(this.#timer);
    if (!text.trim()) {
      this.#show('', [], null, false);
      this.waiting = false;
      return;
    }
    this.waiting = true;
    const turn = this.#turn;
    if (this.#out === 0) void this.#ask(text, turn);
    else this.#timer = setTimeout(() => void this.#ask(text, turn), PAUSE);
  }

  async #ask(text: string, turn: number): Promise<void> {
    this.#out += 1;
    try {
      const query: TypedSearch = {
        text,
        utc_offset: -new Date().getTimezoneOffset(),
        conversation: this.options.conversation ?? null,
        order: this.options.order ?? 'whole_words',
        limit: this.options.limit ?? 0,
        cursor: null,
      };
      const page = await search(this.profile, query);
      if (turn !== this.#turn) return;
      this.#query = query;
      this.#show(text, page.hits, page.next, page.incomplete);
    } catch (error) {
      if (turn !== this.#turn) return;
      this.#show(text, [], null, false);
      this.error = error;
    } finally {
      this.#out -= 1;
    }
    this.waiting = false;
  }

  #show(asked: string, hits: SearchHit[], next: string | null, incomplete: boolean): void {
    this.asked = asked;
    this.hits = hits;
    this.more = next !== null;
    this.incomplete = incomplete;
    this.error = null;
    this.#next = next;
    this.#paging = undefined;
  }

  /** The next page, if there is one; asked for once at a time. */
  page(): Promise<void> {
    this.#paging ??= this.#page().finally(() => (this.#paging = undefined));
    return this.#paging;
  }

  async #page(): Promise<void> {
    const turn = this.#turn;
    if (!this.#query || this.#next === null) return;
    try {
      const page = await search(this.profile, { ...this.#query, cursor: this.#next });
      if (turn !== this.#turn) return;
      this.hits = [...this.hits, ...page.hits];
      this.#next = page.next;
      this.more = page.next !== null;
      this.incomplete ||= page.incomplete;
    } catch (error) {
      if (turn === this.#turn) this.error = error;
    }
  }

  /** Nothing is asked any more. */
  close(): void {
    this.#turn += 1;
    clearTimeout(this.#timer);
  }
}
