/** Why nothing can be written. */
import type { Contact, DeviceStanding } from '../../../ipc/generated';

export type Obstacle =
  | 'blocked'
  | 'request'
  | 'deleted'
  | 'joining'
  | 'cloned'
  | 'removed'
  | 'closed';

interface With {
  contact: Contact | null;
}

/** The first that holds: what is the matter with this device, then with whom one writes to. */
export function obstacle(
  { contact }: With,
  standing: DeviceStanding | undefined,
): Obstacle | null {
  if (standing === 'unregistered' || standing === 'joining') return 'joining';
  if (standing && standing !== 'active') return standing;
  if (contact?.standing === 'blocked') return 'blocked';
  if (contact?.standing === 'request') return 'request';
  if (contact?.standing === 'deleted') return 'deleted';
  return null;
}
