/** @file Schedules give PyTorch's learning rates, compose, and drive an optimizer. */

import { expect, it } from "vitest";
import { optim, zeros } from "../../lib/index.js";
import { schedules } from "../pytorch/reference.js";

const ours: Record<string, optim.Schedule> = {
  constantRate: optim.constantRate(),
  stepDecay: optim.stepDecay(3, 0.5),
  cosineDecay: optim.cosineDecay(11, 0.1),
  linearDecay: optim.linearDecay(8, 0.2),
  linearWarmup: optim.linearWarmup(4, optim.cosineDecay(8)),
};
const optimizer = () => new optim.SGD([zeros([1], { requiresGrad: true })], { lr: 0.5 });

it("has a schedule for every reference", () => {
  expect(Object.keys(ours)).toEqual(Object.keys(schedules));
});

it.each(Object.keys(ours))("%s gives PyTorch's learning rates", (name) => {
  const sgd = optimizer();
  const scheduler = new optim.Scheduler(sgd, ours[name]);
  for (const [step, rate] of schedules[name].entries()) {
    expect(sgd.lr, `step ${step}`).toBeCloseTo(rate, 12);
    scheduler.step();
  }
});

it("what falls stays down after its last step", () => {
  expect(optim.cosineDecay(10, 0.1)(25)).toBe(0.1);
  expect(optim.linearDecay(10, 0.1)(25)).toBe(0.1);
  expect(optim.linearWarmup(5)(25)).toBe(1);
});

it("a schedule of our own is a function", () => {
  const sgd = optimizer();
  const scheduler = new optim.Scheduler(sgd, (step) => 1 / (1 + step));
  scheduler.step();
  expect(sgd.lr).toBe(0.25);
});

it("a number of steps is a whole number above 0", () => {
  expect(() => optim.cosineDecay(0)).toThrow("cosineDecay: steps is a whole number from 1 up, got 0");
  expect(() => optim.linearWarmup(2.5)).toThrow("linearWarmup: steps is a whole number from 1 up, got 2.5");
});

it("a factor is a finite number from 0 up, else the learning rate stays", () => {
  for (const wrong of [Number.NaN, -0.5, Infinity, undefined as unknown as number]) {
    const sgd = optimizer();
    const refusal = (step: number) =>
      `Scheduler: a schedule gives finite numbers from 0 up; this one gave ${wrong} at step ${step}`;
    expect(() => new optim.Scheduler(sgd, () => wrong)).toThrow(refusal(0));
    const scheduler = new optim.Scheduler(sgd, (step) => (step === 1 ? wrong : 1));
    expect(() => scheduler.step()).toThrow(refusal(1));
    expect(sgd.lr).toBe(0.5);
  }
});
