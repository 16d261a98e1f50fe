/**
 * Opens a stream of the core. What is in it comes with the answer, what differs from then on by itself;
 * what overtakes the answer waits for it.
 *
 * @returns The number of the stream.
 */
export async function opened<T>(
  open: (listener: (update: T) => void) => Promise<{ stream: number; first: T }>,
  take: (update: T) => void,
): Promise<number> {
  let early: T[] | undefined = [];
  const { stream, first } = await open((update) => {
    if (early) early.push(update);
    else take(update);
  });
  const waiting = early;
  early = undefined;
  take(first);
  for (const update of waiting) take(update);
  return stream;
}
