/** What is shown of a profile. */
import { deleteProfile, type Me, type Profile } from '../../ipc/generated';
import { isOpen, refresh, session, show } from '../../state/session.svelte';
import { view } from '../../state/view.svelte';
import { t } from '../../text';

/** Whose it is; null while it is not open. */
export function meOf(profile: Profile): Me | null {
  return typeof profile.state === 'object' && 'open' in profile.state ? profile.state.open.me : null;
}

/** What it is called. */
export function nameOf(profile: Profile): string {
  return meOf(profile)?.name || t('account-unnamed');
}

export function isLocked(profile: Profile): boolean {
  return profile.state === 'locked';
}

/** Why it cannot be opened; null for one that can. */
export function troubleOf(profile: Profile): unknown {
  return typeof profile.state === 'object' && 'unusable' in profile.state
    ? profile.state.unusable.error
    : null;
}

/** Takes an account off this machine and shows another one, if there is one. */
export async function leave(id: string): Promise<void> {
  await deleteProfile(id);
  await refresh();
  if (session.current !== id) return;
  const other = (session.profiles ?? []).find((there) => isOpen(there));
  if (other) {
    await show(other.id);
  } else {
    session.current = null;
    session.me = null;
    Object.assign(view, { account: null, row: null, details: false, search: false, dialog: null });
  }
}
