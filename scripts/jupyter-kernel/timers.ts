/** @file The timers of a cell that was interrupted: they are dropped, so that what sleeps in between does not go on. */

import { origin } from "./origin.js";

type Callback = (this: object, ...args: unknown[]) => unknown;

const survives = Symbol.for("foundations.survives");

/** Has no timer and no immediate of an interrupted execution call its callback, other than marked ones. */
export function dropTimers(): void {
  const timeout = setTimeout(() => {});
  const immediate = setImmediate(() => {});
  guard(Object.getPrototypeOf(timeout), "_onTimeout");
  guard(Object.getPrototypeOf(immediate), "_onImmediate");
  clearTimeout(timeout);
  clearImmediate(immediate);
}

/** Node's timers, of every kind, put their callbacks into a property of this name. */
function guard(prototype: object, name: string): void {
  Object.defineProperty(prototype, name, {
    configurable: true,
    get: () => null,
    set(this: object, callback: Callback | null) {
      if (callback === null) return;
      const isOurs = origin.getStore() === undefined || Reflect.get(callback, survives) === true;
      const value = isOurs ? callback : guarded(callback);
      Object.defineProperty(this, name, { value, configurable: true, enumerable: true, writable: true });
    },
  });
}

function guarded(callback: Callback): Callback {
  const call: Callback = function (...args) {
    if (origin.getStore()?.interrupted && !servesOthers(this)) return clearTimeout(this as NodeJS.Timeout);
    return Reflect.apply(callback, this, args);
  };
  return Object.defineProperty(call, "name", { value: callback.name });
}

/** A timer that does not keep a program alive belongs to a package that may serve later cells as well. */
const servesOthers = (timer: object): boolean => "_onTimeout" in timer && !(timer as NodeJS.Timeout).hasRef();
