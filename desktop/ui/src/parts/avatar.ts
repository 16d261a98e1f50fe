/** What an avatar is made of: letters of the name and a hue of the account. */

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/** The first letter of a word, as a person sees letters. */
function first(word: string): string {
  for (const { segment } of graphemes.segment(word)) {
    return segment.toLocaleUpperCase();
  }
  return '';
}

/** One or two letters that stand for a name; empty for a name with nothing to show. */
export function initials(name: string): string {
  const words = name
    .trim()
    .split(/\s+/u)
    .filter((word) => /[\p{L}\p{N}\p{Extended_Pictographic}]/u.test(word))
    .map((word) => word.replace(/^[^\p{L}\p{N}\p{Extended_Pictographic}]+/u, ''));
  const [one, two] = [words[0], words.length > 1 ? words.at(-1) : undefined];
  if (one === undefined) return '';
  const letter = first(one);
  // A picture stands alone.
  return two === undefined || /\p{Extended_Pictographic}/u.test(letter) ? letter : letter + first(two);
}

/** The hue of an account, in degrees; it is the same on every machine. */
export function hue(account: string): number {
  let hash = 2166136261;
  for (let at = 0; at < account.length; at += 1) {
    hash = Math.imul(hash ^ account.charCodeAt(at), 16777619) >>> 0;
  }
  return (hash >>> 8) % 360;
}
