/// <reference types="node" />
/**
 * Makes the emoji that the picker shows from `emojibase-data`, small, when the program is built:
 * one line each, with its name, its codes and the words that find it.
 */
import { createRequire } from 'node:module';
import type { Plugin } from 'vite';

const NAME = 'virtual:emoji';
/** The newest version of emoji that fonts can be expected to have some day. */
const NEWEST = 16;
/** From this one on the font is asked whether it has them. */
const CERTAIN = 14;

interface Skin {
  emoji: string;
  tone?: number | number[];
}

interface Source {
  label: string;
  emoji: string;
  hexcode: string;
  tags?: string[];
  emoticon?: string | string[];
  group?: number;
  order?: number;
  version: number;
  skins?: Skin[];
}

type Codes = Record<string, string | string[]>;

/** As keyboards write it: what is a picture anyway needs nobody to say so. */
function plain(emoji: string): string {
  return emoji.replace(/(\p{Emoji_Presentation})\ufe0f/gu, '$1');
}

const TONES = ['\u{1f3fb}', '\u{1f3fc}', '\u{1f3fd}', '\u{1f3fe}', '\u{1f3ff}'];

/** How tones are put into an emoji: 1 behind its first character, 2 behind everybody, 0 not. */
function toning(source: Source): number {
  const wanted = TONES.map((_, at) => {
    const all = source.skins?.filter(({ tone }) => tone === at + 1) ?? [];
    return all[0] ? plain(all[0].emoji) : undefined;
  });
  const first = (tone: string) => plain(source.emoji).replace(/^(.)\ufe0f?/u, `$1${tone}`);
  const every = (tone: string) =>
    plain(source.emoji).replace(/(\p{Emoji_Modifier_Base})\ufe0f?/gu, `$1${tone}`);
  for (const [kind, make] of [first, every].entries()) {
    if (TONES.every((tone, at) => make(tone) === wanted[at])) return kind + 1;
  }
  return 0;
}

function lines(): string {
  const require = createRequire(import.meta.url);
  const data = require('emojibase-data/en/data.json') as Source[];
  const github = require('emojibase-data/en/shortcodes/github.json') as Codes;
  const others = require('emojibase-data/en/shortcodes/emojibase.json') as Codes;
  const listed = data.filter(
    (one) => one.group !== undefined && one.group !== 2 && one.version <= NEWEST,
  );
  listed.sort((a, b) => (a.order ?? 0) - (b.order ?? 0));
  return listed
    .map((one) => {
      const codes = [...new Set([github[one.hexcode] ?? [], others[one.hexcode] ?? []].flat())];
      const name = one.label;
      const words = new Set(
        (one.tags ?? []).filter(
          (tag) => !name.includes(tag) && !codes.some((code) => code.includes(tag)),
        ),
      );
      const kind = toning(one) + (one.version > CERTAIN ? 4 : 0);
      const group = (one.group ?? 0) - ((one.group ?? 0) > 2 ? 1 : 0);
      // A name that is the code is not written twice.
      const told = codes[0] === name.replaceAll(' ', '_') ? '' : name;
      return [plain(one.emoji), group, kind, codes.join(' '), told, [...words].join(' ')].join('\t');
    })
    .join('\n');
}

/** `import data from 'virtual:emoji'`. */
export function emoji(): Plugin {
  return {
    name: 'emoji',
    resolveId: (id) => (id === NAME ? `\0${NAME}` : undefined),
    load: (id) => (id === `\0${NAME}` ? `export default ${JSON.stringify(lines())}` : undefined),
  };
}
