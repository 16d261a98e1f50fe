/** Sends in the order in which it was written, whatever takes how long. */
const queues = new Map<string, Promise<unknown>>();

export function inOrder<T>(conversation: string, send: () => Promise<T>): Promise<T> {
  const before = queues.get(conversation) ?? Promise.resolve();
  const sent = before.then(send, send);
  const settled = sent.then(
    () => undefined,
    () => undefined,
  );
  queues.set(conversation, settled);
  void settled.then(() => {
    if (queues.get(conversation) === settled) queues.delete(conversation);
  });
  return sent;
}
