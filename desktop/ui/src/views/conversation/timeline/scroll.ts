/**
 * Moves a window over rows, of which only those near it are in the document.
 *
 * What must not move is named before a change, and put back where it was in the same frame. While a
 * person scrolls, what turns out to be higher or lower above the window moves the origin of the
 * layout, not the window: whoever writes the place of a window that is being scrolled stops it.
 */
import { afterPaint } from '../../../parts/frame';
import { Layout, type Anchor, type Sized } from './layout';

/** So much is drawn beyond the window, as a part of its height. */
const BEYOND = 0.75;
/** At least so much, in pixels. */
const LEAST_BEYOND = 500;
/** Nobody scrolls any more after so long without, in milliseconds. */
const REST = 140;
/** This near the end is at the end, in pixels. */
const END = 4;

/** Where the window is to be. */
export type Target =
  | Anchor
  | 'end'
  /** A row in the middle, or at a part of the height of the window. */
  | { id: string; part: number };

export interface Drawn {
  first: number;
  last: number;
  /** What stands for the rows before and after those that are drawn. */
  before: number;
  after: number;
}

/** What it works on. */
export interface Stage {
  /** The element that scrolls. */
  window: HTMLElement;
  /** Its child with the rows. */
  list: HTMLElement;
  /** Draws, at once. */
  draw: (drawn: Drawn) => void;
  /** The window is somewhere else, or holds something else. */
  moved: () => void;
  /** It stands still. */
  rested: () => void;
}

export class Scroll {
  readonly layout: Layout;
  top = 0;
  height = 0;
  width = 0;
  /** The window stays at the end, whatever comes. */
  atEnd = true;
  /** A person scrolls. */
  moving = false;

  #drawn: Drawn = { first: 0, last: 0, before: 0, after: 0 };
  #stage: Stage | undefined;
  #sizes: ResizeObserver | undefined;
  #observed = new WeakSet<Element>();
  #rest: ReturnType<typeof setTimeout> | undefined;
  #settling = false;
  /** The first rows have been seen. */
  begun = false;

  constructor(guess: (place: number, width: number) => number) {
    this.layout = new Layout((place) => guess(place, this.width));
  }

  /** Begins, and ends when what is returned is called. */
  begin(stage: Stage): () => void {
    this.#stage = stage;
    this.height = stage.window.clientHeight;
    this.width = stage.window.clientWidth;
    const onscroll = (): void => this.#scrolled();
    stage.window.addEventListener('scroll', onscroll, { passive: true });
    this.#sizes = new ResizeObserver((entries) => this.#resized(entries));
    this.#sizes.observe(stage.window);
    return () => {
      stage.window.removeEventListener('scroll', onscroll);
      this.#sizes?.disconnect();
      clearTimeout(this.#rest);
      this.#stage = undefined;
    };
  }

  /** Shows other rows; what is in the window stays where it is, or the window goes to `target`. */
  show(rows: readonly Sized[], target?: Target): void {
    const keep = target ?? this.#keep();
    // Of what is gone the nearest that is left stands for it.
    const fallback = target === undefined && this.#nearest(rows, keep);
    this.layout.set(rows);
    this.settle(fallback || keep);
    if (!this.begun && rows.length > 0) this.#beginBeyond();
  }

  /** What can be seen is on the screen at once; what is beyond it comes when that is done. */
  #beginBeyond(): void {
    afterPaint(() => {
      if (this.begun || !this.#stage) return;
      this.begun = true;
      this.settle(this.#keep());
    });
  }

  /** Puts the window where it is to be, draws what is near it, and measures that. */
  settle(target: Target): void {
    const stage = this.#stage;
    if (!stage) return;
    this.#settling = true;
    let top = this.#resolve(target);
    for (let round = 0; round < 5; round += 1) {
      this.#draw(top);
      const differs = this.#measure();
      top = this.#resolve(target);
      if (!differs) break;
    }
    this.#draw(top);
    this.#put(top);
    this.#settling = false;
    stage.moved();
  }

  /** The rows that are in the window: the first and the one behind the last. */
  visible(): [number, number] {
    return this.layout.range(this.top, this.top + this.height);
  }

  #keep(): Target {
    // The window may have moved and the event be still to come.
    if (this.#stage && this.#stage.window.scrollTop !== this.top) this.#scrolled();
    if (this.atEnd) return 'end';
    return this.layout.anchor(this.top, this.height) ?? 'end';
  }

  #nearest(rows: readonly Sized[], keep: Target): Target | undefined {
    if (keep === 'end' || rows.some((row) => row.id === keep.id)) return undefined;
    const there = new Set(rows.map((row) => row.id));
    const from = this.layout.place(keep.id) ?? 0;
    const known = this.layout.rows;
    for (let away = 0; away < known.length; away += 1) {
      for (const place of [from + away, from - away]) {
        const row = known[place];
        if (row && there.has(row.id)) return { id: row.id, offset: this.layout.top(place) - this.top };
      }
    }
    return 'end';
  }

  #resolve(target: Target): number {
    const end = Math.max(0, this.layout.top(this.layout.rows.length) - this.height);
    let top = end;
    if (target !== 'end') {
      if ('offset' in target) {
        top = this.layout.resolve(target) ?? end;
      } else {
        const place = this.layout.place(target.id);
        if (place !== undefined) {
          const high = this.layout.top(place + 1) - this.layout.top(place);
          const room = Math.max(0, this.height - high);
          top = this.layout.top(place) - room * target.part;
        }
      }
    }
    return Math.max(this.layout.origin, Math.min(top, end));
  }

