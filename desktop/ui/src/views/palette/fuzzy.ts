/** How well what somebody types fits a name: letters in order, best at the beginnings of words. */

/** As people compare: without case and accents. */
function plain(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
}

/** Higher is better; null where it does not fit. Nothing fits everything. */
export function fit(query: string, name: string): number | null {
  const wanted = plain(query).replace(/\s+/gu, ' ').trim();
  const text = plain(name);
  if (wanted === '') return 0;
  const whole = text.indexOf(wanted);
  if (whole >= 0) {
    // As it stands there: at the beginning, at the beginning of a word, somewhere.
    const begins = whole === 0 ? 60 : /[^\p{L}\p{N}]/u.test(text[whole - 1] ?? '') ? 40 : 10;
    return 100 + begins - Math.min(20, text.length - wanted.length) / 2;
  }
  let score = 0;
  let at = -1;
  for (const letter of wanted) {
    if (letter === ' ') continue;
    // The beginning of a word is what people mean, if there is one.
    let next = text.indexOf(letter, at + 1);
    if (next < 0) return null;
    for (let place = next; place >= 0; place = text.indexOf(letter, place + 1)) {
      if (place === 0 || /[^\p{L}\p{N}]/u.test(text[place - 1] ?? '')) {
        next = place;
        break;
      }
      if (place === at + 1) {
        next = place;
        break;
      }
    }
    const begins = next === 0 || /[^\p{L}\p{N}]/u.test(text[next - 1] ?? '');
    score += begins ? 8 : next === at + 1 ? 5 : 1;
    score -= Math.min(4, next - at - 1) / 4;
    at = next;
  }
  // Letters that are strewn about are no match.
  return score >= wanted.length * 3.5 ? score : null;
}
