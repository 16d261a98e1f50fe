/** All emoji, found by name; loaded when somebody wants one. */

export interface Emoji {
  /** Without a tone of skin. */
  emoji: string;
  group: number;
  /** 0 none, 1 behind the first character, 2 behind everybody. */
  toning: number;
  /** What is typed between colons. */
  code: string;
  codes: readonly string[];
  name: string;
  words: readonly string[];
}

/** Their names in the catalogue are `emoji-group-…`. */
export const GROUPS = [
  'smileys',
  'people',
  'animals',
  'food',
  'travel',
  'activities',
  'objects',
  'symbols',
  'flags',
] as const;

const TONES = ['', '\u{1f3fb}', '\u{1f3fc}', '\u{1f3fd}', '\u{1f3fe}', '\u{1f3ff}'];

/** An emoji in a tone, from 0 (none) to 5 (dark). */
export function tone({ emoji: one, toning }: Pick<Emoji, 'emoji' | 'toning'>, of: number): string {
  const mark = TONES[of] ?? '';
  if (mark === '' || toning === 0) return one;
  return toning === 1
    ? one.replace(/^(.)\ufe0f?/u, `$1${mark}`)
    : one.replace(/(\p{Emoji_Modifier_Base})\ufe0f?/gu, `$1${mark}`);
}

/** The emoji of some lines of the data; those that a font may lack only if `drawn` says that it has them. */
export function parse(lines: string, drawn: (emoji: string) => boolean): Emoji[] {
  return lines.split('\n').flatMap((line) => {
    const [one = '', group, kinds, codes = '', name = '', words = ''] = line.split('\t');
    const kind = Number(kinds);
    if (kind >= 4 && !drawn(one)) return [];
    const all = codes.split(' ');
    const code = all[0] ?? '';
    return {
      emoji: one,
      group: Number(group),
      toning: kind % 4,
      code,
      codes: all,
      name: name || code.replaceAll('_', ' '),
      words: words === '' ? [] : words.split(' '),
    };
  });
}

/** How well an emoji is meant by a word: less is better, undefined not at all. */
function rank(one: Emoji, query: string): number | undefined {
  if (one.codes.includes(query) || one.name === query) return 0;
  if (one.code.startsWith(query)) return 1;
  if (one.codes.some((code) => code.startsWith(query))) return 2;
  if (one.name.split(/[\s:-]+/u).some((word) => word.startsWith(query))) return 3;
  if (one.codes.some((code) => code.split(/[_-]/u).some((word) => word.startsWith(query)))) return 4;
  if (one.words.includes(query)) return 5;
  if (one.words.some((word) => word.startsWith(query))) return 6;
  return undefined;
}

/** Those that all words mean; used ones first among equals, then as they are listed. */
export function find(all: readonly Emoji[], text: string, used: readonly string[], most = 200): Emoji[] {
  const query = text.trim().toLowerCase().replace(/^:|:$/gu, '');
  if (query === '') return [];
  const pasted = all.filter((one) => one.emoji === text.trim());
  if (pasted.length > 0) return pasted;
  const parts = [query, query.replaceAll(/\s+/gu, '_')];
  const queries = query.split(/[\s]+/u);
  const hits = all.flatMap((one, place) => {
    const whole = parts.map((part) => rank(one, part)).filter((found) => found !== undefined);
    const each = queries.map((part) => rank(one, part));
    const every = each.every((found) => found !== undefined) ? Math.max(...each) + 1 : undefined;
    const best = Math.min(...whole, every ?? Infinity);
    if (best === Infinity) return [];
    const recent = used.indexOf(one.emoji);
    // One that was used lately and begins so is what is meant.
    const order = recent >= 0 && best <= 4 ? -1 : best;
    return [{ one, order, recent: recent < 0 ? Infinity : recent, place }];
  });
  const less = (a: number, b: number) => (a === b ? 0 : a - b);
  hits.sort((a, b) => less(a.order, b.order) || less(a.recent, b.recent) || a.place - b.place);
  return hits.slice(0, most).map((hit) => hit.one);
}

const KEY = 'emoji-used';
const MOST_USED = 36;
const FIRST = ['👍', '❤️', '😂', '😮', '😢', '🙏', '🎉', '🔥'];

/** Without tones, the newest first; some that many use before anybody has used one. */
export function used(): string[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(KEY) ?? '[]');
    const own = Array.isArray(kept) ? kept.filter((one) => typeof one === 'string') : [];
    return [...own, ...FIRST.filter((one) => !own.includes(one))];
  } catch {
    return [...FIRST];
  }
}

export function use(one: string): void {
  const others = used().filter((other) => other !== one);
  localStorage.setItem(KEY, JSON.stringify([one, ...others].slice(0, MOST_USED)));
}

export class AllEmoji {
  readonly #byCode = new Map<string, Emoji>();
  readonly #byEmoji = new Map<string, Emoji>();

  constructor(readonly all: readonly Emoji[]) {
    for (const one of all) {
      this.#byEmoji.set(one.emoji, one);
      for (const code of one.codes) {
        if (!this.#byCode.has(code)) this.#byCode.set(code, one);
      }
    }
  }

  search(text: string, most?: number): Emoji[] {
    return find(this.all, text, used(), most);
  }

  named(code: string): Emoji | undefined {
    return this.#byCode.get(code);
  }

  /** Those that were used, as far as they are known. */
  recent(): Emoji[] {
    return used().flatMap((one) => this.#byEmoji.get(one) ?? []);
  }

  use(one: string): void {
    use(one);
  }
}

/** Whether the font draws an emoji as one picture: what it lacks has no colour, or is several. */
function drawn(): (emoji: string) => boolean {
  const canvas = document.createElement('canvas');
  const context = canvas.getContext?.('2d', { willReadFrequently: true });
  if (!context) return () => false;
  canvas.width = canvas.height = 20;
  context.font = '16px sans-serif, "Noto Color Emoji"';
  context.textBaseline = 'top';
  const known = context.measureText('😀').width;
  return (emoji) => {
    if (context.measureText(emoji).width > known * 1.3) return false;
    context.clearRect(0, 0, 20, 20);
    context.fillText(emoji, 0, 2);
    const { data } = context.getImageData(0, 0, 20, 20);
    for (let at = 0; at < data.length; at += 4) {
      const [red = 0, green = 0, blue = 0] = data.subarray(at, at + 3);
      if (Math.abs(red - green) > 16 || Math.abs(green - blue) > 16) return true;
    }
    return false;
  };
}

let loading: Promise<AllEmoji> | undefined;

export function emoji(): Promise<AllEmoji> {
  loading ??= import('virtual:emoji').then(({ default: lines }) => new AllEmoji(parse(lines, drawn())));
  return loading;
}
