/** Whether a name is the one that somebody begins to type: case and accents do not count. */

export function sounds(name: string): string {
  return name.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase().trim();
}

/** Every word that is typed begins a word of the name. */
export function matches(name: string, typed: string): boolean {
  const words = ` ${sounds(name).replace(/[\s\-.,'’_]+/gu, ' ')}`;
  return sounds(typed)
    .split(/\s+/u)
    .every((word) => words.includes(` ${word}`));
}
