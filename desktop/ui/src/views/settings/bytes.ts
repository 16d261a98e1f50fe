/** A number of bytes as people say it. */
import { t } from '../../text';

const UNITS = ['bytes-one', 'bytes-kilo', 'bytes-mega', 'bytes-giga'] as const;

export function bytes(count: number): string {
  const step = count < 1000 ? 0 : Math.min(3, Math.floor(Math.log10(count) / 3));
  const amount = count / 1000 ** step;
  return t(UNITS[step] ?? 'bytes-one', { amount: amount < 10 && step > 0 ? Math.round(amount * 10) / 10 : Math.round(amount) });
}
