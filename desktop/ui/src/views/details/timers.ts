/** How long messages are kept after they were read. */
import { t } from '../../text';
import { duration } from '../../text/durations';

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const WEEK = 7 * DAY;

/** What is offered, in seconds; 0 for ever. */
export const TIMERS = [0, 5 * MINUTE, HOUR, 8 * HOUR, DAY, WEEK, 4 * WEEK] as const;

export const UNITS = { second: 1, minute: MINUTE, hour: HOUR, day: DAY, week: WEEK } as const;
export type Unit = keyof typeof UNITS;

/** A year; what is longer is for ever. */
export const MOST = 365 * DAY;

export function timerName(seconds: number): string {
  return seconds === 0 ? t('details-timer-off') : duration(seconds);
}

/** The choices, with the one that is set, whatever it is, in its place. */
export function timerChoices(set: number): number[] {
  return [...new Set([...TIMERS, set])].sort((a, b) => a - b);
}

/** A length in the unit in which it is a whole number, the largest. */
export function inUnit(seconds: number): { count: number; unit: Unit } {
  const units = Object.entries(UNITS).reverse() as [Unit, number][];
  const [unit, length] = units.find(([, size]) => seconds >= size && seconds % size === 0) ?? [
    'second',
    1,
  ];
  return { count: seconds / length, unit };
}

/** What was typed, in seconds; null for what is no length. */
export function inSeconds(count: string, unit: Unit): number | null {
  const number = Number(count.trim());
  if (count.trim() === '' || !Number.isInteger(number) || number < 1) return null;
  const seconds = number * UNITS[unit];
  return seconds <= MOST ? seconds : null;
}
