/** What stands around the items of a timeline: days, the line before what is new, groups. */
import type { Message, TimelineItem } from '../../../ipc/generated';
import type { Sized } from './layout';

/** Messages of one author belong together for so long, in milliseconds. */
const TOGETHER = 5 * 60_000;

/** The beginning of a conversation, as a row. */
export const START = 'start';

export interface Row extends Sized {
  /** Undefined for the beginning. */
  item: TimelineItem | undefined;
  message: Message | undefined;
  /** A moment of the day that begins with this row. */
  day: number | undefined;
  /** What is new begins here: how many there were; 0 for none. */
  fresh: number;
  /** The first of a group of messages. */
  first: boolean;
  /** The last of one. */
  last: boolean;
}

/** When something was said, as it is shown: nobody's clock is ahead of the moment it came here. */
export function saidAt(message: Message): number {
  return message.direction === 'received'
    ? Math.min(message.sent_at, message.received_at)
    : message.sent_at;
}

export function messageOf(item: TimelineItem): Message | undefined {
  return 'message' in item.kind ? item.kind.message.message : undefined;
}

function momentOf(item: TimelineItem): number {
  if ('message' in item.kind) return saidAt(item.kind.message.message);
  return 'gap' in item.kind ? item.kind.gap.gap.since : item.kind.notice.notice.at;
}

/** The day of a moment where the person is, as a number that differs from day to day. */
export function dayOf(ms: number): number {
  const date = new Date(ms);
  return date.getFullYear() * 10_000 + date.getMonth() * 100 + date.getDate();
}

/** Whether a message has a bubble. */
function isSaid(message: Message | undefined): message is Message {
  return message !== undefined && message.kind !== 'timer';
}

function together(one: Message | undefined, other: Message | undefined): boolean {
  return (
    isSaid(one) &&
    isSaid(other) &&
    one.author === other.author &&
    Math.abs(saidAt(other) - saidAt(one)) < TOGETHER
  );
}

/** Makes rows of items; those that are as they were stay the same objects, so that nothing is drawn anew. */
export class Rows {
  #made = new Map<string, Row>();

  /** `fresh` is the item of the first message that was new, and how many there were. */
  of(
    items: readonly TimelineItem[],
    atStart: boolean,
    fresh: { id: string | null; count: number },
  ): Row[] {
    const rows: Row[] = [];
    const made = new Map<string, Row>();
    const keep = (row: Row): void => {
      const known = this.#made.get(row.id);
      const same = known !== undefined && known.key === row.key ? known : row;
      made.set(row.id, same);
      rows.push(same);
    };
    if (atStart) {
      const nothing = { item: undefined, message: undefined, day: undefined, fresh: 0 };
      keep({ id: START, key: '', ...nothing, first: true, last: true });
    }
    let dayBefore: number | undefined;
    for (const [place, item] of items.entries()) {
      const moment = momentOf(item);
      const day = dayOf(moment);
      const message = messageOf(item);
      const [before, after] = [items[place - 1], items[place + 1]];
      const isDay = day !== dayBefore;
      const isFresh = item.id === fresh.id;
      const first = isDay || isFresh || !before || !together(messageOf(before), message);
      const last =
        !after ||
        after.id === fresh.id ||
        dayOf(momentOf(after)) !== day ||
        !together(message, messageOf(after));
      dayBefore = day;
      const count = isFresh ? fresh.count : 0;
      keep({
        id: item.id,
        key: `${item.revision}:${isDay ? day : ''}:${count}:${first ? 1 : 0}${last ? 1 : 0}`,
        item,
        message,
        day: isDay ? moment : undefined,
        fresh: count,
        first,
        last,
      });
    }
    this.#made = made;
    return rows;
  }
}

/** A reaction with all who gave it. */
export interface Tally {
  emoji: string;
  count: number;
  own: boolean;
  names: string[];
}

/** Reactions by emoji, in the order in which they were first given. */
export function tally(message: Message): Tally[] {
  const all: Tally[] = [];
  for (const { emoji, own, name } of [...message.reactions].sort((a, b) => a.at - b.at)) {
    const there = all.find((one) => one.emoji === emoji);
    if (there) {
      there.count += 1;
      there.own ||= own;
      there.names.push(name);
    } else {
      all.push({ emoji, count: 1, own, names: [name] });
    }
  }
  return all;
}

/** How high a row may be, in pixels of a window of this width. `rem` is the person's font size. */
export function guess(row: Row, width: number, rem: number): number {
  let height = row.day === undefined ? 0 : 2.75 * rem;
  if (row.fresh > 0) height += 2.75 * rem;
  if (row.id === START) return 12 * rem;
  const message = row.message;
  if (!message || message.kind === 'timer') return height + 2.5 * rem;
  const inner = Math.max(8 * rem, Math.min(40 * rem, width * 0.78 - 2 * rem) - 1.5 * rem);
  const most = inner / (0.46 * rem);
  let lines = 0;
  for (const line of (message.text ?? '').split('\n', 400)) {
    lines += Math.max(1, Math.ceil(line.length / most));
  }
  height += lines * 1.3125 * rem + 0.875 * rem + (row.last ? 0.75 : 0.125) * rem;
  if (message.quote) height += 3 * rem;
  if (message.reactions.length > 0) height += 1.25 * rem;
  if (message.forwarded) height += 1.125 * rem;
  return height;
}
