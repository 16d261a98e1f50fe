/** Who is meant in a text. */
import type { Mention } from '../../../ipc/generated';
import { toScalars } from '../../../text/scalars';

/** Somebody, and what stands for them in a text. */
export interface Person {
  text: string;
  account: string;
}

const WORD = /[\p{L}\p{N}_]/u;

export interface Found extends Person {
  /** In code units. */
  start: number;
  end: number;
}

/** Where people stand in a text, in order; of two at one place the one with the longer text. */
export function found(text: string, people: readonly Person[]): Found[] {
  const longest = people.filter((one) => one.text !== '');
  longest.sort((a, b) => b.text.length - a.text.length);
  const all: Found[] = [];
  for (let at = 0; at < text.length; ) {
    const person = longest.find((one) => text.startsWith(one.text, at) && apart(text, at, one.text));
    if (person) all.push({ ...person, start: at, end: at + person.text.length });
    at += person ? person.text.length : 1;
  }
  return all;
}

/** It is no part of a longer word. */
function apart(text: string, at: number, part: string): boolean {
  const before = text.slice(Math.max(0, at - 2), at).match(/.$/su)?.[0] ?? '';
  const behind = text.slice(at + part.length).match(/^./su)?.[0] ?? '';
  return !WORD.test(before) && !(WORD.test(behind) && WORD.test(part.at(-1) ?? ''));
}

export function mentionsIn(text: string, people: readonly Person[]): Mention[] {
  return found(text, people).map(({ start, end, account }) => ({
    start: toScalars(text, start),
    length: toScalars(text.slice(start, end), end - start),
    account,
  }));
}
