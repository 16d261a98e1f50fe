/**
 * Formatted text, as it is typed: `**bold**`, `_italic_`, `~~strike~~`, `` `code` ``, `||spoiler||`.
 *
 * - A marker counts where it can begin or end something: `2 ** 3`, `snake_case` and `a || b` are
 *   what they are. Between backticks nothing counts.
 * - A backslash before a marker that would count makes it text; every other backslash is itself.
 * - A word joiner beside a marker is no text. It is written where nothing else can tell what a
 *   marker belongs to, for example around slanted letters in the middle of a word.
 *
 * What is read from what was written is what was given, but for white space at the ends of a format.
 */
import type { Format, Style } from '../ipc/generated';
import { toUnits } from './scalars';

/** A part of what was typed. */
export interface Piece {
  /** As it was typed. */
  raw: string;
  /** What it says; nothing for a marker. */
  text: string;
  styles: readonly Style[];
}

export interface Read {
  text: string;
  /** In scalar values of the text. */
  formats: Format[];
  /** All of what was typed, in order. */
  pieces: Piece[];
}

/** From the outside to the inside. */
const STYLES: readonly Style[] = ['spoiler', 'bold', 'strike', 'italic', 'code'];

/** What each style is typed with. */
export const MARKERS: Record<Style, string> = {
  bold: '**',
  italic: '_',
  strike: '~~',
  code: '`',
  spoiler: '||',
};

const STYLE_OF: Record<string, Style> = {
  '**': 'bold',
  _: 'italic',
  '~~': 'strike',
  '||': 'spoiler',
};

