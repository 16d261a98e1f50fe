/**
 * What measuring needs of the page. Loaded only where the program was started with `--measure`: then it
 * tells when somebody can use the list, and a script can do what has no button.
 */
import { networkChanged, usable } from './ipc/generated';
import { open } from './state/open';
import { onEvent, profile } from './state/session.svelte';
import { openConversation } from './state/view.svelte';

/**
 * When the next frame has been painted. It is looked at where all that it shows is settled; the painting
 * follows at once, and is over when a message is handled or the frame behind it begins, whichever comes
 * first: either can be kept waiting by other work.
 */
function painted(so: () => boolean = () => true): Promise<number | undefined> {
  return new Promise((done) => {
    requestAnimationFrame(() => {
      if (!so()) {
        done(undefined);
        return;
      }
      const tell = (): void => done(performance.now());
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = tell;
      port2.postMessage(null);
      requestAnimationFrame(tell);
    });
  });
}

async function listed(): Promise<void> {
  const seen = (): boolean => document.querySelector('[role="option"]') !== null;
  await usable('list', await until(seen, Infinity));
}

/** Frames from now on, in milliseconds each, until they are asked for. */
function frames(): () => number[] {
  const times: number[] = [];
  let last = performance.now();
  let running = true;
  const next = (now: number): void => {
    times.push(now - last);
    last = now;
    if (running) requestAnimationFrame(next);
  };
  requestAnimationFrame((now) => {
    last = now;
    requestAnimationFrame(next);
  });
  return () => {
    running = false;
    return times;
  };
}

const rows = (): string[] =>
  [...document.querySelectorAll<HTMLElement>('[role="feed"] [data-id]')].map(
    (row) => row.dataset['id'] ?? '',
  );

/** Looks at every frame whether it is so; when the first frame with it has been painted. */
async function until(so: () => boolean, longest = 10_000): Promise<number> {
  const begin = performance.now();
  for (;;) {
    const end = await painted(so);
    if (end !== undefined) return end;
    if (performance.now() - begin > longest) throw new Error('it took too long');
  }
}

/** From asking for a conversation until its messages are painted. */
async function opens(account: string): Promise<number> {
  const before = new Set(rows());
  const begin = performance.now();
  openConversation(account);
  const end = await until(() =>
    rows().some((id) => id.startsWith('m:') && !before.has(id)),
  );
  return end - begin;
}

/** From asking for a date until the messages of that date are painted. */
async function jumps(ms: number): Promise<number> {
  const { timeline } = open;
  if (!timeline) throw new Error('no conversation is open');
  const before = timeline.items;
  const begin = performance.now();
  await timeline.jumpToDate(ms);
  return (await until(() => timeline.items !== before && rows().length > 0)) - begin;
}

/** Scrolls back until so many messages went by; the frames, and how many went by. */
async function scrolls(messages: number, step: number): Promise<{ frames: number[]; seen: number }> {
  const feed = document.querySelector<HTMLElement>('[role="feed"]');
  if (!feed) throw new Error('no conversation is open');
  const seen = new Set<string>();
  const stop = frames();
  let still = 0;
  while (seen.size < messages && still < 300) {
    const before = seen.size;
    for (const id of rows()) seen.add(id);
    still = seen.size === before ? still + 1 : 0;
    feed.scrollBy(0, -step);
    await new Promise(requestAnimationFrame);
  }
  return { frames: stop(), seen: seen.size };
}

/** From a letter in a search field until what was found is painted. */
async function finds(text: string): Promise<number> {
  const field = document.querySelector<HTMLInputElement>('input[role="combobox"]');
  if (!field) throw new Error('the search is not open');
  const results = document.querySelector('.results');
  if (!results) throw new Error('the search is not open');
  let changed = false;
  const watch = new MutationObserver(() => (changed = true));
  watch.observe(results, { subtree: true, childList: true, characterData: true, attributes: true });
  const begin = performance.now();
  field.value = text;
  field.dispatchEvent(new InputEvent('input', { bubbles: true }));
  const end = await until(() => changed && results.getAttribute('aria-busy') === 'false');
  watch.disconnect();
  return end - begin;
}

/** From the first message that waited until the last, after the relay is there again. */
async function drains(longest: number): Promise<number> {
  let begin: number | undefined;
  let end: number | undefined;
  const stop = onEvent((event) => {
    if (!('connection_changed' in event)) return;
    const { connection } = event.connection_changed;
    if (connection === 'draining') begin = performance.now();
    if (connection === 'live') end = performance.now();
  });
  await networkChanged(profile());
  await until(() => end !== undefined, longest);
  stop();
  return (end ?? 0) - (begin ?? 0);
}

/** Writes a letter twenty times a second for as long; from each until it is painted. */
async function types(ms: number): Promise<number[]> {
  const field = document.querySelector<HTMLTextAreaElement>('textarea');
  if (!field) throw new Error('there is nowhere to write');
  const times: number[] = [];
  const end = performance.now() + ms;
  while (performance.now() < end) {
    const begin = performance.now();
    field.value += 'a';
    field.dispatchEvent(new InputEvent('input', { bubbles: true }));
    times.push(((await painted()) ?? NaN) - begin);
    await new Promise((done) => setTimeout(done, 50));
  }
  field.value = '';
  field.dispatchEvent(new InputEvent('input', { bubbles: true }));
  return times;
}

Object.assign(window, { measure: { opens, jumps, scrolls, finds, types, drains, rows } });
void listed();
