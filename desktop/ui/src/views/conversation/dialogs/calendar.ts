/** The days of a month, as weeks, in the way of the person's language. */

/** The first day of the week, 0 for Sunday. */
export function firstDay(language: string): number {
  try {
    const locale = new Intl.Locale(language) as Intl.Locale & {
      getWeekInfo?: () => { firstDay: number };
      weekInfo?: { firstDay: number };
    };
    return (locale.getWeekInfo?.() ?? locale.weekInfo)?.firstDay ?? 1;
  } catch {
    return 1;
  }
}

/** A day, without a time: months from 0. */
export interface Day {
  year: number;
  month: number;
  day: number;
}

export function dayOf(ms: number): Day {
  const date = new Date(ms);
  return { year: date.getFullYear(), month: date.getMonth(), day: date.getDate() };
}

/** The first moment of a day where the person is. */
export function momentOf({ year, month, day }: Day): number {
  return new Date(year, month, day).getTime();
}

/** Another day, so many days or months away; a month that is shorter ends earlier. */
export function moved({ year, month, day }: Day, { days = 0, months = 0 }): Day {
  if (months !== 0) {
    const last = new Date(year, month + months + 1, 0).getDate();
    return dayOf(new Date(year, month + months, Math.min(day, last)).getTime());
  }
  return dayOf(new Date(year, month, day + days).getTime());
}

export function isSame(one: Day, other: Day): boolean {
  return one.year === other.year && one.month === other.month && one.day === other.day;
}

/** The weeks of the month of a day: seven days each, those of other months too. */
export function weeks({ year, month }: Day, first: number): Day[][] {
  const before = (new Date(year, month, 1).getDay() - first + 7) % 7;
  const length = new Date(year, month + 1, 0).getDate();
  const count = Math.ceil((before + length) / 7);
  return Array.from({ length: count }, (_, week) =>
    Array.from({ length: 7 }, (__, day) =>
      dayOf(new Date(year, month, 1 - before + week * 7 + day).getTime()),
    ),
  );
}
