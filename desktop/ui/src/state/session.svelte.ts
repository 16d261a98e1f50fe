/** Who is looking: the accounts on this machine, and how the one on the screen is doing. */
import {
  closeStream,
  me as askMe,
  profiles as askProfiles,
  subscribe,
  type ClientEvent,
  type ConnectionState,
  type Me,
  type OutboxSummary,
  type Profile,
} from '../ipc/generated';
import { failed } from './toasts.svelte';
import { Typists } from './typists';
import { view } from './view.svelte';

interface Session {
  /** Undefined until it is known which there are. */
  profiles: Profile[] | undefined;
  /** The profile on the screen. */
  current: string | null;
  me: Me | null;
  connection: ConnectionState;
  outbox: OutboxSummary;
  gaps: number;
  /** Who types, by the id of the conversation. */
  typing: Record<string, string[]>;
  /** Somebody is making another account. */
  adding: boolean;
}

const fresh = {
  me: null,
  connection: 'connecting' as ConnectionState,
  outbox: { waiting: 0, failed: 0 },
  gaps: 0,
  typing: {},
};

export const session: Session = $state({
  profiles: undefined,
  current: null,
  adding: false,
  ...fresh,
});

type Listener = (event: ClientEvent) => void;
const listeners = new Set<Listener>();

/** Tells every event of the current profile until what is returned is called. */
export function onEvent(listener: Listener): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** The profile on the screen, for commands. */
export function profile(): string {
  return session.current ?? '';
}

/** Under this name the webview keeps which profile was on the screen last. */
const LAST = 'profile';

/** Finds out which profiles there are and shows one: that which is wanted, or was there last. */
export async function start(): Promise<void> {
  const wanted = new URLSearchParams(location.search).get('profile') ?? localStorage.getItem(LAST);
  session.profiles = await askProfiles();
  const usable = session.profiles.filter((there) => isOpen(there));
  // One that waits for another device has nothing to show.
  const first =
    usable.find((there) => there.id === wanted) ??
    usable.find((there) => standing(there) !== 'joining') ??
    usable[0];
  if (first) {
    await show(first.id);
  }
}

function standing(there: Profile): string | null {
  return typeof there.state === 'object' && 'open' in there.state
    ? there.state.open.me.standing
    : null;
}

export function isOpen(there: Profile): boolean {
  return typeof there.state === 'object' && 'open' in there.state;
}

let stop: (() => void) | undefined;

/** Shows another profile. */
export async function show(id: string): Promise<void> {
  stop?.();
  typists.forget();
  localStorage.setItem(LAST, id);
  Object.assign(session, fresh, { typing: {}, current: id, adding: false });
  Object.assign(view, { account: null, row: null, details: false, search: false, dialog: null });
  const there = session.profiles?.find((one) => one.id === id);
  if (there && typeof there.state === 'object' && 'open' in there.state) {
    session.me = there.state.open.me;
  }
  const stream = await subscribe(id, (event) => {
    if (session.current === id) {
      hear(event);
    }
  });
  stop = () => void closeStream(stream);
  if (session.current !== id) {
    stop();
  }
  session.me = await askMe(id);
}

/** Looks again which profiles there are. */
export async function refresh(): Promise<void> {
  session.profiles = await askProfiles();
}

/** The next of several accounts. */
export async function next(): Promise<void> {
  const usable = (session.profiles ?? []).filter((there) => isOpen(there));
  const place = usable.findIndex((there) => there.id === session.current);
  const following = usable[(place + 1) % usable.length];
  if (following && following.id !== session.current) {
    await show(following.id);
  }
}

const typists = new Typists((conversation, account, active) => {
  const others = (session.typing[conversation] ?? []).filter((there) => there !== account);
  session.typing[conversation] = active ? [...others, account] : others;
});

function hear(event: ClientEvent): void {
  if ('started' in event) {
    session.connection = event.started.connection;
    session.outbox = event.started.outbox;
    session.gaps = event.started.gaps;
    typists.forget();
    session.typing = {};
  } else if ('connection_changed' in event) {
    session.connection = event.connection_changed.connection;
  } else if ('outbox_changed' in event) {
    session.outbox = event.outbox_changed.outbox;
  } else if ('gaps_changed' in event) {
    session.gaps = event.gaps_changed.gaps;
  } else if ('me_changed' in event) {
    const link = session.me?.link ?? null;
    session.me = { ...event.me_changed.me, link: event.me_changed.me.link ?? link };
  } else if ('typing' in event) {
    const { conversation, account, active } = event.typing;
    typists.heard(conversation, account, active);
  } else if ('message_received' in event) {
    const { conversation, author } = event.message_received.message;
    typists.wrote(conversation, author);
  } else if ('ended' in event) {
    failed(event.ended.error);
  }
  for (const listener of listeners) {
    listener(event);
  }
}
