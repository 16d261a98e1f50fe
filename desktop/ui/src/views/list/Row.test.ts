import { render } from '@testing-library/svelte';
import { expect, test, vi } from 'vitest';
import type { ConversationSummary, MessageState, Preview } from '../../ipc/generated';
import { speak } from '../../text';
import Row from './Row.svelte';

vi.spyOn(navigator, 'language', 'get').mockReturnValue('en-GB');
speak('en');

const now = new Date(2026, 4, 14, 9, 30).getTime();

function item(more: Partial<ConversationSummary> = {}): ConversationSummary {
  return {
    id: 'c',
    revision: 1,
    kind: 'direct',
    account: 'a',
    name: 'Bob',
    preview: null,
    unread: 0,
    marked_unread: false,
    pinned_at: null,
    archived: false,
    muted_until: null,
    draft: null,
    request: false,
    blocked: false,
    empty: false,
    last_activity: 0,
    ...more,
  };
}

function said(more: Partial<Preview> = {}): Preview {
  return {
    row: 1,
    own: false,
    author_name: 'Bob',
    kind: 'text',
    text: 'Hello\n\nthere',
    timer: null,
    state: 'received',
    at: new Date(2026, 4, 14, 8, 5).getTime(),
    ...more,
  };
}

function shown(of: ConversationSummary, more: { typing?: boolean; verified?: boolean } = {}) {
  const { container } = render(Row, { item: of, now, ...more });
  // What is in the text for those who listen counts too; marks of direction do not.
  return {
    container,
    text: (container.textContent ?? '').replace(/[\u2068\u2069]/gu, '').replace(/\s+/gu, ' ').trim(),
  };
}

test('somebody else’s message: one line, and when', () => {
  const { text } = shown(item({ preview: said(), last_activity: said().at }));
  expect(text).toBe('Bob 08:05 Hello there');
});

test.each<[MessageState, string]>([
  ['queued', 'Waiting to be sent'],
  ['sent', 'Sent'],
  ['delivered', 'Delivered'],
  ['read', 'Read'],
  ['failed', 'Not sent'],
])('an own message that is %s says so', (state, words) => {
  const { text, container } = shown(item({ preview: said({ own: true, state }) }));
  expect(text).toContain(`${words} Hello there`);
  expect(container.querySelector(`.tick.${state}`)).not.toBeNull();
});

test('a note to self is called so and has no ticks', () => {
  const { text } = shown(item({ kind: 'own', preview: said({ own: true, state: 'sent' }) }));
  expect(text).toBe('Note to self 08:05 Hello there');
});

test('a draft comes before what was said, typing before a draft, a block before all', () => {
  const draft = item({ preview: said(), draft: 'I was about\nto say' });
  expect(shown(draft).text).toContain('Draft: I was about to say');
  expect(shown(draft, { typing: true }).text).toContain('typing…');
  expect(shown({ ...draft, blocked: true }, { typing: true }).text).toContain('Blocked');
});

test('what is not a text is told in words', () => {
  const about = (more: Partial<Preview>) => shown(item({ preview: said(more) })).text;
  expect(about({ kind: 'deleted', text: null })).toContain('This message was deleted');
  expect(about({ kind: 'deleted', own: true, text: null })).toContain('You deleted this message');
  expect(about({ kind: 'timer', timer: 604_800 })).toContain('Messages disappear after 1 week');
  expect(about({ kind: 'timer', timer: 0 })).toContain('Messages no longer disappear');
  expect(about({ kind: 'unknown', text: null })).toContain('Needs a newer version');
  expect(shown(item({ empty: true })).text).toBe('Bob No messages yet');
});

test('a badge counts, is quiet while muted, and a mark is a dot with words', () => {
  const unread = shown(item({ unread: 3, preview: said() }));
  expect(unread.text).toContain('3 unread messages');
  expect(unread.container.querySelector('.badge.quiet')).toBeNull();
  const muted = shown(item({ unread: 3, muted_until: now + 1, preview: said() }));
  expect(muted.container.querySelector('.badge.quiet')).not.toBeNull();
  expect(muted.text).toContain('Muted');
  expect(shown(item({ muted_until: now - 1 })).text).not.toContain('Muted');
  const marked = shown(item({ marked_unread: true }));
  expect(marked.text).toContain('Marked as unread');
  expect(marked.container.querySelector('.badge.dot')).not.toBeNull();
});

test('pinned, verified and requests are seen and heard', () => {
  expect(shown(item({ pinned_at: 1, preview: said() })).text).toContain('Pinned');
  expect(shown(item(), { verified: true }).text).toContain('Verified');
  const request = shown(item({ request: true, preview: said() }));
  expect(request.text).toContain('Request');
  expect(request.container.querySelector('.row.request .mark')).not.toBeNull();
});
