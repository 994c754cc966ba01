/** @file The training loop: it learns, deterministically; reports; lets others run; stops when told, and leaves things tidy. */

import { describe, expect, it } from "vitest";
import {
  batches,
  crossEntropy,
  manualSeed,
  mseLoss,
  nn,
  optim,
  type Progress,
  randn,
  type Tensor,
  type TrainOptions,
  tensor,
  train,
  zeros,
} from "../../lib/index.js";
import { interrupts } from "../../lib/runtime/cooperative.js";

type Pair = [x: Tensor<[number, 1]>, y: Tensor<[number, 1]>];
type Options = Partial<TrainOptions<Pair>>;

/** y = 3 x − 1, from 64 examples: 8 batches. */
function line() {
  manualSeed(1);
  const x = randn([64, 1]);
  const y = x.mul(3).sub(1);
  const model = new nn.Linear(1, 1);
  const optimizer = new optim.SGD(model.parameters(), { lr: 0.1 });
  const run = (options: Options) =>
    train(model, {
      optimizer,
      batches: batches([x, y], 8, { shuffle: true }) as Iterable<Pair>,
      loss: ([x, y]) => mseLoss(model.forward(x), y),
      ...options,
    });
  return { model, optimizer, run };
}

/** A progress bar that only writes down what it is told. */
function recorder() {
  const told: string[] = [];
  const progress: Progress = {
    update: (done, total, { loss, lr }) => told.push(`${done}/${total} ${typeof loss} ${lr}`),
    end: () => told.push("end"),
  };
  return { told, progress };
}

it("finds the line, and gives the loss of every step", async () => {
  const { model, run } = line();
  const losses = await run({ epochs: 10 });
  expect(losses).toHaveLength(80);
  expect(losses[79]).toBeLessThan(1e-3 * losses[0]);
  expect(model.weight.item()).toBeCloseTo(3, 1);
  expect(model.bias?.item()).toBeCloseTo(-1, 1);
});

it("learns XOR", async () => {
  manualSeed(3);
  const model = new nn.MLP([2, 8, 2], { activation: "tanh" });
  const x = tensor([
    [0, 0],
    [0, 1],
    [1, 0],
    [1, 1],
  ]);
  const y = tensor([0, 1, 1, 0], { dtype: "int32" });
  await train(model, {
    optimizer: new optim.Adam(model.parameters(), { lr: 0.05 }),
    batches: [[x, y]] as const,
    loss: ([x, y]) => crossEntropy(model.forward(x), y),
    epochs: 200,
  });
  expect(model.forward(x).argmax(1).toArray()).toEqual([0, 1, 1, 0]);
});

it("gives the same losses from the same seed, to the bit, whatever else runs meanwhile", async () => {
  const alone = await line().run({ epochs: 3 });
  let turns = 0;
  const timer = setInterval(() => turns++, 1);
  const accompanied = await line().run({ epochs: 3, progress: recorder().progress });
  clearInterval(timer);
  expect(accompanied).toEqual(alone);
});

describe("reports", () => {
  it("every step, of how many, with loss and learning rate, and then its end", async () => {
    const { told, progress } = recorder();
    await line().run({ steps: 3, progress, schedule: (step) => 1 / (1 + step) });
    expect(told).toEqual(["1/3 number 0.1", "2/3 number 0.05", `3/3 number ${0.1 / 3}`, "end"]);
  });
  it("its end when it fails, too", async () => {
    const { told, progress } = recorder();
    const failing = line().run({
      progress,
      loss: () => {
        throw new Error("mine");
      },
    });
    await expect(failing).rejects.toThrow("mine");
    expect(told).toEqual(["end"]);
  });
});

