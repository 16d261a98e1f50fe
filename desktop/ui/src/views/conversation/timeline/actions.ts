/** What can be done with messages, for the mouse, the menu and the keyboard alike. */
import {
  deleteMessage,
  outbox,
  react,
  retry,
  type Message,
} from '../../../ipc/generated';
import { confirm } from '../../../parts/confirm.svelte';
import type { ConversationState } from '../../../state/conversation.svelte';
import type { TimelineState } from '../../../state/timeline.svelte';
import { failed, toast } from '../../../state/toasts.svelte';
import { openDialog } from '../../../state/view.svelte';
import { t } from '../../../text';
import type { Row } from './rows';
import { isRetried, wordsOf } from './words';

/** Who does it. */
export interface Doer {
  readonly conversation: ConversationState;
  readonly timeline: TimelineState;
  /** Lets the person choose an emoji. */
  react: (message: Message) => void;
  /** Shows what is hidden in a row. */
  reveal: (id: string) => void;
}

/** The emoji that are offered first. */
export const QUICK = ['👍', '❤️', '😂', '😮', '😢', '🙏'];

export type CommandName = 'reply' | 'react' | 'copy' | 'forward' | 'edit' | 'everyone' | 'retry';

/** Whether there is a point in offering it. Whether it may be done is the core's to say. */
export function isCommand(doer: Doer, name: CommandName, message: Message): boolean {
  const said = message.kind === 'text';
  const own = message.direction !== 'received';
  const { writable } = doer.conversation;
  switch (name) {
    case 'reply':
      return said && writable;
    case 'react':
      return said && writable && message.state !== 'failed';
    case 'copy':
    case 'forward':
      return said;
    case 'edit':
      return said && own && writable;
    case 'everyone':
      return said && own && !doer.conversation.own && message.state !== 'failed';
    case 'retry':
      return isRetried(message);
  }
}

/** Does what a part of a row stands for. */
export function act(doer: Doer, row: Row, button: HTMLElement): void {
  const { act: name, url, emoji } = button.dataset;
  const message = row.message;
  if (name === 'safety') openDialog({ name: 'safety-number', account: doer.conversation.account });
  else if (name === 'spoiler') doer.reveal(row.id);
  else if (name === 'link' && url !== undefined) openDialog({ name: 'link', url });
  else if (name === 'quote' && message?.quote?.row) {
    doer.timeline.jumpToMessage(message.quote.row).catch(failed);
  } else if (name === 'react' && message && emoji !== undefined) toggle(doer, message, emoji);
  else if (name === 'retry' && message) void again(doer, message);
}

/** Gives a reaction, or takes the same back. */
export function toggle(doer: { conversation: ConversationState }, message: Message, emoji: string): void {
  const mine = message.reactions.some((one) => one.own && one.emoji === emoji);
  react(doer.conversation.profile, message.row, mine ? '' : emoji).catch(failed);
}

/** Tries once more what was not sent. */
export async function again(doer: Doer, message: Message): Promise<void> {
  const { profile } = doer.conversation;
  try {
    const entries = await outbox(profile);
    const mine = entries.filter((one) => one.message === message.row && one.state === 'failed');
    await Promise.all(mine.map((one) => retry(profile, one.id)));
  } catch (error) {
    failed(error);
  }
}

/** Puts the texts on the clipboard, one under the other. */
export function copy(messages: Message[]): void {
  const text = messages
    .filter((message) => message.kind === 'text')
    .map(wordsOf)
    .join('\n\n');
  copyText(text);
}

export function copyText(text: string): void {
  if (text === '') return;
  navigator.clipboard.writeText(text).then(
    () => toast(t('copied')),
    (error: unknown) => failed(error),
  );
}

/** Deletes messages here, or for everybody, if the person still wants it when asked. */
export async function remove(doer: Doer, messages: Message[], everyone = false): Promise<void> {
  const { conversation } = doer;
  const count = messages.length;
  if (count === 0) return;
  const name = conversation.name;
  const yes = await confirm({
    title: t(everyone ? 'delete-everyone-title' : 'delete-title', { count }),
    text: everyone
      ? t('delete-everyone-about', { name, count })
      : t(conversation.own ? 'delete-own-about' : 'delete-about', { name, count }),
    action: t(everyone ? 'delete-everyone-yes' : 'delete-yes'),
    danger: true,
  });
  if (!yes) return;
  conversation.selected = null;
  const results = await Promise.allSettled(
    messages.map((message) => deleteMessage(conversation.profile, message.row, everyone)),
  );
  const refused = results.find((result) => result.status === 'rejected');
  if (refused) failed(refused.reason);
}
