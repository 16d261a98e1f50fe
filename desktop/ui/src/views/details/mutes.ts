/** Until when nothing makes a sound. */
import { t } from '../../text';
import { shortTime } from '../../text/times';

const HOUR = 3_600_000;
/** The last moment that a number of JavaScript can say. */
const ALWAYS = Number.MAX_SAFE_INTEGER;
/** What is farther away than this was meant for ever. */
const FAR = 10 * 365 * 24 * HOUR;

export const MUTES = [
  { id: 'details-mute-hour', until: (now: number) => now + HOUR },
  { id: 'details-mute-hours', until: (now: number) => now + 8 * HOUR },
  { id: 'details-mute-day', until: (now: number) => now + 24 * HOUR },
  { id: 'details-mute-week', until: (now: number) => now + 7 * 24 * HOUR },
  { id: 'details-mute-always', until: () => ALWAYS },
] as const;

/** How it is now, in words. */
export function muteName(until: number, now: number): string {
  if (until <= now) return t('details-mute-off');
  if (until - now > FAR) return t('details-muted');
  return t('details-muted-until', { time: shortTime(until, now) });
}
