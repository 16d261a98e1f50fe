import { invoke } from '@tauri-apps/api/core';

/** Asks the core; what it answers with is the promise's value, or a `SottoError`. */
export function call<T>(command: string, args?: Record<string, unknown>): Promise<T> {
  return invoke<T>(command, args);
}
