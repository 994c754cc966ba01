/** @file Hosts without WebAssembly, or without its SIMD: the library loads, and what it computes has the same digits. */

import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { expect, it } from "vitest";
import { root } from "../../scripts/build.js";

/** The kinds of library calls of notebook 01, and a training step, in both float dtypes; prints all they give. */
const calls = `
  const { Bernoulli, computationGraph, crossEntropy, eye, grad, manualSeed, nn, Normal, optim, randint, randn, randperm,
    setDefaultDtype, stack, tensor, zeros } = await import("foundations");
  const { mnist } = await import("foundations/data");
  const { images, labels } = mnist("train", { limit: 100 });
  for (const dtype of ["float64", "float32"]) {
    setDefaultDtype(dtype);
    manualSeed(0);
    const pictures = images.to(dtype);
    const [first, second] = [randn([128, 784]), randn([10, 128])];
    const hidden = pictures.matmul(first.T).relu();
    const scores = hidden.matmul(second.T).sigmoid();
    const x = tensor([0.3, -1.2], { requiresGrad: true });
    const y = x.pow(2).sum().add(x.exp().log().mean()).sub(x.sin().dot(x.cos()));
    y.backward();
    const sample = new Normal(170, 8).sample([200, 30]);
    const model = new nn.MLP([784, 16, 10], { activation: "gelu" });
    const optimizer = new optim.Adam(model.parameters(), { lr: 0.01 });
    crossEntropy(model.forward(pictures), labels).backward();
    optimizer.step();
    const results = [
      hidden, scores, scores.argmax(1), scores.max(1), pictures.mean(0), pictures.variance(0), pictures.norm(1),
      pictures.take(randint(0, 100, [8])), pictures.take(randperm(100)).sum(1), sample.mean(1).sub(170).abs().sqrt(),
      sample.std(), sample.reshape([30, 200]).at(3).div(3), sample.gt(170).to(dtype).neg(), scores.softmax(1),
      stack([zeros([3]), tensor([1, 2, 3])]).matmul(eye(3)), new Bernoulli(0.3).sample([12]), y, x.grad,
      grad((t) => t.mul(t).tanh().sum())(tensor([1, 2])), ...model.parameters(),
    ];
    for (const result of results) console.log(JSON.stringify(result.toArray()));
    console.log(sample.at(0).toString(), computationGraph(y) ? "drawn" : "");
  }
`;

function run(flags: string[], before = "") {
  const args = [...flags, "--input-type=module", "--eval", before + calls];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, {
    cwd: join(root, "notebooks"),
    encoding: "utf8",
    maxBuffer: 2 ** 28,
  });
  return { status, stdout, stderr: stderr.replace(/^Warning: disabling flag --expose_wasm.*\n/gm, "") };
}

const expected = run([]);

it.each([
  ["node --jitless", ["--jitless"], ""],
  ["a host that lacks WebAssembly", [], "delete globalThis.WebAssembly;"],
  ["a host that lacks SIMD", [], "WebAssembly.Module = function () { throw new WebAssembly.CompileError('simd'); };"],
  ["a host that grants no memory", [], "WebAssembly.Memory = function () { throw new RangeError('memory'); };"],
  ["a host that lacks atob", [], "delete globalThis.atob;"],
])("%s gives the same digits", { timeout: 120_000 }, (_, flags, before) => {
  expect(expected).toMatchObject({ status: 0, stderr: "" });
  expect(expected.stdout.length).toBeGreaterThan(100_000);
  const { status, stdout, stderr } = run(flags, before);
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  expect(stdout === expected.stdout).toBe(true);
});
