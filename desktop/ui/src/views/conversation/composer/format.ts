/** Puts markers around what is selected, or takes them away. */
import type { Style } from '../../../ipc/generated';
import { MARKERS, readMarkup, writeMarkup } from '../../../text/markup';
import { length, toUnits } from '../../../text/scalars';

/** What to put in place of what, and what is selected then; all in code units. */
export interface Change {
  from: number;
  to: number;
  text: string;
  start: number;
  end: number;
}

/** A place in what was typed, as a place in what it says; a marker belongs to the text before it. */
function said(raw: string, at: number): number {
  let place = 0;
  let scalars = 0;
  for (const piece of readMarkup(raw).pieces) {
    if (at <= place) break;
    const inside = Math.min(at - place, piece.raw.length);
    const whole = inside === piece.raw.length || piece.raw !== piece.text;
    const part = whole ? piece.text : piece.text.slice(0, inside);
    scalars += length(part);
    place += piece.raw.length;
  }
  return scalars;
}

/** A place in what it says, as a place in what was typed. */
function typed(raw: string, scalars: number, behind: boolean): number {
  let place = 0;
  let left = scalars;
  for (const piece of readMarkup(raw).pieces) {
    const size = length(piece.text);
    if (size > left || (size === left && size > 0 && behind)) {
      return place + (piece.raw === piece.text ? toUnits(piece.text, left) : left && piece.raw.length);
    }
    left -= size;
    place += piece.raw.length;
  }
  return raw.length;
}

/** Whether all of a selection has a style. */
export function has(raw: string, from: number, to: number, style: Style): boolean {
  const [start, end] = [said(raw, from), said(raw, to)];
  const covering = (one: { start: number; length: number; style: Style }) =>
    one.style === style && one.start <= start && one.start + one.length >= end;
  return end > start && readMarkup(raw).formats.some(covering);
}

/** Gives a selection a style, or takes it away where all of it has it. Nothing selected: a pair of markers. */
export function toggle(raw: string, from: number, to: number, style: Style): Change {
  const marker = MARKERS[style];
  if (from === to) {
    if (raw.startsWith(marker, from) && raw.slice(0, from).endsWith(marker)) {
      const [a, b] = [from - marker.length, from + marker.length];
      return { from: a, to: b, text: '', start: a, end: a };
    }
    const caret = from + marker.length;
    return { from, to, text: marker + marker, start: caret, end: caret };
  }
  const { text, formats } = readMarkup(raw);
  const [start, end] = [said(raw, from), said(raw, to)];
  const removing = has(raw, from, to, style);
  const kept = formats.flatMap((one) => {
    if (!removing || one.style !== style) return [one];
    const stop = one.start + one.length;
    return [
      { ...one, length: Math.min(start, stop) - one.start },
      { ...one, start: Math.max(end, one.start), length: stop - Math.max(end, one.start) },
    ].filter((part) => part.length > 0);
  });
  const wanted = removing ? kept : [...kept, { start, length: end - start, style }];
  const made = writeMarkup(text, wanted);
  return {
    ...difference(raw, made),
    start: typed(made, start, false),
    end: typed(made, end, true),
  };
}

/** The smallest part in which two texts differ, so that undoing it is small, too. */
function difference(before: string, after: string): { from: number; to: number; text: string } {
  const most = Math.min(before.length, after.length);
  let head = 0;
  while (head < most && before[head] === after[head]) head += 1;
  let tail = 0;
  while (tail < most - head && before.at(-1 - tail) === after.at(-1 - tail)) tail += 1;
  // Never in the middle of a character.
  if (isLow(before, head)) head -= 1;
  if (isLow(before, before.length - tail)) tail -= 1;
  return { from: head, to: before.length - tail, text: after.slice(head, after.length - tail) };
}

function isLow(text: string, at: number): boolean {
  const unit = text.charCodeAt(at);
  return unit >= 0xdc00 && unit <= 0xdfff;
}
