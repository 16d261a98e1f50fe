/** What may come a frame later than what one waits for. */

/** Does something when what is there now has been painted: at the beginning of the frame behind it. */
export function afterPaint(work: () => void): void {
  requestAnimationFrame(() => requestAnimationFrame(work));
}
