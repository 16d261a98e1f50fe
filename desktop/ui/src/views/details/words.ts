/** Who somebody is said to be, in words. */
import type { Comparison, Contact, SafetyNumber } from '../../ipc/generated';
import type { IconName } from '../../parts/icons';
import { t } from '../../text';

export interface Standing {
  short: string;
  long: string;
  icon: IconName;
  kind: 'plain' | 'good' | 'warning';
}

/** What the person found out about a contact, and whether it still holds. */
export function standing({ verified, name, held }: Pick<Contact | SafetyNumber, 'verified' | 'name' | 'held'>): Standing {
  const say = (id: string, icon: IconName, kind: Standing['kind']): Standing => ({
    short: t(`details-${id}`),
    long: t(`details-${id}-about`, { name }),
    icon,
    kind,
  });
  if (held || verified.state === 'lost') return say('verified-lost', 'shield-warning', 'warning');
  if (verified.state === 'no') return say('verified-no', 'shield', 'plain');
  if (verified.changed) return say('verified-changed', 'shield-check', 'good');
  if (verified.state === 'scanned') return say('verified-scanned', 'shield-check', 'good');
  return say('verified-same', 'shield-check', 'good');
}

export interface Verdict {
  title: string;
  text: string;
  icon: IconName;
  kind: 'good' | 'warning' | 'danger' | 'plain';
  /** It is good enough to say that they are who they say. */
  marks: boolean;
}

/** What came of a code that was scanned. */
export function verdict({ outcome, theirs, ours }: Comparison, name: string): Verdict {
  const say = (id: string, icon: IconName, kind: Verdict['kind'], marks = false): Verdict => ({
    title: t(`safety-${id}`),
    text: t(`safety-${id}-about`, { name }),
    icon,
    kind,
    marks,
  });
  if (outcome === 'same') return say('same', 'shield-check', 'good', true);
  if (outcome === 'different') return say('different', 'shield-warning', 'danger');
  if (outcome === 'not_you') return say('not-you', 'shield-warning', 'danger');
  if (outcome === 'own') return say('own', 'info', 'plain');
  if (theirs === 'contradicts' || ours === 'contradicts') {
    return say('contradicts', 'shield-warning', 'danger');
  }
  if (theirs === 'you_lack') return say('you-lack-theirs', 'shield', 'warning', true);
  if (ours === 'they_lack') return say('they-lack-ours', 'shield', 'warning', true);
  if (theirs === 'they_lack') return say('they-lack-theirs', 'shield', 'warning', true);
  if (ours === 'you_lack') return say('you-lack-ours', 'shield', 'warning', true);
  return say('same', 'shield-check', 'good', true);
}
