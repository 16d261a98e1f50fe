/**
 * The name of something that has no words on it, shown after a moment. One element for all of them;
 * it is for the eye only, the label of what it names is for the ear.
 */
import { showKey } from '../state/commands.svelte';
import { place } from './place';

const WAIT = 500;
/** After one was seen the next comes at once. */
const WARM = 400;

let shown: HTMLElement | undefined;
let timer: ReturnType<typeof setTimeout> | undefined;
let lastHidden = -Infinity;

/** When the Tab key was pressed last: a focus that nobody moved there needs no explanation. */
let tabbed = -Infinity;
if (typeof document !== 'undefined') {
  document.addEventListener(
    'keydown',
    (event) => {
      if (event.key === 'Tab') tabbed = performance.now();
    },
    true,
  );
}

function hide(): void {
  clearTimeout(timer);
  if (shown) {
    shown.remove();
    shown = undefined;
    lastHidden = performance.now();
  }
}

function show(on: HTMLElement, text: string, keys: string | undefined): void {
  hide();
  if (!on.isConnected) return;
  const tip = document.createElement('div');
  tip.className = 'tooltip';
  tip.setAttribute('aria-hidden', 'true');
  tip.append(text);
  if (keys) {
    const kbd = document.createElement('span');
    kbd.className = 'tooltip-keys';
    kbd.dir = 'ltr';
    kbd.textContent = showKey(keys).join(' ');
    tip.append(kbd);
  }
  document.body.append(tip);
  place(tip, on, { align: 'center', gap: 6 });
  shown = tip;
}

/** An attachment: shows `text`, and the key that does the same. */
export function tooltip(text: string | undefined, keys?: string) {
  return (element: HTMLElement): (() => void) | undefined => {
    if (!text) return undefined;
    const soon = () => {
      clearTimeout(timer);
      const wait = performance.now() - lastHidden < WARM ? 0 : WAIT;
      timer = setTimeout(() => show(element, text, keys), wait);
    };
    const focused = () => {
      if (performance.now() - tabbed < 200 && element.matches(':focus-visible')) soon();
    };
    element.addEventListener('pointerenter', soon);
    element.addEventListener('pointerleave', hide);
    element.addEventListener('pointerdown', hide);
    element.addEventListener('keydown', hide);
    element.addEventListener('focus', focused);
    element.addEventListener('blur', hide);
    return () => {
      hide();
      element.removeEventListener('pointerenter', soon);
      element.removeEventListener('pointerleave', hide);
      element.removeEventListener('pointerdown', hide);
      element.removeEventListener('keydown', hide);
      element.removeEventListener('focus', focused);
      element.removeEventListener('blur', hide);
    };
  };
}
