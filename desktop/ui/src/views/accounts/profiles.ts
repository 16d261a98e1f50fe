/** What is shown of a profile. */
import type { Me, Profile } from '../../ipc/generated';
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