  /** Writes the place of the window. A window is at whole pixels; the origin takes the rest. */
  #put(top: number): void {
    const stage = this.#stage;
    if (!stage) return;
    const wanted = Math.max(0, top - this.layout.origin);
    const whole = Math.round(wanted);
    const isEdge = wanted === 0 || wanted >= this.layout.total - this.height - 0.5;
    this.layout.origin = isEdge || Math.abs(whole - wanted) < 0.01 ? 0 : whole - wanted;
    this.#draw(whole);
    stage.window.scrollTop = whole;
    this.top = stage.window.scrollTop;
    this.atEnd = this.top >= stage.window.scrollHeight - this.height - END;
  }

  #draw(top: number): void {
    const beyond = this.begun ? Math.max(LEAST_BEYOND, this.height * BEYOND) : 0;
    const [first, last] = this.layout.range(top - beyond, top + this.height + beyond);
    const drawn = {
      first,
      last,
      before: Math.max(0, this.layout.top(first)),
      after: Math.max(0, this.layout.top(this.layout.rows.length) - this.layout.top(last)),
    };
    this.#drawn = drawn;
    this.#stage?.draw(drawn);
  }

  /** Measures what is drawn. Whether something is other than it was thought. */
  #measure(from = this.#drawn.first, to = this.#drawn.last): boolean {
    const children = this.#stage?.list.children;
    if (!children) return false;
    const heights: [number, number][] = [];
    const fresh: Element[] = [];
    for (let place = from; place < to; place += 1) {
      const child = children[place - this.#drawn.first];
      if (!child) continue;
      heights.push([place, child.getBoundingClientRect().height]);
      if (!this.#observed.has(child)) {
        this.#observed.add(child);
        fresh.push(child);
      }
    }
    // Not at once: this may be the answer to sizes that were observed.
    if (fresh.length > 0) {
      requestAnimationFrame(() => {
        for (const child of fresh) if (child.isConnected) this.#sizes?.observe(child);
      });
    }
    return this.layout.measure(heights);
  }

  #scrolled(): void {
    const stage = this.#stage;
    if (!stage || this.#settling) return;
    const top = stage.window.scrollTop;
    if (top === this.top) return;
    this.begun = true;
    this.top = top;
    this.moving = true;
    this.atEnd = top >= stage.window.scrollHeight - this.height - END;
    this.#follow();
    clearTimeout(this.#rest);
    this.#rest = setTimeout(() => this.#stop(), REST);
    stage.moved();
  }

  /** Draws what comes near while somebody scrolls. */
  #follow(): void {
    const before = this.#drawn;
    const anchor = this.layout.anchor(this.top, this.height);
    this.#draw(this.top);
    const { first, last } = this.#drawn;
    if (first === before.first && last === before.last) return;
    let differs: boolean;
    if (first >= before.last || last <= before.first) {
      differs = this.#measure();
    } else {
      differs = first < before.first && this.#measure(first, before.first);
      if (last > before.last) differs = this.#measure(before.last, last) || differs;
    }
    if (!differs) return;
    if (anchor) this.layout.origin -= (this.layout.resolve(anchor) ?? this.top) - this.top;
    // At the very beginning there is no room for rows that are higher than was thought.
    if (this.layout.top(this.#drawn.first) < 0 || (this.#drawn.first === 0 && this.layout.origin !== 0)) {
      this.#straighten();
    } else {
      this.#draw(this.top);
    }
  }

  #stop(): void {
    if (this.#stage && this.#stage.window.scrollTop !== this.top) {
      this.#scrolled();
      return;
    }
    this.moving = false;
    if (this.layout.origin !== 0) this.#straighten();
    this.#stage?.rested();
  }

  /** Begins at 0 again, with nothing moving on the screen. */
  #straighten(): void {
    this.#settling = true;
    this.#put(this.top);
    this.#settling = false;
  }

  #resized(entries: ResizeObserverEntry[]): void {
    const stage = this.#stage;
    if (!stage) return;
    const keep = this.#keep();
    const width = stage.window.clientWidth;
    const height = stage.window.clientHeight;
    if (width === 0) return;
    if (width !== this.width) {
      this.width = width;
      this.height = height;
      this.layout.forget();
      this.settle(keep);
      return;
    }
    let differs = height !== this.height;
    this.height = height;
    for (const { target } of entries) {
      if (target === stage.window) continue;
      if (!target.isConnected) {
        this.#sizes?.unobserve(target);
        this.#observed.delete(target);
      }
    }
    differs = this.#measure() || differs;
    if (!differs) return;
    if (this.moving && keep !== 'end' && 'offset' in keep) {
      this.layout.origin -= (this.layout.resolve(keep) ?? this.top) - this.top;
      this.#straighten();
    } else {
      this.settle(keep);
    }
  }
}
