/**
 * Where the rows of a timeline stand. Only those near the window are drawn; the others have the
 * height that was measured last, or one that is guessed.
 *
 * Rows above the window turn out to be higher or lower than was thought. So that nothing on the
 * screen moves then, the whole lot begins somewhere else for a while: at `origin` in place of 0.
 */

/** A row, for those who only want to know how high it is. */
export interface Sized {
  id: string;
  /** Differs whenever the height may differ. */
  key: string;
}

/** A row and where its upper edge is, from the upper edge of the window. */
export interface Anchor {
  id: string;
  offset: number;
}

export class Layout {
  rows: readonly Sized[] = [];
  /** Where the first row begins. */
  origin = 0;

  #tops: number[] = [0];
  #places = new Map<string, number>();
  #measured = new Map<string, { key: string; height: number }>();

  /** `guess` says how high a row may be that was never measured. */
  constructor(private readonly guess: (row: number) => number) {}

  get total(): number {
    return this.#tops.at(-1) ?? 0;
  }

  /** Shows other rows. Heights that are known stay known. */
  set(rows: readonly Sized[]): void {
    this.rows = rows;
    this.#places = new Map(rows.map((row, place) => [row.id, place]));
    if (this.#measured.size > 4 * rows.length + 400) {
      for (const id of this.#measured.keys()) {
        if (!this.#places.has(id)) this.#measured.delete(id);
      }
    }
    this.#add();
  }

  /** Everything has another width now. */
  forget(): void {
    this.#measured.clear();
    this.#add();
  }

  /** Takes heights that were measured, by the place of the row. Whether any is another one. */
  measure(heights: Iterable<[place: number, height: number]>): boolean {
    let differs = false;
    for (const [place, height] of heights) {
      const row = this.rows[place];
      if (!row) continue;
      const known = this.#measured.get(row.id);
      if (known?.key === row.key && Math.abs(known.height - height) < 0.01) continue;
      this.#measured.set(row.id, { key: row.key, height });
      differs = true;
    }
    if (differs) this.#add();
    return differs;
  }

  place(id: string): number | undefined {
    return this.#places.get(id);
  }

  /** The upper edge of a row; of the one behind the last the end. */
  top(place: number): number {
    return this.origin + (this.#tops[place] ?? this.total);
  }

  /** The row at a height: the first whose lower edge is below it. */
  at(y: number): number {
    let [low, high] = [0, this.rows.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.top(middle + 1) > y) high = middle;
      else low = middle + 1;
    }
    return Math.min(low, Math.max(0, this.rows.length - 1));
  }

  /** The rows between two heights: the first and the one behind the last. */
  range(from: number, to: number): [number, number] {
    if (this.rows.length === 0) return [0, 0];
    const first = this.at(from);
    let last = first;
    while (last < this.rows.length && this.top(last) < to) last += 1;
    return [first, Math.max(last, Math.min(first + 1, this.rows.length))];
  }

  /**
   * What must not move while the window begins at `top`: the first row that begins in it; where
   * none does, the one that fills it.
   */
  anchor(top: number, height: number): Anchor | undefined {
    const first = this.at(top);
    const next = first + 1;
    const place =
      this.top(first) < top && next < this.rows.length && this.top(next) < top + height
        ? next
        : first;
    const row = this.rows[place];
    return row && { id: row.id, offset: this.top(place) - top };
  }

  /** Where the window has to begin for an anchor to be where it was; undefined if it is gone. */
  resolve(anchor: Anchor): number | undefined {
    const place = this.#places.get(anchor.id);
    return place === undefined ? undefined : this.top(place) - anchor.offset;
  }

  #add(): void {
    const tops = new Array<number>(this.rows.length + 1);
    let sum = 0;
    tops[0] = 0;
    for (const [place, row] of this.rows.entries()) {
      const known = this.#measured.get(row.id);
      sum += known?.key === row.key ? known.height : this.guess(place);
      tops[place + 1] = sum;
    }
    this.#tops = tops;
  }
}
