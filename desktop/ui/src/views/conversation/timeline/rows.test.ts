import { describe, expect, it } from 'vitest';
import type { Message, TimelineItem } from '../../../ipc/generated';
import { Rows, tally } from './rows';

const noon = new Date(2026, 4, 6, 12).getTime();

function item(row: number, at: number, more: Partial<Message> = {}): TimelineItem {
  const message = {
    row,
    author: 'a',
    direction: 'sent_here',
    kind: 'text',
    text: 'x',
    sent_at: at,
    received_at: at,
    reactions: [],
    ...more,
  } as unknown as Message;
  return { id: `m:${row}`, revision: row, kind: { message: { message } } };
}

const none = { id: null, count: 0 };
const shape = (rows: { first: boolean; last: boolean }[]) =>
  rows.map((row) => (row.first ? '(' : '') + (row.last ? ')' : '')).join(' ');

describe('rows', () => {
  it('group what one person says within five minutes', () => {
    const minute = 60_000;
    const items = [
      item(1, noon),
      item(2, noon + 4 * minute),
      item(3, noon + 8 * minute),
      item(4, noon + 14 * minute),
      item(5, noon + 15 * minute, { author: 'b' }),
    ];
    expect(shape(new Rows().of(items, false, none))).toBe('(  ) () ()');
  });

  it('begin a day, and a group with it', () => {
    const midnight = new Date(2026, 4, 7).getTime();
    const rows = new Rows().of([item(1, midnight - 1000), item(2, midnight)], false, none);
    expect(rows.map((row) => row.day)).toEqual([midnight - 1000, midnight]);
    expect(shape(rows)).toBe('() ()');
  });

  it('draw the line before what is new, through a group', () => {
    const rows = new Rows().of([item(1, noon), item(2, noon + 1)], false, { id: 'm:2', count: 3 });
    expect(rows.map((row) => row.fresh)).toEqual([0, 3]);
    expect(shape(rows)).toBe('() ()');
  });

  it('do not trust a clock that is ahead', () => {
    const late = item(1, noon, { direction: 'received', sent_at: noon + 86_400_000 });
    expect(new Rows().of([late], false, none)[0]?.day).toBe(noon);
  });

  it('stay the same objects while nothing differs', () => {
    const rows = new Rows();
    const [one, two] = [item(1, noon), item(2, noon + 1)];
    const before = rows.of([one, two], true, none);
    const after = rows.of([one, two, item(3, noon + 2)], true, none);
    expect(after[0]).toBe(before[0]);
    expect(after[1]).toBe(before[1]);
    // It was the last of its group.
    expect(after[2]).not.toBe(before[2]);
    const changed = rows.of([{ ...one, revision: 9 }, two, item(3, noon + 2)], true, none);
    expect(changed[1]).not.toBe(after[1]);
    expect(changed[3]).toBe(after[3]);
  });

  it('count reactions by emoji', () => {
    const reactions = [
      { emoji: '👍', account: 'c', name: 'Carol', own: false, at: 3 },
      { emoji: '❤️', account: 'a', name: 'Me', own: true, at: 1 },
      { emoji: '👍', account: 'b', name: 'Bob', own: false, at: 2 },
    ];
    expect(tally({ reactions } as unknown as Message)).toEqual([
      { emoji: '❤️', count: 1, own: true, names: ['Me'] },
      { emoji: '👍', count: 2, own: false, names: ['Bob', 'Carol'] },
    ]);
  });
});
