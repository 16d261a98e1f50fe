/** The part of a text that a hit is shown with. */
import type { TextRange } from '../ipc/generated';
import { toUnits } from './scalars';

export interface Part {
  text: string;
  /** It is what was looked for. */
  found: boolean;
}

/** How much stands before the first hit, and in all; in code units. */
const BEFORE = 32;
const MOST = 220;

/** A place that parts no pair of surrogates and no letter from what is put on it. */
function whole(text: string, place: number): number {
  let at = place;
  while (at > 0 && at < text.length && /^[\udc00-\udfff\p{M}\u200d\ufe0f]/u.test(text.slice(at))) {
    at -= 1;
  }
  return at;
}

/** Where the snippet begins: at a word, if one begins near. */
function beginning(text: string, first: number): number {
  if (first <= BEFORE) return 0;
  const from = first - BEFORE;
  const space = text.slice(from, first).search(/\s\S/u);
  return space >= 0 ? from + space + 1 : whole(text, from);
}

/** One line of a text around the first of the ranges, with every range in it told apart. */
export function snippet(text: string, highlights: readonly TextRange[]): Part[] {
  const ranges = highlights.map(({ start, end }) => ({
    start: toUnits(text, start),
    end: toUnits(text, end),
  }));
  const from = beginning(text, ranges[0]?.start ?? 0);
  const to = whole(text, Math.min(text.length, from + MOST));
  const parts: Part[] = [];
  const add = (start: number, end: number, found: boolean) => {
    // A line break is white space here, and any amount of it is one space.
    const piece = text.slice(start, end).replace(/\s+/gu, ' ');
    if (piece) parts.push({ text: piece, found });
  };
  let at = from;
  for (const { start, end } of ranges) {
    if (start >= to) break;
    if (end <= at) continue;
    add(at, Math.max(at, start), false);
    add(Math.max(at, start), Math.min(end, to), true);
    at = Math.min(end, to);
  }
  add(at, to, false);
  if (from > 0) parts.unshift({ text: '…', found: false });
  if (to < text.length) parts.push({ text: '…', found: false });
  return parts;
}
