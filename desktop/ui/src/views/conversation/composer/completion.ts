/** What is being typed that could be completed. */

export interface Wanted {
  kind: 'emoji' | 'mention';
  /** Where it begins, with its sign, in code units. */
  from: number;
  /** Where the caret is. */
  to: number;
  query: string;
}

const EMOJI = /(?:^|[\s\p{P}\p{Emoji_Presentation}\u200d\ufe0f]):([\p{L}\p{N}_+-]{2,40})$/u;
const WHOLE = /(?:^|[\s\p{P}\p{Emoji_Presentation}\u200d\ufe0f]):([\p{L}\p{N}_+-]{2,40}):$/u;
const MENTION = /(?:^|[\s\p{Ps}])@([\p{L}\p{M}\p{N}_ '.-]{0,40})$/u;

/** What the person is in the middle of, before the caret. */
export function wanted(text: string, caret: number): Wanted | null {
  const before = text.slice(Math.max(0, caret - 64), caret);
  const emoji = EMOJI.exec(before)?.[1];
  if (emoji !== undefined) {
    return { kind: 'emoji', from: caret - emoji.length - 1, to: caret, query: emoji.toLowerCase() };
  }
  const mention = MENTION.exec(before)?.[1];
  if (mention !== undefined) {
    const query = mention.toLocaleLowerCase();
    return { kind: 'mention', from: caret - mention.length - 1, to: caret, query };
  }
  return null;
}

/** A name between two colons that ends at the caret. */
export function whole(text: string, caret: number): Wanted | null {
  const name = WHOLE.exec(text.slice(Math.max(0, caret - 64), caret))?.[1];
  if (name === undefined) return null;
  return { kind: 'emoji', from: caret - name.length - 2, to: caret, query: name.toLowerCase() };
}

/** Whether a name could be meant: each of its beginnings, and each word's. */
export function fits(name: string, query: string): boolean {
  const low = name.toLocaleLowerCase();
  return low.startsWith(query) || low.split(/\s+/u).some((word) => word.startsWith(query));
}

/** The place after a step in a list that goes round. */
export function step(place: number, by: number, count: number): number {
  return count === 0 ? 0 : (place + by + count) % count;
}