describe("modes", () => {
  it("trains in training, calls onEpoch in evaluation, and leaves the model there", async () => {
    const { model, run } = line();
    model.eval();
    const modes: string[] = [];
    await run({
      epochs: 2,
      loss: ([x, y]) => {
        modes.push(model.training ? "t" : "e");
        return mseLoss(model.forward(x), y);
      },
      onEpoch: (epoch) => void modes.push(`${epoch}${model.training ? "t" : "e"}`),
    });
    expect(modes.join("")).toBe(`${"t".repeat(8)}0e${"t".repeat(8)}1e`);
    expect(model.training).toBe(false);
  });
  it("sets the learning rate back to what it was before the schedule", async () => {
    const { optimizer, run } = line();
    await run({ steps: 5, schedule: optim.cosineDecay(5) });
    expect(optimizer.lr).toBe(0.1);
  });
});

describe("stops", () => {
  it("after as many steps as asked, in the middle of a pass or after several", async () => {
    expect(await line().run({ steps: 3 })).toHaveLength(3);
    expect(await line().run({ steps: 19 })).toHaveLength(19);
    expect(await line().run({ steps: 0 })).toEqual([]);
  });
  it("when onEpoch gives false, now or later", async () => {
    expect(await line().run({ epochs: 9, onEpoch: (epoch) => epoch < 1 })).toHaveLength(16);
    expect(await line().run({ epochs: 9, onEpoch: async () => false })).toHaveLength(8);
  });
  it("when its signal is aborted: timers have their turn, and what was learned stays", async () => {
    const { model, run } = line();
    const control = new AbortController();
    const before = model.weight.item();
    setTimeout(() => control.abort(new Error("interrupted")), 20);
    await expect(run({ steps: 1e9, signal: control.signal })).rejects.toThrow("interrupted");
    expect(model.weight.item()).not.toBe(before);
    expect(model.training).toBe(false);
  });
  it("when an interrupt is counted, and not for one that came before", async () => {
    interrupts.count++;
    const { run } = line();
    setTimeout(() => interrupts.count++, 20);
    await expect(run({ steps: 1e9 })).rejects.toThrow("interrupted");
    expect(await run({ steps: 20 })).toHaveLength(20);
  });
  it("before it begins, if its signal is aborted already", async () => {
    let steps = 0;
    const attempt = line().run({ signal: AbortSignal.abort(new Error("no")), onEpoch: () => void steps++ });
    await expect(attempt).rejects.toThrow("no");
    expect(steps).toBe(0);
  });
  it("at a loss that is no number, and says what to do", async () => {
    await expect(
      line().run({
        epochs: 500,
        optimizer: new optim.SGD(line().model.parameters()),
        loss: () => tensor(Number.NaN, { requiresGrad: true }).mul(1),
      }),
    ).rejects.toThrow("train: the loss is NaN at step 0; lower the learning rate, or cut gradients down by maxNorm");
  });
});

it("cuts gradients down to maxNorm", async () => {
  const { model, run } = line();
  const before = model.weight.item();
  await run({ steps: 1, maxNorm: 1e-3 });
  expect(Math.abs(model.weight.item() - before)).toBeLessThanOrEqual(1e-4);
});

it("refuses to learn from no batch at all", async () => {
  const few = batches([zeros([3, 1]), zeros([3, 1])], 4, { dropLast: true }) as unknown as Iterable<Pair>;
  await expect(line().run({ batches: few, epochs: 5 })).rejects.toThrow(
    "train: there is no batch to learn from; with dropLast, a batch can be larger than all the data",
  );
});

describe("passes over", () => {
  it("a generator as often as it can, and says when it cannot", async () => {
    function* few(): Generator<Pair> {
      for (let i = 0; i < 2; i++) yield [tensor([[1]]), tensor([[2]])];
    }
    expect(await line().run({ batches: few(), steps: 2 })).toHaveLength(2);
    await expect(line().run({ batches: few(), steps: 3 })).rejects.toThrow(
      "train: batches gave nothing; a generator can be passed over only once",
    );
    await expect(line().run({ batches: few() })).rejects.toThrow(
      "train: needs to know how many steps to take: name steps, or give batches with a length",
    );
  });
});
