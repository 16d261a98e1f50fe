/** Whether a text has a link of somebody in it. Whether it is a good one, the core knows. */

/** `sotto:` and what stands behind it up to white space or what encloses it. */
const LINK = /sotto:[^\s<>"'`)\]}]+/iu;

/** The first link in a text, without what a sentence ends with; null without one. */
export function linkIn(text: string): string | null {
  const found = LINK.exec(text)?.[0].replace(/[.,;:!?…]+$/u, '');
  return found && found.length > 'sotto:'.length ? found : null;
}
