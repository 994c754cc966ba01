/** @file State that every loaded copy of the library shares. */

/** A process-wide singleton: after a live reload two copies of a module are loaded, and they must share it. */
export function shared<T>(name: string, make: () => T): T {
  const state = globalThis as { [key: symbol]: unknown };
  const key = Symbol.for(`foundations.${name}`);
  state[key] ??= make();
  return state[key] as T;
}
