/** What the palette offers for what somebody types. */
import type { Command } from '../../state/commands.svelte';
import { fit } from './fuzzy';

export interface Person {
  account: string;
  name: string;
  own: boolean;
}

export type Entry =
  | { kind: 'command'; id: string; title: string; command: Command }
  | { kind: 'person'; id: string; title: string; person: Person };

/** Commands that were run in this window, the last one first. Nothing of it is kept. */
const recent: string[] = [];

export function used(command: Command): void {
  recent.unshift(...recent.splice(0).filter((id) => id !== command.id));
  recent.unshift(command.id);
  recent.splice(8);
}

const PEOPLE = 6;
const MOST = 40;

/** The best first; without a question those who wrote last, then what can be done. */
export function entries(
  query: string,
  people: readonly Person[],
  commands: readonly Command[],
  open: string | null = null,
): Entry[] {
  const seen = new Set<string>();
  const possible = commands.filter((command) => {
    const fits = !command.hidden && command.id !== 'palette' && (command.enabled?.() ?? true) && !seen.has(command.id);
    if (fits) seen.add(command.id);
    return fits;
  });
  const asCommand = (command: Command): Entry => ({
    kind: 'command',
    id: `command-${command.id}`,
    title: command.title(),
    command,
  });
  const asPerson = (person: Person): Entry => ({
    kind: 'person',
    id: `person-${person.account}`,
    title: person.name,
    person,
  });
  const age = (command: Command) => {
    const at = recent.indexOf(command.id);
    return at < 0 ? recent.length : at;
  };
  if (query.trim() === '') {
    // One is there already.
    const others = people.filter((person) => person.account !== open);
    const ordered = [...possible].sort((a, b) => age(a) - age(b));
    return [...others.slice(0, PEOPLE).map(asPerson), ...ordered.map(asCommand)];
  }
  const found: { entry: Entry; score: number }[] = [];
  // Between two that fit alike people come first, and of these who wrote last.
  for (const entry of [...people.map(asPerson), ...possible.map(asCommand)]) {
    const score = fit(query, entry.title);
    if (score !== null) found.push({ entry, score });
  }
  return found
    .sort((a, b) => b.score - a.score)
    .slice(0, MOST)
    .map(({ entry }) => entry);
}
