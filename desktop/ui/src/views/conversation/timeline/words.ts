/** What a timeline says about its items. */
import type { Message, Notice } from '../../../ipc/generated';
import type { IconName } from '../../../parts/icons';
import { t } from '../../../text';
import { duration } from '../../../text/durations';
import { clockTime, fullTime } from '../../../text/times';
import { saidAt } from './rows';

/** The picture of how far an own message has come. */
export function stateOf(message: Message): IconName | undefined {
  switch (message.state) {
    case 'queued':
      return 'clock';
    case 'sent':
      return 'tick';
    case 'delivered':
    case 'read':
      return 'ticks';
    case 'failed':
      return 'failed';
    case 'received':
      return undefined;
  }
}

/** A message of the catalogue, or something else where it has none. */
export function orElse(id: string, args: Record<string, string>, otherwise: () => string): string {
  const text = t(id, args);
  return text === id ? otherwise() : text;
}

/** Why a message was not sent. */
export function reasonOf(message: Message): string {
  const code = message.reason ?? 'other';
  return orElse(`failed-${code}`, {}, () => t('failed-other', { reason: code }));
}

/** Whether trying again can help: a closed account stays closed. */
export function isRetried(message: Message): boolean {
  return message.state === 'failed' && message.reason !== 'closed';
}

/** A notice in the person's language; where the catalogue does not know it, as the core says it. */
export function noticeText(notice: Notice): string {
  return orElse(`notice-${notice.code.replaceAll('_', '-')}`, notice.args, () => notice.text);
}

/** Who has set how long messages are kept, and to what. */
export function timerText(message: Message): string {
  const own = message.direction !== 'received';
  const name = message.author_name;
  if (!message.timer) return own ? t('timer-off-own') : t('timer-off', { name });
  const length = duration(message.timer);
  return own ? t('timer-set-own', { length }) : t('timer-set', { name, length });
}

/** What there is of a message, in words. */
export function wordsOf(message: Message): string {
  const own = message.direction !== 'received';
  switch (message.kind) {
    case 'text':
      return message.text ?? '';
    case 'deleted':
      return t(own ? 'message-deleted-own' : 'message-deleted');
    case 'timer':
      return timerText(message);
    case 'unknown':
      return t('message-unknown');
  }
}

/** A message for those who listen: who, what, when, and how it stands. */
export function spoken(message: Message): string {
  const author = message.direction === 'received' ? message.author_name : t('message-you');
  const state = message.state === 'received' ? '' : t(`list-state-${message.state}`);
  const hides = message.formats.some((format) => format.style === 'spoiler');
  const text = hides ? t('message-spoiler') : wordsOf(message).slice(0, 400);
  return t('message-spoken', { author, text, time: clockTime(saidAt(message)), state });
}

export { fullTime };
