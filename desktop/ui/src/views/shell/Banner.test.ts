import { render, screen } from '@testing-library/svelte';
import { tick } from 'svelte';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { session } from '../../state/session.svelte';
import Banner from './Banner.svelte';

beforeEach(() => {
  vi.useFakeTimers();
  Object.assign(session, { connection: 'live', outbox: { waiting: 0, failed: 0 }, me: null });
});
afterEach(() => {
  vi.useRealTimers();
});

async function later(ms: number): Promise<void> {
  await tick();
  vi.advanceTimersByTime(ms);
  await tick();
}

const said = () => screen.queryByText(/Waiting for the network/u)?.textContent;

test('a connection that is lost for a moment is no news', async () => {
  render(Banner);
  session.connection = 'offline';
  await later(1_500);
  session.connection = 'connecting';
  await later(400);
  expect(said()).toBeUndefined();
  session.connection = 'live';
  await later(5_000);
  expect(said()).toBeUndefined();
});

test('one that stays away is, with what waits for it', async () => {
  render(Banner);
  session.connection = 'offline';
  session.outbox = { waiting: 3, failed: 1 };
  // That it tries again does not begin the wait anew.
  await later(1_000);
  session.connection = 'connecting';
  await later(1_100);
  expect(said()?.replace(/[\u2068\u2069]/gu, '')).toBe('Waiting for the network; 3 messages will be sent');
  session.connection = 'draining';
  await later(0);
  expect(said()).toBeUndefined();
});

test('a device that is out says so at once', async () => {
  session.me = {
    account: null,
    device: 'd',
    name: 'A',
    about: '',
    standing: 'removed',
    relays: [],
    link: null,
  };
  render(Banner);
  await tick();
  expect(screen.getByText(/was removed from your account/u)).toBeTruthy();
});
