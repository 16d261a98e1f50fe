/**
 * What floats over the page. Escape closes the newest of it; the Tab key stays inside; what had the
 * focus before has it again afterwards.
 */

interface Layer {
  element: HTMLElement;
  close: () => void;
  trap: boolean;
}

const layers: Layer[] = [];

const FOCUSABLE =
  ':is(a[href], button, input, textarea, select, [tabindex], [contenteditable="true"]):not(:disabled)';

/** What can have the focus inside, in order. */
export function focusable(inside: HTMLElement): HTMLElement[] {
  return [...inside.querySelectorAll<HTMLElement>(FOCUSABLE)].filter(
    (element) => element.tabIndex >= 0 && !element.closest('[hidden], [inert]'),
  );
}

function keydown(event: KeyboardEvent): void {
  const top = layers.at(-1);
  if (!top || event.defaultPrevented || event.isComposing) return;
  if (event.key === 'Escape') {
    event.preventDefault();
    top.close();
  } else if (event.key === 'Tab' && top.trap) {
    const all = focusable(top.element);
    const [first, last] = [all[0], all.at(-1)];
    if (!first || !last) {
      event.preventDefault();
      top.element.focus();
      return;
    }
    const here = document.activeElement;
    const outside = !top.element.contains(here) || here === top.element;
    if (outside || here === (event.shiftKey ? first : last)) {
      event.preventDefault();
      (event.shiftKey ? last : first).focus();
    }
  }
}

interface Options {
  close: () => void;
  /** Tab stays inside. */
  trap?: boolean;
  /** The element that has the focus first; the first that can, if none is given. Null leaves it where it is. */
  focus?: HTMLElement | null | undefined;
  /** What has the focus afterwards, if nothing had it before. */
  opener?: HTMLElement | undefined;
}

/** Makes an element a layer until what is returned is called. */
export function layer(element: HTMLElement, { close, trap = true, focus, opener }: Options): () => void {
  const active = document.activeElement;
  const before = active === null || active === document.body ? (opener ?? active) : active;
  const own: Layer = { element, close, trap };
  if (layers.length === 0) document.addEventListener('keydown', keydown);
  layers.push(own);
  if (focus !== null && !element.contains(document.activeElement)) {
    const wanted =
      focus ?? element.querySelector<HTMLElement>('[data-autofocus]') ?? focusable(element)[0];
    (wanted ?? element).focus({ preventScroll: true });
  }
  return () => {
    layers.splice(layers.indexOf(own), 1);
    if (layers.length === 0) document.removeEventListener('keydown', keydown);
    const here = document.activeElement;
    const lost = here === null || here === document.body || element.contains(here);
    if (lost && before instanceof HTMLElement && before.isConnected) {
      before.focus({ preventScroll: true });
    }
  };
}
