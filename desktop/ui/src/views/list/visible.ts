/** Rows beyond the edges that are there already when somebody scrolls. */
const SPARE = 6;

/** Which rows of equal height are on the page: from `first` to before `last`. */
export function visible(
  count: number,
  top: number,
  height: number,
  row: number,
): { first: number; last: number } {
  const first = Math.max(0, Math.min(Math.floor(top / row), count) - SPARE);
  const last = Math.min(count, Math.ceil((Math.max(top, 0) + height) / row) + SPARE);
  return { first, last: Math.max(first, last) };
}
