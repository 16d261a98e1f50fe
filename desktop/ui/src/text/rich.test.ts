import { describe, expect, it } from 'vitest';
import { addresses, addressOf, directionOf, isJumbo, pieces } from './rich';

const bold = (start: number, length: number) => ({ start, length, style: 'bold' as const });
const italic = (start: number, length: number) => ({ start, length, style: 'italic' as const });
const code = (start: number, length: number) => ({ start, length, style: 'code' as const });

describe('pieces', () => {
  it('leave a plain text as it is', () => {
    expect(pieces('a <b>word</b>')).toEqual([{ text: 'a <b>word</b>', styles: [] }]);
    expect(pieces('')).toEqual([]);
  });

  it('split where formats overlap', () => {
    expect(pieces('abcdef', [bold(0, 4), italic(2, 4)])).toEqual([
      { text: 'ab', styles: ['bold'] },
      { text: 'cd', styles: ['bold', 'italic'] },
      { text: 'ef', styles: ['italic'] },
    ]);
  });

  it('count scalar values, not code units', () => {
    expect(pieces('😂😂 ab', [bold(3, 1)])).toEqual([
      { text: '😂😂 ', styles: [] },
      { text: 'a', styles: ['bold'] },
      { text: 'b', styles: [] },
    ]);
  });

  it('cut off what lies outside of the text', () => {
    expect(pieces('ab', [bold(1, 99), italic(7, 3), bold(0, 0)])).toEqual([
      { text: 'a', styles: [] },
      { text: 'b', styles: ['bold'] },
    ]);
  });

  it('keep every letter when many ranges cross', () => {
    const text = 'x😀y https://example.org/a(b) z\n\n@Bo 🇸🇪!';
    const formats = [bold(0, 9), italic(1, 20), bold(5, 30), { ...bold(3, 8), style: 'spoiler' as const }];
    const parts = pieces(text, formats, [{ start: 32, length: 3, account: 'b0' }]);
    expect(parts.map((part) => part.text).join('')).toBe(text);
    expect(parts.filter((part) => part.mention === 'b0').map((part) => part.text).join('')).toBe('@Bo');
    expect(parts.filter((part) => part.url).map((part) => part.text).join('')).toBe('https://example.org/a(b)');
  });

  it('find no address in code', () => {
    expect(pieces('see https://a.org', [code(4, 13)]).some((part) => part.url)).toBe(false);
  });

  it('make a block of code with several lines, without the breaks around it', () => {
    expect(pieces('so:\na\nb\nthen', [code(4, 3)])).toEqual([
      { text: 'so:', styles: [] },
      { text: 'a\nb', styles: ['code'], block: true },
      { text: 'then', styles: [] },
    ]);
    expect(pieces('one', [code(0, 3)])).toEqual([{ text: 'one', styles: ['code'] }]);
  });
});

describe('addresses', () => {
  const found = (text: string) => addresses(text).map((one) => text.slice(one.start, one.end));

  it('end before the end of the sentence', () => {
    expect(found('See https://a.org/b, (www.c.de) and http://d.org/e_(f).')).toEqual([
      'https://a.org/b',
      'www.c.de',
      'http://d.org/e_(f)',
    ]);
    expect(found('mail ann@example.org.')).toEqual(['ann@example.org']);
  });

  it('are only of the web and of mailboxes', () => {
    expect(found('javascript:alert(1) file:///etc/passwd data:text/html,x ftp://a.org')).toEqual([]);
    expect(addressOf('javascript:alert(1)@x')).not.toMatch(/^javascript/u);
    expect(found('half past 10:30, a@b, http://, https://x')).toEqual([]);
  });

  it('stop at a mark that turns the direction', () => {
    expect(found('https://a.org/\u202egro.live')).toEqual(['https://a.org/']);
  });
});

describe('one to three emoji', () => {
  it('are large alone', () => {
    for (const text of ['😂', '👍🏽 ❤️', '👨‍👩‍👧‍👦🇸🇪1️⃣', '🏴󠁧󠁢󠁳󠁣󠁴󠁿']) expect(isJumbo(text), text).toBe(true);
  });

  it('are as large as words beside others', () => {
    for (const text of ['', '😂😂😂😂', 'ok 👍', '12', '#', '©']) expect(isJumbo(text), text).toBe(false);
  });
});

it('a text runs as its first letter does', () => {
  expect(directionOf('123 שלום hello')).toBe('rtl');
  expect(directionOf('… hello שלום')).toBe('ltr');
  expect(directionOf('123 😀')).toBeUndefined();
});
