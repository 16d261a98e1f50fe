import { fireEvent, render, screen, waitFor } from '@testing-library/svelte';
import { beforeEach, expect, test, vi } from 'vitest';
import { createAccount, type Profile } from '../../ipc/generated';
import Create from './Create.svelte';

vi.mock('../../ipc/generated', async (original) => ({
  ...(await original<object>()),
  createAccount: vi.fn(),
}));
const create = vi.mocked(createAccount);
beforeEach(() => create.mockReset());

const made: Profile = { id: 'main', state: 'locked' };

function shown() {
  const oncreated = vi.fn();
  render(Create, { relay: 'https://relay.example.org', onback: vi.fn(), oncreated });
  return oncreated;
}

async function named(name: string): Promise<void> {
  await fireEvent.input(screen.getByLabelText('Your name'), { target: { value: name } });
}

async function submitted(): Promise<void> {
  const form = document.querySelector('form');
  if (form) await fireEvent.submit(form);
}

test('a name is enough', async () => {
  create.mockResolvedValue(made);
  const oncreated = shown();
  await submitted();
  expect(create).not.toHaveBeenCalled();
  await named('  Ada ');
  await submitted();
  await waitFor(() => expect(oncreated).toHaveBeenCalledWith(made));
  expect(create).toHaveBeenCalledWith('https://relay.example.org', 'Ada', null);
});

test('a relay that wants a code is given one', async () => {
  create.mockRejectedValueOnce({ refused: { refusal: 'TOKEN_REFUSED', reason: 'no' } });
  create.mockResolvedValueOnce(made);
  const oncreated = shown();
  await named('Ada');
  await submitted();
  const field = await screen.findByLabelText('Invitation code of the relay');
  expect(screen.getByText(/only with an invitation code/u)).toBeTruthy();
  await fireEvent.input(field, { target: { value: 'sesame' } });
  await submitted();
  await waitFor(() => expect(oncreated).toHaveBeenCalled());
  expect(create).toHaveBeenLastCalledWith('https://relay.example.org', 'Ada', 'sesame');
});

test('what is wrong with the relay is said where it is written', async () => {
  create.mockRejectedValueOnce({ unreachable: { reason: 'refused' } });
  shown();
  await named('Ada');
  await submitted();
  const field = await screen.findByLabelText('Address of the relay');
  expect(field.getAttribute('aria-invalid')).toBe('true');
  expect(document.getElementById(field.getAttribute('aria-describedby') ?? '')?.textContent).toMatch(
    /cannot be reached/u,
  );
});
