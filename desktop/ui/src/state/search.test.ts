import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { SearchHit, SearchPage, TypedSearch } from '../ipc/generated';

const answers: { query: TypedSearch; give: (page: SearchPage) => void; fail: (error: unknown) => void }[] =
  [];

vi.mock('../ipc/generated', () => ({
  search: (_profile: string, query: TypedSearch) =>
    query.text.endsWith(':')
      ? Promise.reject({ bad_search: { reason: 'nothing behind it' } })
      : new Promise<SearchPage>((give, fail) => answers.push({ query, give, fail })),
}));

const { SearchState } = await import('./search.svelte');

const hit = (row: number) => ({ message: { row } }) as SearchHit;
const page = (rows: number[], next: string | null = null): SearchPage => ({
  hits: rows.map(hit),
  next,
  incomplete: false,
});
const rows = (state: InstanceType<typeof SearchState>) => state.hits.map((there) => there.message.row);
const rest = () => vi.advanceTimersByTimeAsync(60);

beforeEach(() => {
  answers.length = 0;
  vi.useFakeTimers();
});
afterEach(() => vi.useRealTimers());

test('the first letter asks at once, and quick fingers once more', async () => {
  const state = new SearchState('p');
  state.type('f');
  await vi.advanceTimersByTimeAsync(0);
  expect(answers.map(({ query }) => query.text)).toEqual(['f']);
  for (const text of ['fo', 'fog', 'fogh']) state.type(text);
  await rest();
  expect(answers.map(({ query }) => query.text)).toEqual(['f', 'fogh']);
  answers[1]?.give(page([1]));
  answers[0]?.give(page([2]));
  await rest();
  expect(rows(state)).toEqual([1]);
  state.type('foghorn');
  await vi.advanceTimersByTimeAsync(0);
  expect(answers.length).toBe(3);
});

test('the newest question wins, whatever comes last', async () => {
  const state = new SearchState('p');
  state.type('fo');
  await rest();
  state.type('fog');
  await rest();
  answers[1]?.give(page([2]));
  await rest();
  answers[0]?.give(page([1]));
  await rest();
  expect(rows(state)).toEqual([2]);
  expect(state.asked).toBe('fog');
  expect(state.waiting).toBe(false);
});

test('what was found stays until there is something else', async () => {
  const state = new SearchState('p');
  state.type('fog');
  await rest();
  answers[0]?.give(page([1]));
  await rest();
  state.type('fogs');
  await rest();
  expect(rows(state)).toEqual([1]);
  expect(state.waiting).toBe(true);
  state.type('');
  expect(rows(state)).toEqual([]);
  expect(state.waiting).toBe(false);
});

test('pages follow each other, and not after another question', async () => {
  const state = new SearchState('p', { conversation: 'c', order: 'newest', limit: 2 });
  state.type('fog');
  await rest();
  expect(answers[0]?.query).toMatchObject({ conversation: 'c', order: 'newest', limit: 2 });
  answers[0]?.give(page([9, 8], 'after 8'));
  await rest();
  expect(state.more).toBe(true);
  void state.page();
  void state.page();
  expect(answers.length).toBe(2);
  expect(answers[1]?.query.cursor).toBe('after 8');
  answers[1]?.give(page([7], 'after 7'));
  await rest();
  expect(rows(state)).toEqual([9, 8, 7]);
  void state.page();
  state.type('ship');
  await rest();
  answers[3]?.give(page([3]));
  answers[2]?.give(page([6]));
  await rest();
  expect(rows(state)).toEqual([3]);
  expect(state.more).toBe(false);
});

test('what cannot be looked for is said', async () => {
  const state = new SearchState('p');
  state.type('from:');
  await rest();
  expect(state.error).toEqual({ bad_search: { reason: 'nothing behind it' } });
  state.type('fog');
  await rest();
  answers[0]?.give(page([1]));
  await rest();
  expect(state.error).toBeNull();
});
