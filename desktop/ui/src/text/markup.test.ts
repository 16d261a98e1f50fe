import { describe, expect, test } from 'vitest';
import type { Format, Style } from '../ipc/generated';
import { normal, readMarkup, writeMarkup } from './markup';

const format = (start: number, length: number, style: Style): Format => ({ start, length, style });
const reads = (raw: string) => {
  const { text, formats } = readMarkup(raw);
  return [text, ...formats.map((one) => `${one.style} ${one.start}+${one.length}`)];
};

describe('what is typed', () => {
  test('each marker', () => {
    expect(reads('**a** _b_ ~~c~~ `d` ||e||')).toEqual([
      'a b c d e',
      'bold 0+1',
      'italic 2+1',
      'strike 4+1',
      'code 6+1',
      'spoiler 8+1',
    ]);
  });

  test('inside each other, and counted in scalar values', () => {
    expect(reads('😀 **a _👍🏽_**')).toEqual(['😀 a 👍🏽', 'bold 2+4', 'italic 4+2']);
  });

  test.each([
    'snake_case_name and 2 ** 3 ** 4',
    'if (a || b || c) return',
    'https://example.org/_a_/b_c_d?x=__y',
    '¯\\_(ツ)_/¯',
    '\\\\server\\share and C:\\_temp',
    '** not closed, `neither',
    '****',
    'a ~~ b ~~',
  ])('%s is what it is', (raw) => {
    expect(reads(raw)).toEqual([raw]);
  });

  test('a backslash takes the meaning from a marker', () => {
    expect(reads('\\**a** \\_b_')).toEqual(['**a** _b_']);
    expect(reads('\\\\_b_')).toEqual(['\\b', 'italic 1+1']);
  });

  test('nothing counts in code, and more backticks hold fewer', () => {
    expect(reads('`**a** \\`')).toEqual(['**a** \\', 'code 0+7']);
    expect(reads('``a`b``')).toEqual(['a`b', 'code 0+3']);
  });

  test('white space at the ends of a format is not in it', () => {
    expect(readMarkup('||a \n||').formats).toEqual([]);
    expect(readMarkup('` a `').formats).toEqual([format(1, 1, 'code')]);
  });

  test('the pieces are all of what was typed', () => {
    const raw = 'x **b** `c` \\_d_ ||e||';
    const { pieces, text } = readMarkup(raw);
    expect(pieces.map((piece) => piece.raw).join('')).toBe(raw);
    expect(pieces.map((piece) => piece.text).join('')).toBe(text);
  });
});

describe('what is written', () => {
  test('looks as a person would type it', () => {
    expect(writeMarkup('a b', [format(0, 1, 'bold'), format(2, 1, 'italic')])).toBe('**a** _b_');
    expect(writeMarkup('a b c', [format(0, 5, 'bold'), format(2, 1, 'italic')])).toBe('**a _b_ c**');
    expect(writeMarkup('¯\\_(ツ)_/¯ a_b', [])).toBe('¯\\_(ツ)_/¯ a_b');
  });

  test('what looks like a marker and is none gets a backslash', () => {
    expect(writeMarkup('**a**', [])).toBe('\\**a\\**');
  });

  test('slanted letters in the middle of a word stay slanted', () => {
    const raw = writeMarkup('unbelievable', [format(2, 7, 'italic')]);
    expect(readMarkup(raw)).toMatchObject({ text: 'unbelievable', formats: [format(2, 7, 'italic')] });
  });
});

/** Numbers that look random, the same every time. */
function seeded(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

const LETTERS = [...'ab *_~`|\\().-/\n', '😀', '👍🏽', 'é', '\u200d', '**', '||', '~~', '``', 'ツ'];
const STYLES: Style[] = ['bold', 'italic', 'strike', 'code', 'spoiler'];

test('whatever was written is read as what it was', () => {
  const random = seeded(7);
  for (let round = 0; round < 1_500; round += 1) {
    const text = Array.from({ length: random(12) }, () => LETTERS[random(LETTERS.length)]).join('');
    const size = [...text].length;
    const formats = Array.from({ length: size > 0 ? random(4) : 0 }, () => {
      const start = random(size);
      return format(start, 1 + random(size - start), STYLES[random(STYLES.length)] ?? 'bold');
    });
    const raw = writeMarkup(text, formats);
    const read = readMarkup(raw);
    const told = JSON.stringify({ text, formats, raw });
    expect(read.text, told).toBe(text);
    expect(read.formats, told).toEqual(normal(text, formats));
  }
});

test('anything can be typed: it is read, and all of it is in the pieces', () => {
  const random = seeded(11);
  for (let round = 0; round < 1_000; round += 1) {
    const raw = Array.from({ length: random(24) }, () => LETTERS[random(LETTERS.length)]).join('');
    const read = readMarkup(raw);
    expect(read.pieces.map((piece) => piece.raw).join('')).toBe(raw);
    const size = [...read.text].length;
    for (const one of read.formats) {
      expect(one.length).toBeGreaterThan(0);
      expect(one.start + one.length).toBeLessThanOrEqual(size);
    }
    expect(readMarkup(writeMarkup(read.text, read.formats)).text).toBe(read.text);
  }
});
