/**
 * A text as pieces that look the same all through: formats that overlap are split, addresses are
 * found, and nothing of it is ever markup.
 */
import type { Format, Mention, Style } from '../ipc/generated';
import { toUnits } from './scalars';

/** A piece of a text. */
export interface Piece {
  text: string;
  styles: Style[];
  /** Where it leads, if it is an address: `http`, `https` or `mailto`. */
  url?: string;
  /** Whom it means: an account in hexadecimal. */
  mention?: string;
  /** Code of several lines, or on a line of its own. */
  block?: boolean;
}

/** A range in code units, its end not included. */
interface Range {
  start: number;
  end: number;
}

interface Address extends Range {
  url: string;
}

const ORDER: Style[] = ['bold', 'italic', 'strike', 'code', 'spoiler'];
// Marks that turn the direction would let an address read as another one.
const STOPS = '\\s<>"`\\u0000-\\u001f\\u200e\\u200f\\u202a-\\u202e\\u2066-\\u2069';
const ADDRESS = new RegExp(
  `(?<![\\p{L}\\p{N}@/.+-])(?:(?:https?://|mailto:|www\\.)[^${STOPS}]+|[\\p{L}\\p{N}._%+-]+@[\\p{L}\\p{N}-]+(?:\\.[\\p{L}\\p{N}-]+)+)`,
  'giu',
);
const CLOSING: Record<string, string> = { ')': '(', ']': '[', '}': '{' };

/** What belongs to the sentence and not to the address at its end. */
function trimmed(found: string): string {
  let text = found;
  for (;;) {
    const last = text.at(-1) ?? '';
    const opening = CLOSING[last];
    const unbalanced =
      opening !== undefined && text.split(last).length > text.split(opening).length;
    if (!unbalanced && !/[.,;:!?'’”»…*_~]/u.test(last)) return text;
    text = text.slice(0, -last.length);
  }
}

/** An address as something to open, if it is one. */
export function addressOf(text: string): string | undefined {
  let full = text;
  if (/^www\./iu.test(text)) full = `https://${text}`;
  else if (!/^(?:https?:|mailto:)/iu.test(text)) full = `mailto:${text}`;
  try {
    const url = new URL(full);
    if (url.protocol === 'mailto:') return url.pathname.includes('@') ? url.href : undefined;
    return url.hostname === '' || !/[.:]|^localhost$/u.test(url.hostname) ? undefined : url.href;
  } catch {
    return undefined;
  }
}

/** The addresses in a text, in order. */
export function addresses(text: string): Address[] {
  if (!/[@:]|www\./iu.test(text)) return [];
  const all: Address[] = [];
  for (const match of text.matchAll(ADDRESS)) {
    const found = trimmed(match[0]);
    const url = addressOf(found);
    if (url !== undefined) {
      all.push({ start: match.index, end: match.index + found.length, url });
    }
  }
  return all;
}

/** A range of scalar values as one of code units that lies in the text, if any of it does. */
function within(text: string, start: number, length: number, plain: boolean): Range | undefined {
  const from = plain ? Math.min(start, text.length) : toUnits(text, start);
  const to = plain ? Math.min(start + length, text.length) : toUnits(text, start + length);
  return from < to ? { start: from, end: to } : undefined;
}

/** The pieces of a text, one after the other. All of them together are the text. */
export function pieces(
  text: string,
  formats: readonly Format[] = [],
  mentions: readonly Mention[] = [],
): Piece[] {
  const links = addresses(text);
  if (formats.length === 0 && mentions.length === 0 && links.length === 0) {
    return text === '' ? [] : [{ text, styles: [] }];
  }
  const plain = !/[\ud800-\udfff]/u.test(text) && !/[\u{10000}-\u{10ffff}]/u.test(text);
  const styled: (Range & { style: Style })[] = [];
  for (const { start, length, style } of formats) {
    const range = within(text, start, length, plain);
    if (range) styled.push({ ...range, style });
  }
  const meant: (Range & { account: string })[] = [];
  for (const { start, length, account } of mentions) {
    const range = within(text, start, length, plain);
    if (range) meant.push({ ...range, account });
  }
  const code = styled.filter((range) => range.style === 'code');
  const open = links.filter(
    (link) => !code.some((range) => range.start < link.end && link.start < range.end),
  );
  const cuts = new Set([0, text.length]);
  for (const { start, end } of [...styled, ...meant, ...open]) {
    cuts.add(start).add(end);
  }
  const places = [...cuts].sort((one, other) => one - other);
  const all: Piece[] = [];
  for (const [index, start] of places.entries()) {
    const end = places[index + 1];
    if (end === undefined) break;
    const over = (range: Range): boolean => range.start <= start && end <= range.end;
    const styles = ORDER.filter((style) => styled.some((one) => one.style === style && over(one)));
    const piece: Piece = { text: text.slice(start, end), styles };
    const link = open.find(over);
    const mention = meant.find(over);
    if (link) piece.url = link.url;
    if (mention) piece.mention = mention.account;
    all.push(piece);
  }
  return blocks(joined(all));
}

/** Neighbours that look the same become one. */
function joined(all: Piece[]): Piece[] {
  const result: Piece[] = [];
  for (const piece of all) {
    const last = result.at(-1);
    if (
      last &&
      last.url === piece.url &&
      last.mention === piece.mention &&
      last.styles.join() === piece.styles.join()
    ) {
      last.text += piece.text;
    } else {
      result.push(piece);
    }
  }
  return result;
}

/** Finds the code that stands on lines of its own; the line breaks around it are its edges. */
function blocks(all: Piece[]): Piece[] {
  for (const [index, piece] of all.entries()) {
    if (!piece.styles.includes('code')) continue;
    const [before, after] = [all[index - 1], all[index + 1]];
    const begins = !before || before.text.endsWith('\n');
    const ends = !after || after.text.startsWith('\n');
    if (!piece.text.includes('\n') && !(begins && ends && all.length > 1)) continue;
    piece.block = true;
    if (before?.text.endsWith('\n')) before.text = before.text.slice(0, -1);
    if (after?.text.startsWith('\n')) after.text = after.text.slice(1);
  }
  return all.filter((piece) => piece.text !== '');
}

const EMOJI =
  '(?:\\p{RI}\\p{RI}|[0-9#*]\\ufe0f?\\u20e3|\\p{Extended_Pictographic}(?:\\p{EMod}|\\ufe0f)?(?:[\\u{e0020}-\\u{e007e}]+\\u{e007f})?(?:\\u200d\\p{Extended_Pictographic}(?:\\p{EMod}|\\ufe0f)?)*)';
const FEW_EMOJI = new RegExp(`^\\s*(?:${EMOJI}\\s*){1,3}$`, 'u');

/** Whether a text is one, two or three emoji and nothing else. */
export function isJumbo(text: string): boolean {
  return text.length <= 60 && FEW_EMOJI.test(text) && !/^[\s©®™‼⁉ℹ↔-↪⌚]+$/u.test(text);
}

const STRONG =
  /[\p{L}\p{Lo}]/u;
const RIGHT_TO_LEFT = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;

/** The direction in which a text runs: that of its first letter, as `dir="auto"` has it. */
export function directionOf(text: string): 'ltr' | 'rtl' | undefined {
  const letter = STRONG.exec(text)?.[0];
  if (letter === undefined) return undefined;
  return RIGHT_TO_LEFT.test(letter) ? 'rtl' : 'ltr';
}
