import { expect, test } from 'vitest';
import type { Command } from '../../state/commands.svelte';
import { entries, used, type Person } from './entries';
import { fit } from './fuzzy';
import { sheet } from './sheet';

const command = (id: string, title: string, more: Partial<Command> = {}): Command => ({
  id,
  title: () => title,
  group: 'general',
  run: () => undefined,
  ...more,
});
const person = (name: string): Person => ({ account: name, name, own: false });
const titles = (query: string, people: Person[], commands: Command[], open?: string) =>
  entries(query, people, commands, open).map((entry) => entry.title);

test('what begins so comes before what contains it, and letters that are strewn about do not fit', () => {
  const order = ['Bob Anders', 'Jacob', 'Robert O’Brien'];
  const scores = order.map((name) => fit('bob', name));
  expect(scores[0]).toBeGreaterThan(fit('cob', 'Jacob') ?? 0);
  expect(fit('ba', 'Bob Anders')).toBeGreaterThan(0);
  expect(fit('zz', 'Bob')).toBeNull();
  expect(fit('aeo', 'a very long sentence in which letters are strewn about')).toBeNull();
});

test('case and accents do not count', () => {
  expect(fit('malmo', 'Malmö')).not.toBeNull();
  expect(fit('ELODIE', 'Élodie')).not.toBeNull();
});

test('without a question: who wrote last, but not who is open; then what can be done', () => {
  const commands = [
    command('a', 'Alpha'),
    command('hidden', 'Hidden', { hidden: true }),
    command('not', 'Not now', { enabled: () => false }),
    command('b', 'Beta'),
  ];
  expect(titles('', [person('Carol'), person('Bob')], commands, 'Carol')).toEqual(['Bob', 'Alpha', 'Beta']);
  const beta = commands[3];
  if (beta) used(beta);
  expect(titles('', [], commands)).toEqual(['Beta', 'Alpha']);
});

test('a question finds people and commands, the best first', () => {
  const commands = [command('settings', 'Settings'), command('search', 'Search everywhere')];
  expect(titles('se', [person('Rose'), person('Selma')], commands)).toEqual([
    'Selma',
    'Settings',
    'Search everywhere',
    'Rose',
  ]);
});

test('the sheet shows every key once, a series as one', () => {
  const shown = sheet([
    command('nth-1', 'First', { keys: ['Mod+1'], group: 'conversations' }),
    command('nth-2', 'Second', { keys: ['Mod+2'], group: 'conversations' }),
    command('nth-3', 'Third', { keys: ['Mod+3'], group: 'conversations' }),
    command('twice', 'Twice', { keys: ['Mod+T'] }),
    command('twice', 'Twice', { keys: ['Mod+T'] }),
    command('keyless', 'Keyless'),
    command('nowhere', 'Nowhere', { keys: ['X'], group: '' }),
  ]);
  expect(shown.map(({ group, rows }) => [group, rows.map((row) => [row.id, ...row.keys])])).toEqual([
    ['general', [['twice', 'Mod+T']]],
    ['conversations', [['nth', 'Mod+1', 'Mod+3']]],
  ]);
});
