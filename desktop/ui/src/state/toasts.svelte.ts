/** Short answers at the edge of the window; they go by themselves, and are read out. */
import type { SottoError } from '../ipc/generated';
import { t } from '../text';

export interface Toast {
  id: number;
  text: string;
  kind: 'done' | 'failed';
  /** What can be done about it. */
  action?: { title: string; run: () => void };
}

export const toasts: { list: Toast[] } = $state({ list: [] });
let last = 0;

export function toast(text: string, more: Partial<Omit<Toast, 'id' | 'text'>> = {}): void {
  last += 1;
  const id = last;
  toasts.list.push({ id, text, kind: 'done', ...more });
  setTimeout(() => dismiss(id), more.kind === 'failed' || more.action ? 10_000 : 4_000);
}

export function dismiss(id: number): void {
  toasts.list = toasts.list.filter((there) => there.id !== id);
}

/** The name of an error and what stands in it. */
export function errorParts(error: unknown): { code: string; args: Record<string, string | number> } {
  if (typeof error === 'string') {
    return { code: error, args: { reason: error } };
  }
  if (typeof error === 'object' && error !== null) {
    const [entry] = Object.entries(error as Exclude<SottoError, string>);
    if (entry) {
      const [code, fields] = entry as [string, Record<string, unknown>];
      // A number stays one: a sentence may depend on whether it is one.
      const args = Object.entries(fields ?? {}).map(([name, value]): [string, string | number] => [
        name,
        typeof value === 'number' ? value : Array.isArray(value) ? value.join(', ') : String(value),
      ]);
      return { code, args: Object.fromEntries(args) };
    }
  }
  return { code: 'other', args: { reason: String(error) } };
}

/** An error as a sentence: what happened, what is safe, what to do. */
export function explain(error: unknown): string {
  const { code, args } = errorParts(error);
  const id = `error-${code.replaceAll('_', '-')}`;
  const text = t(id, args);
  return text === id ? t('error-other', { reason: args['reason'] ?? code }) : text;
}

/** Tells that something did not work. */
export function failed(error: unknown): void {
  toast(explain(error), { kind: 'failed' });
}
