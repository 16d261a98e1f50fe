/** Where each emoji of the picker is. Lengths are in rem. */
import type { Emoji } from './emoji';

export const COLUMNS = 9;
export const ROW = 2.375;
export const HEAD = 1.75;
const PADDING = 0.25;

export interface Section {
  title: string | null;
  emoji: readonly Emoji[];
}

export interface Row {
  index: number;
  top: number;
  title?: string;
  /** The first of its cells. */
  from: number;
  cells: readonly Emoji[];
}

export interface Cell {
  emoji: Emoji;
  top: number;
  column: number;
  /** It is in the first row of its section. */
  first: boolean;
}

export interface Grid {
  rows: Row[];
  cells: Cell[];
  /** Where each section begins. */
  starts: number[];
  height: number;
}

export function layOut(sections: readonly Section[]): Grid {
  const rows: Row[] = [];
  const cells: Cell[] = [];
  const starts: number[] = [];
  let top = 0;
  for (const { title, emoji } of sections) {
    starts.push(top);
    if (emoji.length === 0) continue;
    if (title !== null) {
      rows.push({ index: rows.length, top, title, from: cells.length, cells: [] });
      top += HEAD;
    } else {
      top += PADDING;
    }
    for (let from = 0; from < emoji.length; from += COLUMNS) {
      const these = emoji.slice(from, from + COLUMNS);
      rows.push({ index: rows.length, top, from: cells.length, cells: these });
      these.forEach((one, column) => cells.push({ emoji: one, top, column, first: from === 0 }));
      top += ROW;
    }
  }
  return { rows, cells, starts, height: top + PADDING };
}

/** The cell after a step. At the ends it stays. */
export function move(
  { cells }: Grid,
  place: number,
  way: 'before' | 'behind' | 'above' | 'below',
): number {
  const last = Math.max(cells.length - 1, 0);
  const here = cells[place];
  if (way === 'before') return Math.max(place - 1, 0);
  if (way === 'behind' || !here) return Math.min(place + 1, last);
  const down = way === 'below';
  const from = place + (down ? 1 : -1);
  // The next row may be of another section, and shorter.
  for (let at = from; at >= 0 && at <= last; at += down ? 1 : -1) {
    const cell = cells[at];
    if (!cell || cell.top === here.top) continue;
    const best = bestIn(cells, cell.top, here.column, at);
    return best;
  }
  return place;
}

/** Of one row the cell in a column, or its last. */
function bestIn(cells: readonly Cell[], top: number, column: number, near: number): number {
  let best = near;
  for (let at = Math.max(0, near - COLUMNS); at <= near + COLUMNS; at += 1) {
    const cell = cells[at];
    const closest = cells[best];
    if (cell?.top !== top || !closest) continue;
    if (Math.abs(cell.column - column) <= Math.abs(closest.column - column)) best = at;
  }
  return best;
}
