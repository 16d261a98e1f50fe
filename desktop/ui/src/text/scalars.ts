/**
 * The core counts Unicode scalar values, JavaScript counts UTF-16 code units.
 * Both directions, for texts that are mostly shorter than a screen.
 */

/** The place in code units of a place in scalar values. */
export function toUnits(text: string, scalars: number): number {
  let units = 0;
  for (let left = scalars; left > 0 && units < text.length; left -= 1) {
    units += (text.codePointAt(units) ?? 0) > 0xffff ? 2 : 1;
  }
  return units;
}

/** The place in scalar values of a place in code units. */
export function toScalars(text: string, units: number): number {
  let scalars = 0;
  for (let at = 0; at < units && at < text.length; scalars += 1) {
    at += (text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1;
  }
  return scalars;
}

/** How many scalar values a text has. */
export function length(text: string): number {
  return toScalars(text, text.length);
}
