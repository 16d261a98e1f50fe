/** What is on the screen: which conversation, which panes, which dialog. */

/** A dialog over everything. Only one is open; Escape closes it. */
export type Dialog =
  | { name: 'settings'; page?: string }
  | { name: 'new' }
  | { name: 'my-link' }
  | { name: 'palette' }
  | { name: 'shortcuts' }
  | { name: 'accounts' }
  | { name: 'forward'; rows: number[] }
  | { name: 'message-details'; row: number }
  | { name: 'jump-to-date' }
  | { name: 'safety-number'; account: string }
  | { name: 'link'; url: string };

interface View {
  /** Whom the open conversation is with. */
  account: string | null;
  /** The same as soon as it is on the screen. */
  shown: string | null;
  /** The message to go to in it. */
  row: number | null;
  details: boolean;
  /** The search over everything, in place of the list. */
  search: boolean;
  /** The search inside the conversation. */
  find: boolean;
  dialog: Dialog | null;
  /** One pane at a time. */
  narrow: boolean;
}

export const view: View = $state({
  account: null,
  shown: null,
  row: null,
  details: false,
  search: false,
  find: false,
  dialog: null,
  narrow: false,
});

/** Opens a conversation, at a message of it if one is given. */
export function openConversation(account: string, row: number | null = null): void {
  if (view.account !== account) {
    view.find = false;
  }
  view.account = account;
  view.row = row;
}

export function openDialog(dialog: Dialog): void {
  view.dialog = dialog;
}

/** One step back: a dialog, a search, the details, the conversation of a narrow window. Whether there was one. */
export function back(): boolean {
  if (view.dialog) view.dialog = null;
  else if (view.find) view.find = false;
  else if (view.search) view.search = false;
  else if (view.details) view.details = false;
  else if (view.narrow && view.account) view.account = null;
  else return false;
  return true;
}
