/** @file Learning-rate schedules: functions from a step to a factor, which compose. */

import { math } from "../backend/index.js";
import { checkFunction } from "../shape/kinds.js";
import { checkNumber, checkWhole } from "../shape/numbers.js";
import { describe } from "../shape/rules.js";
import type { Optimizer } from "./optimizer.js";

/** The factor of the learning rate at a step, counted from 0. */
export type Schedule = (step: number) => number;

/**
 * The factor 1 at every step.
 * @example optim.constantRate()(5) // 1
 */
export const constantRate = (): Schedule => () => 1;

/**
 * Multiplies by `factor` after every `every` steps: PyTorch's `StepLR`.
 * @example optim.stepDecay(10, 0.5)(25) // 0.25
 */
export function stepDecay(every: number, factor = 0.1): Schedule {
  checkWhole("stepDecay", "steps", every, 1);
  checkNumber("stepDecay", "the factor", factor, { from: 0 });
  return (step) => math.pow(factor, Math.floor(step / every));
}

/**
 * Half a cosine wave from 1 down to `floor` over `steps`, then `floor`: PyTorch's `CosineAnnealingLR`.  Loshchilov & Hutter 2017.
 * @example optim.cosineDecay(100)(50) // 0.5
 */
export function cosineDecay(steps: number, floor = 0): Schedule {
  checkWhole("cosineDecay", "steps", steps, 1);
  checkNumber("cosineDecay", "the floor", floor, { from: 0 });
  return (step) => (step >= steps ? floor : floor + ((1 - floor) * (1 + math.cos((Math.PI * step) / steps))) / 2);
}

/**
 * A straight line from 1 to `end` over `steps`, then `end`.
 * @example optim.linearDecay(100)(50) // 0.5
 */
export function linearDecay(steps: number, end = 0): Schedule {
  checkWhole("linearDecay", "steps", steps, 1);
  checkNumber("linearDecay", "the end", end, { from: 0 });
  return (step) => (step >= steps ? end : 1 + ((end - 1) * step) / steps);
}

/**
 * Rises in equal steps, 1/steps, 2/steps … 1, then follows `then` from its step 0: `linearWarmup(100, cosineDecay(900))`.
 * @example optim.linearWarmup(10)(4) // 0.5
 */
export function linearWarmup(steps: number, then: Schedule = constantRate()): Schedule {
  checkWhole("linearWarmup", "steps", steps, 1);
  checkFunction("linearWarmup", "the schedule after it", then);
  return (step) => (step < steps ? (step + 1) / steps : then(step - steps));
}

/**
 * Sets an optimizer's learning rate by a schedule; the rate at construction counts as factor 1.
 * @throws (both the constructor and `step`) if the schedule returns anything but a finite number from 0 up
 * @example
 * const optimizer = new optim.SGD(new nn.Linear(2, 1).parameters(), { lr: 0.1 });
 * new optim.Scheduler(optimizer, optim.linearDecay(2)).step();
 * optimizer.lr // 0.05
 */
export class Scheduler {
  readonly baseLr: number;
  #steps = 0;

  constructor(
    readonly optimizer: Optimizer,
    readonly schedule: Schedule,
  ) {
    if (typeof optimizer?.lr !== "number")
      throw new TypeError(`Scheduler: takes an optimizer, got ${describe(optimizer)}`);
    checkFunction("Scheduler", "the schedule", schedule);
    this.baseLr = optimizer.lr;
    this.#apply(0);
  }

  /** Moves on by one step; call it after the optimizer's `step()`. */
  step(): void {
    this.#apply(++this.#steps);
  }

  #apply(step: number): void {
    const factor = this.schedule(step);
    if (!(factor >= 0 && factor < Infinity)) {
      throw new RangeError(
        `Scheduler: a schedule gives finite numbers from 0 up; this one gave ${describe(factor)} at step ${step}`,
      );
    }
    this.optimizer.lr = this.baseLr * factor;
  }
}
