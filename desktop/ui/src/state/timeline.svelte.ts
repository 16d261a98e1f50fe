/** A window over a conversation, as the core keeps it. */
import {
  closeStream,
  jumpToDate,
  jumpToMessage,
  jumpToNewest,
  openTimeline,
  pageBack,
  pageForward,
  type OpenedTimeline,
  type TimelineAnchor,
  type TimelineItem,
  type TimelineUpdate,
} from '../ipc/generated';
import { opened } from './opened';
import { apply } from './splices';
import { failed } from './toasts.svelte';

/** How many messages one page has. */
const PAGE = 60;
/** No message is lower than this, in pixels. */
const LOWEST = 30;
/** How many the window holds. */
const MOST = 600;

/** A timeline that stays true until it is closed. */
export class TimelineState {
  items: TimelineItem[] | undefined = $state.raw(undefined);
  atStart = $state(false);
  atEnd = $state(false);
  newer = $state(0);
  unread = $state(0);
  firstUnread: string | null = $state(null);
  unreadLine: string | null = $state(null);
  /** The item to show, until somebody has shown it. */
  focus: string | null = $state(null);

  #stream: Promise<number>;
  #paging = false;

  /** Called with each update after it was taken, before it is drawn: the place on the screen is to be kept. */
  taken: ((update: TimelineUpdate) => void) | undefined;

  /**
   * A message that is not there any more is not gone to. `learned` is told of the conversation, before
   * anything of it is shown.
   */
  constructor(
    readonly profile: string,
    readonly account: string,
    anchor: TimelineAnchor,
    private readonly learned: (known: OpenedTimeline) => void,
  ) {
    this.#stream = this.#open(anchor).catch((error: unknown) => {
      if (error !== 'no_such_message') throw error;
      return this.#open('first_unread');
    });
    this.#stream.catch(failed);
  }

  #open(anchor: TimelineAnchor): Promise<number> {
    // What can be seen at once comes first.
    const size = Math.min(PAGE, Math.ceil(innerHeight / LOWEST));
    const options = { size, most: MOST, anchor };
    return opened<TimelineUpdate>(
      async (listener) => {
        const known = await openTimeline(this.profile, this.account, options, listener);
        this.learned(known);
        return known;
      },
      (update) => this.#take(update),
    );
  }

  #take(update: TimelineUpdate): void {
    this.#paging = false;
    if (update.diffs.length > 0 || this.items === undefined) {
      this.items = apply(this.items ?? [], update.diffs);
    }
    this.atStart = update.at_start;
    this.atEnd = update.at_end;
    this.newer = update.newer;
    this.unread = update.unread;
    this.firstUnread = update.first_unread;
    this.unreadLine = update.unread_line;
    if (update.focus) {
      this.focus = update.focus;
    }
    this.taken?.(update);
  }

  /** Asks for older messages, unless it is asking already. */
  async pageBack(): Promise<void> {
    if (this.atStart || this.#paging) return;
    this.#paging = true;
    await pageBack(await this.#stream, PAGE);
  }

  /** Asks for newer messages, unless it is asking already. */
  async pageForward(): Promise<void> {
    if (this.atEnd || this.#paging) return;
    this.#paging = true;
    await pageForward(await this.#stream, PAGE);
  }

  async jumpToMessage(row: number): Promise<void> {
    await jumpToMessage(await this.#stream, row);
  }

  async jumpToDate(ms: number): Promise<void> {
    await jumpToDate(await this.#stream, ms);
  }

  async jumpToNewest(): Promise<void> {
    await jumpToNewest(await this.#stream);
  }

  /** Its first items are there, or will never be. */
  get opened(): Promise<unknown> {
    return this.#stream.catch(() => undefined);
  }

  async close(): Promise<void> {
    await closeStream(await this.#stream);
  }
}
