/** What a key does with the message that has the focus. */
import type { Message } from '../../../ipc/generated';
import type { Anchor } from '../../../parts/place';
import { copy, isCommand, remove, type Doer } from './actions';
import { messageMenu } from './menu';

/** Does it, and says whether there was something. `anchor` is where a menu opens. */
export function key(
  doer: Doer,
  event: KeyboardEvent,
  message: Message,
  anchor: Anchor | undefined,
): boolean {
  const { conversation } = doer;
  const letter = event.key.toLowerCase();
  if (event.ctrlKey || event.metaKey) {
    // What is marked in a text goes before the whole of it.
    if (letter !== 'c' || event.altKey || getSelection()?.toString()) return false;
    copy([message]);
    return true;
  }
  if (event.altKey) return false;
  if (conversation.selected && (event.key === ' ' || event.key === 'Enter')) {
    conversation.select(message.row);
  } else if (event.key === 'Enter' || event.key === 'ContextMenu') {
    messageMenu(doer, message, anchor);
  } else if (event.key === 'Delete' || event.key === 'Backspace') {
    void remove(doer, [message]);
  } else if (letter === 'c') {
    copy([message]);
  } else if (letter === 'r' && isCommand(doer, 'reply', message)) {
    conversation.answer(message);
  } else if (letter === 'e' && isCommand(doer, 'react', message)) {
    doer.react(message);
  } else if (letter === 's') {
    conversation.select(message.row);
  } else {
    return false;
  }
  return true;
}
