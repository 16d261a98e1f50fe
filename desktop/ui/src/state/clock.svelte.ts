/** What time it is, for what says how long ago something was. One timer for all of it. */

export const clock = $state({ now: Date.now() });

function tick(): void {
  clock.now = Date.now();
  // At the beginning of the next minute: what changes, changes with the clock on the wall.
  setTimeout(tick, 60_000 - (clock.now % 60_000) + 5);
}

tick();
// A machine that has slept looks at the clock when it wakes.
addEventListener('focus', () => (clock.now = Date.now()));