const EDGE = '\u2060';
const SPACE = /\s/u;
const BEFORE = /[\s\p{Ps}\p{Pi}\p{Pd}"'*_~`|\\\u2060]/u;
const BEHIND = /[\s\p{Pe}\p{Pf}\p{Po}\p{Pd}*_~`|\\\u2060]/u;

interface Token {
  kind: 'text' | 'marker' | 'code';
  raw: string;
  text: string;
  opens: boolean;
  closes: boolean;
  style?: Style;
  /** Of code, how long what is around it is: before and behind. */
  around?: [number, number];
  /** A marker with its other end. */
  live: boolean;
}

/** Whether a marker could begin or end something between these two characters. */
function ends(marker: string, before: string, behind: string): { opens: boolean; closes: boolean } {
  if (marker.startsWith('`')) return { opens: true, closes: true };
  const opens = behind !== '' && !SPACE.test(behind);
  const closes = before !== '' && !SPACE.test(before);
  if (marker !== '_') return { opens, closes };
  return {
    opens: opens && (before === '' || BEFORE.test(before)),
    closes: closes && (behind === '' || BEHIND.test(behind)),
  };
}

/** The character that ends at a place. */
function charBefore(raw: string, at: number): string {
  if (at <= 0) return '';
  const low = raw.charCodeAt(at - 1);
  return low >= 0xdc00 && low <= 0xdfff ? raw.slice(Math.max(0, at - 2), at) : raw.charAt(at - 1);
}

function charAt(raw: string, at: number): string {
  const point = raw.codePointAt(at);
  return point === undefined ? '' : String.fromCodePoint(point);
}

/** The marker that stands at a place; of backticks all of them. */
function markerAt(raw: string, at: number): string {
  const first = raw.charAt(at);
  if (first === '_') return first;
  if (first === '`') {
    let end = at;
    while (raw.charAt(end) === '`') end += 1;
    return raw.slice(at, end);
  }
  const two = raw.slice(at, at + 2);
  return two in STYLE_OF ? two : '';
}

/** Where so many backticks, no more and no less, stand next. */
function fenceEnd(raw: string, from: number, fence: string): number {
  for (let at = from; ; ) {
    const start = raw.indexOf('`', at);
    if (start < 0) return -1;
    const run = markerAt(raw, start);
    if (run.length === fence.length) return start;
    at = start + run.length;
  }
}

function lex(raw: string): Token[] {
  const tokens: Token[] = [];
  const text = (from: number, to: number, says = raw.slice(from, to)) => {
    if (to > from) {
      const token = { opens: false, closes: false, live: false };
      tokens.push({ ...token, kind: 'text', raw: raw.slice(from, to), text: says });
    }
  };
  let since = 0;
  let at = 0;
  while (at < raw.length) {
    if (raw.charAt(at) === '\\') {
      let end = at;
      while (raw.charAt(end) === '\\') end += 1;
      const marker = markerAt(raw, end);
      const can = ends(marker, charBefore(raw, at), charAt(raw, end + marker.length));
      if (marker !== '' && (can.opens || can.closes)) {
        const count = end - at;
        text(since, at);
        const odd = count % 2 === 1;
        const stop = odd ? end + marker.length : end;
        text(at, stop, '\\'.repeat(Math.floor(count / 2)) + (odd ? marker : ''));
        since = at = stop;
        if (!odd) at = since = lexMarker(raw, at, marker, can, tokens);
      } else {
        at = end + marker.length;
      }
      continue;
    }
    const marker = markerAt(raw, at);
    if (marker === '') {
      at += 1;
      continue;
    }
    text(since, at);
    const can = ends(marker, charBefore(raw, at), charAt(raw, at + marker.length));
    at = since = lexMarker(raw, at, marker, can, tokens);
  }
  text(since, at);
  return tokens;
}

/** Adds a marker, or all of the code that it begins. Where it goes on. */
function lexMarker(
  raw: string,
  at: number,
  marker: string,
  can: { opens: boolean; closes: boolean },
  tokens: Token[],
): number {
  const end = at + marker.length;
  if (marker.startsWith('`')) {
    const close = fenceEnd(raw, end, marker);
    if (close < 0) {
      tokens.push({ kind: 'text', raw: marker, text: marker, live: false, opens: false, closes: false });
      return end;
    }
    const [from, to] = inside(raw, end, close);
    const stop = close + marker.length;
    const code = { kind: 'code', style: 'code', opens: false, closes: false, live: true } as const;
    const around: [number, number] = [from - at, stop - to];
    tokens.push({ ...code, raw: raw.slice(at, stop), text: raw.slice(from, to), around });
    return stop;
  }
  const style = STYLE_OF[marker];
  const token: Token = { kind: 'marker', raw: marker, text: marker, live: false, ...can };
  tokens.push(style ? { ...token, style } : token);
  return end;
}

/** Where code is between its fences, without what only keeps its own backticks from them. */
function inside(raw: string, start: number, end: number): [number, number] {
  const from = raw.startsWith(`${EDGE}\``, start) ? start + 1 : start;
  const to = raw.slice(from, end).endsWith(`\`${EDGE}`) ? end - 1 : end;
  return [from, to];
}

/** Finds the other end of each marker that has one. */
function pair(tokens: Token[]): void {
  const open: { token: Token; place: number }[] = [];
  tokens.forEach((token, place) => {
    if (token.kind !== 'marker') return;
    if (token.closes) {
      const from = open.findLastIndex((other) => other.token.style === token.style);
      const begin = open[from];
      if (begin && place > begin.place + 1) {
        begin.token.live = token.live = true;
        open.length = from;
        return;
      }
    }
    if (token.opens && !open.some((other) => other.token.style === token.style)) {
      open.push({ token, place });
    }
  });
}

/** Word joiners beside markers are no text. */
function dropEdges(tokens: Token[]): void {
  tokens.forEach((token, place) => {
    if (token.kind !== 'text') return;
    if (tokens[place + 1]?.live && token.text.endsWith(EDGE)) token.text = token.text.slice(0, -1);
    if (tokens[place - 1]?.live && token.text.startsWith(EDGE)) token.text = token.text.slice(1);
  });
}

/** What was typed, as a text with formats. */
export function readMarkup(raw: string): Read {
  const tokens = lex(raw);
  pair(tokens);
  dropEdges(tokens);
  const styles: Style[] = [];
  const pieces: Piece[] = [];
  const add = (piece: Piece) => {
    if (piece.raw !== '') pieces.push(piece);
  };
  for (const token of tokens) {
    if (token.kind === 'marker' && token.live && token.style) {
      const place = styles.indexOf(token.style);
      if (place >= 0) styles.splice(place, 1);
      else styles.push(token.style);
      add({ raw: token.raw, text: '', styles: [] });
    } else if (token.kind === 'code') {
      const [before, behind] = token.around ?? [0, 0];
      add({ raw: token.raw.slice(0, before), text: '', styles: [] });
      add({ raw: token.text, text: token.text, styles: [...styles, 'code'] });
      add({ raw: token.raw.slice(-behind), text: '', styles: [] });
    } else {
      add({ raw: token.raw, text: token.text, styles: [...styles] });
    }
  }
  const text = pieces.map((piece) => piece.text).join('');
  return { text, formats: formatsOf(pieces), pieces };
}

function formatsOf(pieces: readonly Piece[]): Format[] {
  const formats: Format[] = [];
  const running = new Map<Style, Format>();
  let at = 0;
  for (const piece of pieces) {
    const count = [...piece.text].length;
    if (count === 0) continue;
    for (const style of STYLES) {
      const format = running.get(style);
      if (!piece.styles.includes(style)) {
        running.delete(style);
      } else if (format) {
        format.length += count;
      } else {
        const begun = { start: at, length: count, style };
        running.set(style, begun);
        formats.push(begun);
      }
    }
    at += count;
  }
  return trimmed([...pieces.flatMap((piece) => [...piece.text])], formats);
}

/** Formats without white space at their ends, in order. */
function trimmed(characters: readonly string[], formats: readonly Format[]): Format[] {
  return formats
    .map((format) => {
      let { start } = format;
      let end = start + format.length;
      while (start < end && SPACE.test(characters[start] ?? '')) start += 1;
      while (end > start && SPACE.test(characters[end - 1] ?? '')) end -= 1;
      return { start, length: end - start, style: format.style };
    })
    .filter((format) => format.length > 0)
    .sort((a, b) => a.start - b.start || STYLES.indexOf(a.style) - STYLES.indexOf(b.style));
}

/** Formats as they are read: those of one style that touch are one, none ends in white space. */
export function normal(text: string, formats: readonly Format[]): Format[] {
  const characters = [...text];
  const merged = STYLES.flatMap((style) => {
    const on = characters.map(() => false);
    for (const format of formats) {
      if (format.style === style) on.fill(true, format.start, format.start + format.length);
    }
    const found: Format[] = [];
    on.forEach((yes, at) => {
      const last = found.at(-1);
      if (yes && last && last.start + last.length === at) last.length += 1;
      else if (yes) found.push({ start: at, length: 1, style });
    });
    return found;
  });
  return trimmed(characters, merged);
}

/** A text with formats, as it would be typed. */
export function writeMarkup(text: string, formats: readonly Format[]): string {
  const wanted = normal(text, formats);
  const list = items(text, wanted);
  const plain = list.map((item) => (item.is === 'code' ? fenced('', item.text) : item.text)).join('');
  return same(readMarkup(plain), text, wanted) ? plain : guarded(list);
}

function same(read: Read, text: string, formats: readonly Format[]): boolean {
  return read.text === text && JSON.stringify(read.formats) === JSON.stringify(formats);
}

/** Stretches of a text throughout which the styles are the same. */
function stretches(text: string, formats: readonly Format[]): { text: string; styles: Style[] }[] {
  const bounds = new Set([0, [...text].length]);
  for (const { start, length } of formats) bounds.add(start).add(start + length);
  const places = [...bounds].sort((a, b) => a - b);
  return places.slice(0, -1).map((from, index) => {
    const to = places[index + 1] ?? from;
    const covering = formats.filter((one) => one.start <= from && one.start + one.length >= to);
    return {
      text: text.slice(toUnits(text, from), toUnits(text, to)),
      styles: STYLES.filter((style) => covering.some((one) => one.style === style)),
    };
  });
}

/** A part of what is being written. */
type Item = { is: 'text' | 'slashes' | 'literal' | 'opening' | 'closing' | 'code'; text: string };

/** The markers and the words, in order. */
function items(text: string, formats: readonly Format[]): Item[] {
  const all = stretches(text, formats);
  const made: Item[] = [];
  let open: Style[] = [];
  all.forEach(({ text: says, styles }, index) => {
    const around: Style[] = styles.filter((style) => style !== 'code');
    const ending = open.findIndex((style) => !around.includes(style));
    const closing = ending < 0 ? [] : open.slice(ending);
    for (const style of closing.reverse()) made.push({ is: 'closing', text: MARKERS[style] });
    if (ending >= 0) open = open.slice(0, ending);
    // What goes on longest is begun first.
    const lasts = (style: Style) => {
      const end = all.findIndex((one, place) => place > index && !one.styles.includes(style));
      return end < 0 ? all.length : end;
    };
    const opening = around.filter((style) => !open.includes(style));
    opening.sort((a, b) => lasts(b) - lasts(a));
    for (const style of opening) made.push({ is: 'opening', text: MARKERS[style] });
    open.push(...opening);
    made.push(...(styles.includes('code') ? [{ is: 'code', text: says } as const] : words(says)));
  });
  for (const style of open.reverse()) made.push({ is: 'closing', text: MARKERS[style] });
  return made;
}

/** Text, with what could be read as something else apart. */
function words(text: string): Item[] {
  const made: Item[] = [];
  for (let at = 0, since = 0; at <= text.length; ) {
    const slashes = /^\\+/.exec(text.slice(at))?.[0] ?? '';
    const special = slashes || markerAt(text, at);
    if (special === '' && at < text.length) {
      at += 1;
      continue;
    }
    if (at > since) made.push({ is: 'text', text: text.slice(since, at) });
    if (special) made.push({ is: slashes ? 'slashes' : 'literal', text: special });
    at = since = at + Math.max(special.length, 1);
  }
  return made;
}

/** Writes so that it is read as what it is, whatever stands beside it. */
function guarded(list: readonly Item[]): string {
  let out = '';
  list.forEach((item, index) => {
    const before = charBefore(out, out.length);
    const following = list[index + 1];
    const behind = charAt(following?.text ?? '', 0);
    if (item.is === 'literal') {
      const slashes = /\\*$/.exec(out)?.[0] ?? '';
      const can = ends(item.text, charBefore(out, out.length - slashes.length), behind);
      out += (can.opens || can.closes ? `\\${slashes}` : '') + item.text;
    } else if (item.is === 'opening') {
      const apart = before === '\\' || before === item.text.charAt(0);
      const inWord = item.text === '_' && before !== '' && !BEFORE.test(before);
      out += (apart || inWord ? EDGE : '') + item.text + (SPACE.test(behind) ? EDGE : '');
    } else if (item.is === 'closing') {
      const apart = before === '\\' || before === item.text.charAt(0) || SPACE.test(before);
      const inWord = item.text === '_' && behind !== '' && !BEHIND.test(behind);
      out += (apart ? EDGE : '') + item.text + (inWord ? EDGE : '');
    } else {
      out += item.is === 'code' ? fenced(before, item.text) : item.text;
    }
  });
  return out;
}

/** Code between more backticks than it has. */
function fenced(before: string, code: string): string {
  const runs = new Set([...code.matchAll(/`+/g)].map((run) => run[0].length));
  let size = 1;
  while (runs.has(size)) size += 1;
  const apart = before === '`' || before === '\\' ? EDGE : '';
  const fence = '`'.repeat(size);
  return [
    apart,
    fence,
    code.startsWith('`') ? EDGE : '',
    code,
    code.endsWith('`') ? EDGE : '',
    fence,
  ].join('');
}
