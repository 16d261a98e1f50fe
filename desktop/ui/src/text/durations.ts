/** Lengths of time, in words. */
import { t } from '.';

const UNITS = [
  ['week', 604_800],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
  ['second', 1],
] as const;

/** "1 week", "4 hours", "90 seconds": in the largest unit that says it without a rest. */
export function duration(seconds: number): string {
  const [unit, length] = UNITS.find(([, size]) => seconds >= size && seconds % size === 0) ?? [
    'second',
    1,
  ];
  return t(`duration-${unit}`, { count: seconds / length });
}
