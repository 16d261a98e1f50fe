/** Menus: `openMenu` beside something or at a point; `Menus` shows it. */
import type { IconName } from './icons';
import type { Anchor, Placing } from './place';

export interface MenuItem {
  title: string;
  icon?: IconName;
  /** The key that does the same, as commands write it. */
  keys?: string | undefined;
  danger?: boolean;
  disabled?: boolean;
  /** One of several, or on and off: whether it is it. */
  checked?: boolean;
  run: () => void;
}

/** A line between items, or an item. Null stands for nothing, so that items can be left out in place. */
export type MenuEntry = MenuItem | 'line' | null;

interface Open {
  anchor: Anchor;
  entries: MenuEntry[];
  placing: Placing;
  label: string | undefined;
}

export const menu: { open: Open | null } = $state({ open: null });

/** Opens a menu; another one that is open goes. `anchor` may be an element, a box, or a point of an event. */
export function openMenu(
  anchor: Anchor,
  entries: MenuEntry[],
  more: Placing & { label?: string } = {},
): void {
  const { label, ...placing } = more;
  menu.open = { anchor, entries, placing, label };
}

export function closeMenu(): void {
  menu.open = null;
}
