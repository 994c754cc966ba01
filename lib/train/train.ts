/** @file The training loop: batch, loss, backward, step. It yields regularly, so other code can run and training can be stopped. */

import { isModule, type Module } from "../nn/module.js";
import { limitRange } from "../optim/clip.js";
import { clipGradNorm, type Optimizer, type Schedule, Scheduler } from "../optim/index.js";
import { type Progress, yieldRegularly } from "../runtime/cooperative.js";
import { checkNumber, checkWhole } from "../shape/numbers.js";
import { describe } from "../shape/rules.js";
import { isTensor, type Tensor } from "../tensor/tensor.js";

/** Options of `train`. */
export interface TrainOptions<Batch> {
  optimizer: Optimizer;
  /** The training data; each pass over it is an epoch. */
  batches: Iterable<Batch> & { readonly length?: number };
  /** The loss of one batch: the scalar to minimize. */
  loss: (batch: Batch) => Tensor<[]>;
  /** Number of epochs, 1 by default. */
  epochs?: number;
  /** Number of steps, instead of `epochs`. */
  steps?: number;
  /** Learning-rate schedule; afterwards the rate is what it was before. */
  schedule?: Schedule;
  /** Clip all gradients together to this length. */
  maxNorm?: number;
  progress?: Progress;
  /** Called after each epoch, counted from 0, with the model in evaluation mode; returning `false` ends training. */
  onEpoch?: (epoch: number) => unknown;
  /** Aborting ends training at the next pause, with its `reason` as the error. */
  signal?: AbortSignal;
}

/**
 * Trains a model and leaves it in evaluation mode.
 *
 *     await train(model, {
 *       optimizer: new optim.Adam(model.parameters()),
 *       batches: batches([images, labels], 64, { shuffle: true }),
 *       loss: ([x, y]) => crossEntropy(model.forward(x), y),
 *       epochs: 3,
 *     });
 *
 * @returns the loss of every step, measured before the update
 * @throws if the loss is not a finite number; the signal's reason, once it is aborted; "interrupted" — see `interrupts` in cooperative.ts
 * @example
 * const model = new nn.Linear(1, 1);
 * const pairs = batches([tensor([[1], [2]]), tensor([[2], [4]])], 2);
 * const optimizer = new optim.SGD(model.parameters(), { lr: 0.01 });
 * const losses = await train(model, { optimizer, batches: pairs, loss: ([x, y]) => mseLoss(model.forward(x), y), epochs: 3 });
 * losses.length // 3
 */
export async function train<Batch>(model: Module, options: TrainOptions<Batch>): Promise<number[]> {
  const {
    optimizer,
    batches,
    loss,
    epochs = 1,
    schedule,
    maxNorm,
    progress,
    onEpoch,
    signal,
  } = options ?? ({} as TrainOptions<Batch>);
  if (!isModule(model)) throw new TypeError(`train: takes a module, got ${describe(model)}`);
  if (!(optimizer instanceof Object) || typeof optimizer.step !== "function") {
    throw new TypeError(
      `train: needs an optimizer, such as new optim.Adam(model.parameters()), got ${describe(optimizer)}`,
    );
  }
  if (typeof loss !== "function")
    throw new TypeError(`train: needs the loss of a batch as a function, got ${describe(loss)}`);
  if (typeof batches?.[Symbol.iterator] !== "function") {
    throw new TypeError(`train: takes batches that can be iterated, got ${describe(batches)}`);
  }
  if (batches.length === 0) {
    throw new RangeError(
      "train: there is no batch to learn from; with dropLast, a batch can be larger than all the data",
    );
  }
  const total = stepsIn(options.steps, checkWhole("train", "epochs", epochs), batches.length);
  if (maxNorm !== undefined) checkNumber("train", "maxNorm", maxNorm, limitRange);
  const scheduler = schedule && new Scheduler(optimizer, schedule);
  const losses: number[] = [];
  const pause = yieldRegularly(signal);
  try {
    for (let epoch = 0; losses.length < total; epoch++) {
      model.train();
      const before = losses.length;
      for (const batch of batches) {
        optimizer.zeroGrad();
        const value = loss(batch);
        if (!isTensor(value)) throw new TypeError(`train: the loss is a scalar tensor, got ${describe(value)}`);
        value.backward();
        if (maxNorm !== undefined) clipGradNorm(optimizer.parameters, maxNorm);
        losses.push(finite(value.item(), losses.length));
        optimizer.step();
        progress?.update(losses.length, total, { loss: value.item(), lr: optimizer.lr });
        scheduler?.step();
        await pause();
        if (losses.length === total) break;
      }
      if (losses.length === before)
        throw new Error("train: batches gave nothing; a generator can be passed over only once");
      model.eval();
      if ((await onEpoch?.(epoch)) === false) break;
    }
  } finally {
    model.eval();
    if (scheduler) optimizer.lr = scheduler.baseLr;
    progress?.end();
  }
  return losses;
}

function stepsIn(steps: number | undefined, epochs: number, length: number | undefined): number {
  if (steps !== undefined) return checkWhole("train", "steps", steps);
  if (length !== undefined) return epochs * length;
  throw new RangeError("train: needs to know how many steps to take: name steps, or give batches with a length");
}

function finite(loss: number, step: number): number {
  if (Number.isFinite(loss)) return loss;
  throw new Error(
    `train: the loss is ${loss} at step ${step}; lower the learning rate, or cut gradients down by maxNorm`,
  );
}
