/** Moments as people say them, in the language and the clock of the system. */

const DAY = 86_400_000;

/**
 * The language and region that the system speaks, for `Intl`. A system that was told none calls it
 * "C", which is no language; English with a day before the month is what most can read.
 */
export function locale(): string {
  try {
    return Intl.getCanonicalLocales(navigator.language)[0] ?? 'en-GB';
  } catch {
    return 'en-GB';
  }
}

/** Making a format takes longer than using it a thousand times. */
const made = new Map<string, Intl.DateTimeFormat>();

function format(options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${navigator.language} ${JSON.stringify(options)}`;
  let there = made.get(key);
  if (!there) {
    there = new Intl.DateTimeFormat(locale(), options);
    made.set(key, there);
  }
  return there;
}

/** The first moment of the day, in the person's time zone. */
export function startOfDay(at: number): number {
  return new Date(at).setHours(0, 0, 0, 0);
}

/** How many days ago that is: 0 is today. A day of 23 or 25 hours is one too. */
export function daysAgo(at: number, now: number): number {
  return Math.round((startOfDay(now) - startOfDay(at)) / DAY);
}

/** "14:05" */
export function clockTime(at: number): string {
  return format({ timeStyle: 'short' }).format(at);
}

/** "Friday, 3 May 2024, 14:05" */
export function fullTime(at: number): string {
  return format({ dateStyle: 'full', timeStyle: 'short' }).format(at);
}

/** "today", "yesterday", as a heading: with a capital letter, where the language has them. */
function named(days: number): string {
  const text = new Intl.RelativeTimeFormat(locale(), { numeric: 'auto' }).format(-days, 'day');
  return text.charAt(0).toLocaleUpperCase(locale()) + text.slice(1);
}

/** "Today", "Yesterday", "Friday", "Friday, 3 May", "Friday, 3 May 2024" */
export function dayName(at: number, now: number): string {
  const days = daysAgo(at, now);
  if (days === 0 || days === 1) return named(days);
  if (days > 1 && days < 7) return format({ weekday: 'long' }).format(at);
  const sameYear = new Date(at).getFullYear() === new Date(now).getFullYear();
  return format({
    weekday: 'long',
    day: 'numeric',
    month: 'long',
    ...(sameYear ? {} : { year: 'numeric' }),
  }).format(at);
}

/** As short as a row has room for: "14:05", "Yesterday", "Fri", "3 May", "03/05/2024" */
export function shortTime(at: number, now: number): string {
  const days = daysAgo(at, now);
  // A clock that is ahead of ours by minutes is no news; the time of day says enough.
  if (days === 0) return clockTime(at);
  if (days === 1) return named(1);
  if (days > 1 && days < 7) return format({ weekday: 'short' }).format(at);
  const sameYear = new Date(at).getFullYear() === new Date(now).getFullYear();
  return sameYear
    ? format({ day: 'numeric', month: 'short' }).format(at)
    : format({ day: '2-digit', month: '2-digit', year: 'numeric' }).format(at);
}
