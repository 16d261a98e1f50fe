/** The commands with a key, as the sheet shows them. */
import type { Command } from '../../state/commands.svelte';
import { t } from '../../text';

export interface SheetRow {
  id: string;
  title: string;
  keys: string[];
  /** The keys are the first and the last of several. */
  range: boolean;
}

/** In this order; others come behind. */
const ORDER = ['general', 'conversations', 'conversation', 'message', 'composer'];

export function sheet(commands: readonly Command[]): { group: string; rows: SheetRow[] }[] {
  const groups = new Map<string, Map<string, SheetRow>>();
  for (const command of commands) {
    const keys = command.keys ?? [];
    if (keys.length === 0 || command.group === '') continue;
    const rows = groups.get(command.group) ?? new Map<string, SheetRow>();
    groups.set(command.group, rows);
    // conversation-1 to conversation-9 are one row.
    const series = /^(.*)-\d+$/u.exec(command.id)?.[1];
    const id = series ?? command.id;
    const there = rows.get(id);
    const last = keys.at(-1);
    if (series !== undefined && there && last) there.keys = [there.keys[0] ?? last, last];
    else if (!there) {
      const title = series === undefined ? command.title() : t('shortcuts-series');
      rows.set(id, { id, title, keys: [...keys], range: series !== undefined });
    }
  }
  const place = (group: string) => {
    const at = ORDER.indexOf(group);
    return at < 0 ? ORDER.length : at;
  };
  return [...groups]
    .map(([group, rows]) => ({ group, rows: [...rows.values()] }))
    .sort((a, b) => place(a.group) - place(b.group));
}
