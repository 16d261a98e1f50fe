/** How a person writes a filter into the search field, and what can stand behind it. */
import type { Contact } from '../../ipc/generated';
import { sounds } from '../../text/names';

export const FILTERS = ['from', 'in', 'before', 'after', 'has'] as const;
export type Filter = (typeof FILTERS)[number];

/** A filter at the end of the text that is still being written. */
export interface Unfinished {
  filter: Filter;
  /** What stands behind it so far, without a quote. */
  value: string;
  /** Where it begins in the text. */
  start: number;
}

const LAST = /(?:^|\s)((from|in|before|after|has):(?:"([^"]*)|([^\s"]*)))$/iu;

export function unfinished(text: string): Unfinished | null {
  const found = LAST.exec(text);
  if (!found) return null;
  const [, piece = '', filter = '', quoted, plain] = found;
  return {
    filter: filter.toLowerCase() as Filter,
    value: quoted ?? plain ?? '',
    start: text.length - piece.length,
  };
}

/** The text with the filter written to its end, ready for the next word. */
export function finish(text: string, { filter, start }: Unfinished, value: string): string {
  const written = /[\s:]/u.test(value) ? `"${value}"` : value;
  return `${text.slice(0, start)}${filter}:${written} `;
}

/** The text with the beginning of a filter behind it. */
export function begin(text: string, filter: string): string {
  const before = text.trimEnd();
  return `${before}${before ? ' ' : ''}${filter}`;
}

/** Somebody, as a filter names them: by the name, or by the id where the name is not enough. */
export function named(person: Contact, all: readonly Contact[]): string {
  const alone = all.filter((other) => sounds(other.name) === sounds(person.name)).length === 1;
  const plain = !/["\u201c\u201d\u201e\u00ab\u00bb]/u.test(person.name) && person.name.trim() !== '';
  return alone && plain ? person.name : person.account;
}

/** A day as a filter writes it. */
export function day(at: Date): string {
  const two = (number: number) => String(number).padStart(2, '0');
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
}

/** Days that are often meant: today, a week ago, the first of the month and of the year. */
export function days(now: number): { id: string; value: string }[] {
  const today = new Date(now);
  const [year, month, date] = [today.getFullYear(), today.getMonth(), today.getDate()];
  return [
    { id: 'today', value: day(today) },
    { id: 'week', value: day(new Date(year, month, date - 7)) },
    { id: 'month', value: day(new Date(year, month, 1)) },
    { id: 'year', value: day(new Date(year, 0, 1)) },
  ];
}
