/**
 * Whatever accent a person chooses, and whatever hue an account has by chance: what is written can
 * be read. WCAG 2.2, 1.4.3: 4.5 to 1 for text, for every pair of colours that stand on each other.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ACCENTS } from './accents';

type Rgb = [number, number, number];
type Colour = { rgb: Rgb; alpha: number };
type Tokens = Map<string, string>;

const CSS = readFileSync('src/style/tokens.css', 'utf8').replace(/\/\*.*?\*\//gs, '');

/** The tokens of the rules whose selector names all of this. */
function rule(selector: string): [string, string][] {
  return [...CSS.matchAll(/([^{}]+)\{([^{}]*)\}/g)]
    .filter(([, names]) => names?.split(',').some((name) => name.trim() === selector))
    .flatMap(([, , body]) => [...(body ?? '').matchAll(/(--[\w-]+):\s*([^;]+);/g)])
    .map(([, name, value]) => [name ?? '', value ?? '']);
}

function numbers(tokens: Tokens, text: string): string {
  const plain = text.replace(/var\((--[\w-]+)\)/g, (_, name: string) =>
    numbers(tokens, tokens.get(name) ?? `${name} is missing`),
  );
  return plain.replace(/calc\(([\d.]+) ([*+]) ([\d.]+)\)/g, (_, a: string, sign: string, b: string) =>
    String(sign === '*' ? Number(a) * Number(b) : Number(a) + Number(b)),
  );
}

/** Oklch to sRGB, cut to what a screen can show. Björn Ottosson, "A perceptual color space", 2020. */
function colour(tokens: Tokens, text: string): Colour {
  const found = /^oklch\(([\d.]+) ([\d.]+) ([\d.]+)(?: \/ ([\d.]+))?\)$/.exec(numbers(tokens, text));
  if (!found) throw new Error(`not a colour: ${text} = ${numbers(tokens, text)}`);
  const [lightness, chroma, hue, alpha] = found.slice(1).map((part) => Number(part ?? 1)) as [
    number,
    number,
    number,
    number,
  ];
  const a = chroma * Math.cos((hue * Math.PI) / 180);
  const b = chroma * Math.sin((hue * Math.PI) / 180);
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  const linear = [
    4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
    -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
    -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s,
  ];
  const shown = linear.map((part) => {
    const cut = Math.min(1, Math.max(0, part));
    const wide = cut <= 0.0031308 ? 12.92 * cut : 1.055 * cut ** (1 / 2.4) - 0.055;
    return Math.round(wide * 255) / 255;
  });
  return { rgb: shown as Rgb, alpha };
}

function over(top: Colour, below: Rgb): Rgb {
  return top.rgb.map((part, at) => part * top.alpha + (below[at] ?? 0) * (1 - top.alpha)) as Rgb;
}

function luminance(rgb: Rgb): number {
  const [r, g, b] = rgb.map((part) =>
    part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4,
  ) as Rgb;
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(one: Rgb, other: Rgb): number {
  const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

const AUTHOR = 'oklch(var(--author-lightness) var(--author-chroma) var(--hue))';
const AVATAR = 'oklch(var(--avatar-lightness) var(--avatar-chroma) var(--hue))';
const AVATAR_TOP =
  'oklch(calc(var(--avatar-lightness) + var(--avatar-glow)) var(--avatar-chroma) var(--hue))';

const PLAIN = ['--ground', '--surface', '--surface-raised', '--surface-sunken', '--surface-hover'];

/** What is written, and what it is written on: from below to above. */
const PAIRS: [text: string, ...grounds: string[]][] = [
  ...PLAIN.flatMap((ground): [string, string][] =>
    ['--text', '--text-soft', '--accent-text'].map((text) => [text, ground]),
  ),
  ['--text-faint', '--surface'],
  ['--text-faint', '--chat-ground'],
  ['--on-accent', '--accent'],
  ['--on-accent', '--accent-hover'],
  ['--accent-text', '--accent-soft'],
  ['--text', '--accent-soft'],
  ['--bubble-own-text', '--bubble-own'],
  ['--bubble-own-soft', '--bubble-own'],
  ['--bubble-own-text', '--bubble-own', '--tint'],
  ['--bubble-other-text', '--bubble-other', '--tint'],
  ['--text-soft', '--bubble-other'],
  ['--mark-text', '--mark'],
  ['--on-danger', '--danger'],
  ['--danger-text', '--surface'],
  ['--danger-text', '--danger-soft'],
  ['--warning-text', '--warning-soft'],
  ['--on-badge-quiet', '--badge-quiet'],
  ['--on-tooltip', '--tooltip'],
  // Of every account.
  [AUTHOR, '--bubble-own', '--tint'],
  [AUTHOR, '--bubble-other', '--tint'],
  [AUTHOR, '--surface'],
  ['--on-avatar', AVATAR],
  ['--on-avatar', AVATAR_TOP],
];

/** The worst contrast of a pair, over all hues that an account can have. */
function worst(tokens: Tokens, [text, ...grounds]: (typeof PAIRS)[number]): number {
  const read = (name: string): Colour => colour(tokens, name.startsWith('--') ? `var(${name})` : name);
  const free = [text, ...grounds].some((name) => name.includes('--hue'));
  let least = Infinity;
  for (let hue = 0; hue < (free ? 360 : 1); hue += 1) {
    tokens.set('--hue', String(hue));
    const below = grounds.map(read).reduce<Rgb>((rgb, next) => over(next, rgb), [1, 1, 1]);
    least = Math.min(least, contrast(over(read(text), below), below));
  }
  return least;
}

describe.each(['light', 'dark'])('%s', (theme) => {
  it.each(['normal', 'more'])('everything can be read, contrast: %s', (wanted) => {
    const poor = Object.entries(ACCENTS).flatMap(([name, { hue, chroma }]) => {
      const tokens: Tokens = new Map([
        ...rule(':root'),
        ...rule(`:root[data-theme='${theme}']`),
        ...(wanted === 'more' ? rule(`:root[data-contrast='more']`) : []),
        ['--accent-hue', String(hue)],
        ['--accent-chroma', String(chroma)],
      ]);
      return PAIRS.map((pair) => ({ pair, least: worst(tokens, pair) }))
        .filter(({ least }) => least < 4.5)
        .map(({ pair, least }) => `${name}: ${pair.join(' on ')}: ${least.toFixed(2)}`);
    });
    expect(poor).toEqual([]);
  });
});
