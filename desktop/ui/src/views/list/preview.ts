/** What the one line under a name says. */
import type { ConversationSummary, MessageState } from '../../ipc/generated';
import { t } from '../../text';
import { duration } from '../../text/durations';

export interface Line {
  /** How it looks: words of a message, words about one, a draft, somebody typing. */
  kind: 'text' | 'about' | 'draft' | 'typing';
  text: string;
  /** How far the own message has come that it shows. */
  state: MessageState | null;
}

/** A line break in a message is a space here; a line is a line. */
function flat(text: string): string {
  return text.replace(/\s+/gu, ' ').trim();
}

export function lineOf(item: ConversationSummary, typing: boolean): Line {
  const about = (text: string, state: MessageState | null = null): Line => ({
    kind: 'about',
    text,
    state,
  });
  if (item.blocked) return about(t('list-blocked'));
  if (typing) return { kind: 'typing', text: t('list-typing'), state: null };
  if (item.draft !== null) return { kind: 'draft', text: flat(item.draft), state: null };
  const { preview } = item;
  if (!preview) return about(t(item.kind === 'own' ? 'list-own-empty' : 'list-nothing-yet'));
  const state = preview.own && item.kind !== 'own' ? preview.state : null;
  switch (preview.kind) {
    case 'text':
      return { kind: 'text', text: flat(preview.text ?? ''), state };
    case 'deleted':
      return about(t(preview.own ? 'list-deleted-own' : 'list-deleted'));
    case 'timer':
      return preview.timer
        ? about(t('list-timer', { duration: duration(preview.timer) }))
        : about(t('list-timer-off'));
    case 'unknown':
      return about(t('list-unknown'));
  }
}
