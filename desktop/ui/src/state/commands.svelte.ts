/**
 * Everything that can be done, by name: the palette lists it, a key runs it, the shortcuts sheet
 * shows it. A view registers what it can do while it is there.
 */
import { untrack } from 'svelte';

export interface Command {
  /** Its name, also of its title in the catalogue: `command-…`. */
  id: string;
  /** Its title, in the person's language. */
  title: () => string;
  /** Where the sheet lists it: a message `shortcuts-group-…` of the catalogue; empty for nowhere. */
  group: string;
  /** Keys, as `Mod+Shift+F`; `Mod` is Ctrl, or Cmd on a Mac. */
  keys?: string[];
  /** Also while a text is being written. */
  everywhere?: boolean;
  /** Whether it can be done now. */
  enabled?: () => boolean;
  /** It is a key and nothing else: the palette does not list it. */
  hidden?: boolean;
  run: () => void;
}

let all: Command[] = $state.raw([]);

/** Adds commands until what is returned is called. The last one to claim a key has it. */
export function register(commands: Command[]): () => void {
  // Whoever registers in an effect is not to do it again because somebody else does.
  all = [...untrack(() => all), ...commands];
  return () => {
    all = all.filter((command) => !commands.includes(command));
  };
}

export function commands(): readonly Command[] {
  return all;
}

const mac = navigator.platform.startsWith('Mac');

/** The key of an event, as commands write it. */
export function keyOf(event: KeyboardEvent): string {
  const parts: string[] = [];
  if (mac ? event.metaKey : event.ctrlKey) parts.push('Mod');
  if (event.altKey) parts.push('Alt');
  if (event.shiftKey && (event.key.length > 1 || /^\p{L}$/u.test(event.key))) parts.push('Shift');
  parts.push(event.key.length === 1 ? event.key.toUpperCase() : event.key);
  return parts.join('+');
}

/** A key, as it is shown. */
export function showKey(key: string): string[] {
  const names: Record<string, string> = {
    Mod: mac ? '⌘' : 'Ctrl',
    Alt: mac ? '⌥' : 'Alt',
    Shift: mac ? '⇧' : 'Shift',
    ArrowUp: '↑',
    ArrowDown: '↓',
    Escape: 'Esc',
  };
  return key.split('+').map((part) => names[part] ?? part);
}

/** Runs the command that an event means. */
export function handle(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.isComposing) return;
  const key = keyOf(event);
  const target = event.target;
  const writing =
    target instanceof HTMLElement &&
    (target.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName));
  const plain = !key.startsWith('Mod') && !key.startsWith('Alt') && key !== 'Escape';
  const command = all.findLast(
    (candidate) =>
      candidate.keys?.includes(key) &&
      (candidate.enabled?.() ?? true) &&
      (!writing || !plain || candidate.everywhere),
  );
  if (command) {
    event.preventDefault();
    command.run();
  }
}
