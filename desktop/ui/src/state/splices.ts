/** The core tells how a list differs from what it told last; this does it. */

/** One change, as the core writes it. */
export type Diff<T> =
  | { reset: { items: T[] } }
  | { splice: { index: number; removed: number; inserted: T[] } };

/** The list after the changes. The one that is given stays as it is. */
export function apply<T>(items: readonly T[], diffs: readonly Diff<T>[]): T[] {
  let list = [...items];
  for (const diff of diffs) {
    if ('reset' in diff) {
      list = [...diff.reset.items];
    } else {
      const { index, removed, inserted } = diff.splice;
      list.splice(index, removed, ...inserted);
    }
  }
  return list;
}
