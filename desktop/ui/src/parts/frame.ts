/** What may come a frame later than what one waits for. */

/** Does something when what is there now has been painted. */
export function afterPaint(work: () => void): void {
  requestAnimationFrame(() => setTimeout(work));
}
