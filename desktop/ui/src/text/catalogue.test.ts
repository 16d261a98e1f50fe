/** The catalogue and the program say the same: nothing is missing, nothing is left over, no word is elsewhere. */
import { FluentResource } from '@fluent/bundle';
import { parse, type AST } from 'svelte/compiler';
import { expect, test } from 'vitest';
import generated from '../ipc/generated.ts?raw';
import { explain } from '../state/toasts.svelte';

const catalogues = import.meta.glob<string>('./en/*.ftl', { query: '?raw', import: 'default', eager: true });
const sources = import.meta.glob<string>(['../**/*.svelte', '../**/*.ts', '!../**/*.test.ts', '!../ipc/*'], {
  query: '?raw',
  import: 'default',
  eager: true,
});

const ids = Object.entries(catalogues).flatMap(([file, source]) =>
  new FluentResource(source).body.map((message) => ({ file, id: message.id })),
);
const known = new Set(ids.map(({ id }) => id));
const all = Object.values(sources).join('\n');

test('every message is there once, and every line of a catalogue was understood', () => {
  expect(ids.map(({ id }) => id).filter((id, at, list) => list.indexOf(id) !== at)).toEqual([]);
  for (const [file, source] of Object.entries(catalogues)) {
    const written = source.split('\n').filter((line) => /^[a-zA-Z][\w-]* *=/u.test(line)).length;
    expect(new FluentResource(source).body.length, file).toBe(written);
  }
});

test('every message that is asked for is there', () => {
  const missing = Object.entries(sources).flatMap(([file, source]) =>
    [...source.matchAll(/\bt\(\s*'([\w-]+)'/gu)]
      .map((match) => match[1] ?? '')
      .filter((id) => !known.has(id))
      .map((id) => `${file}: ${id}`),
  );
  expect(missing).toEqual([]);
});

test('every message that is there is asked for', () => {
  const literals = new Set([...all.matchAll(/['"`]([a-z][\w-]*)['"`]/gu)].map((match) => match[1]));
  // `t(`command-${id}`)` asks for every message that begins and ends so.
  const patterns = [...all.matchAll(/`([a-z][\w-]*-)\$\{[^`]*?\}([\w-]*)`/gu)].map(
    (match) => new RegExp(`^${match[1] ?? ''}.+${match[2] ?? ''}$`, 'u'),
  );
  const unused = ids
    .filter(({ id }) => !literals.has(id) && !patterns.some((pattern) => pattern.test(id)))
    .map(({ file, id }) => `${file}: ${id}`);
  expect(unused).toEqual([]);
});

const SPOKEN = new Set(['aria-label', 'title', 'placeholder', 'alt', 'label', 'text', 'hint']);

/** Words that stand in a template: a person would read them, and nobody could translate them. */
function bareWords(source: string): string[] {
  const found: string[] = [];
  const visit = (node: unknown): void => {
    if (Array.isArray(node)) return node.forEach(visit);
    if (typeof node !== 'object' || node === null) return;
    const { type } = node as { type?: string };
    if (type === 'Text') {
      const { data } = node as AST.Text;
      if (/\p{L}/u.test(data)) found.push(data.trim());
      return;
    }
    if (type === 'StyleDirective') return;
    if (type === 'Attribute') {
      const { name, value } = node as AST.Attribute;
      if (Array.isArray(value)) {
        for (const part of value) {
          if (part.type === 'Text' && SPOKEN.has(name) && /\p{L}/u.test(part.data)) found.push(part.data);
        }
      }
      return;
    }
    for (const [name, child] of Object.entries(node)) {
      if (name !== 'parent' && name !== 'expression') visit(child);
    }
  };
  visit(parse(source, { modern: true }).fragment);
  return found;
}

test('no word stands in a view', () => {
  expect(bareWords('<p>{t("x")}</p><button aria-label="Close"><i>Now</i></button>')).toEqual(['Close', 'Now']);
  const bare = Object.entries(sources)
    .filter(([file]) => file.endsWith('.svelte'))
    .flatMap(([file, source]) => bareWords(source).map((words) => `${file}: ${words}`));
  expect(bare).toEqual([]);
});

test('every way in which a call can fail has a sentence of its own', () => {
  const type = /export type SottoError =([\s\S]*?);\n\n/u.exec(generated)?.[1] ?? '';
  // Variants are two steps in, or four where they have fields.
  const variants = [
    ...[...type.matchAll(/^ {2}\| "(\w+)"/gmu)].map((match) => match[1] ?? ''),
    ...[...type.matchAll(/^ {2}\| \{\n {6}(\w+): \{/gmu)].map((match) => match[1] ?? ''),
  ];
  expect(variants).toContain('timed_out');
  expect(variants).toContain('damaged_export');
  expect(variants.length).toBeGreaterThan(30);
  for (const variant of variants) {
    expect(known.has(`error-${variant.replaceAll('_', '-')}`), variant).toBe(true);
  }
  const said = explain({ damaged_export: { line: 7, reason: 'no JSON', lines: 1 } });
  expect(said).toContain('one line cannot be read');
  expect(explain('no_such_variant')).toContain('no_such_variant');
  const errors = ids.filter(({ id }) => id.startsWith('error-')).map(({ id }) => id);
  expect(errors.filter((id) => !variants.includes(id.slice(6).replaceAll('-', '_')))).toEqual([]);
});
