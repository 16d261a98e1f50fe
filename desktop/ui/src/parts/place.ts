/** Where something that floats goes: beside what it belongs to, and inside the window. */

export interface Point {
  x: number;
  y: number;
}

/** What something floats beside. */
export type Anchor = Element | DOMRect | Point;

export interface Placing {
  /** Above or below, where there is room. */
  side?: 'above' | 'below';
  /** Which edges meet: those where one begins to read, the others, or the middles. */
  align?: 'start' | 'end' | 'center';
  /** Between both, in pixels. */
  gap?: number;
}

const EDGE = 8;

function boxOf(anchor: Anchor): { left: number; right: number; top: number; bottom: number } {
  if (anchor instanceof Element) return anchor.getBoundingClientRect();
  if ('left' in anchor) return anchor;
  return { left: anchor.x, right: anchor.x, top: anchor.y, bottom: anchor.y };
}

/** Puts `element`, which is fixed, beside `anchor`. */
export function place(element: HTMLElement, anchor: Anchor, placing: Placing = {}): void {
  const { side = 'below', align = 'start', gap = 4 } = placing;
  const box = boxOf(anchor);
  const width = element.offsetWidth;
  const height = element.offsetHeight;
  const rtl = getComputedStyle(element).direction === 'rtl';
  const atLeft = (align === 'start') !== rtl;
  let x = atLeft ? box.left : box.right - width;
  if (align === 'center') x = (box.left + box.right - width) / 2;
  const below = box.bottom + gap;
  const above = box.top - gap - height;
  const fitsBelow = below + height <= innerHeight - EDGE;
  const fitsAbove = above >= EDGE;
  let y = side === 'below' ? below : above;
  if (side === 'below' && !fitsBelow && fitsAbove) y = above;
  if (side === 'above' && !fitsAbove && fitsBelow) y = below;
  const within = (at: number, size: number, room: number) =>
    Math.max(EDGE, Math.min(at, room - size - EDGE));
  element.style.setProperty('--x', `${Math.round(within(x, width, innerWidth))}px`);
  element.style.setProperty('--y', `${Math.round(within(y, height, innerHeight))}px`);
}
