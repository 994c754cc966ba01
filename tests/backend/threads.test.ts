/** @file Threads and the wide tile: the same bits for any number of threads, whatever happens to them, on each version of Node. */

import { execFileSync, spawnSync } from "node:child_process";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { setThreads } from "../../lib/index.js";
import { root } from "../../scripts/build.js";
import { nodeProgram, testedNodes } from "../../scripts/nodes.js";

/** What large operations of each kind give, as a hash: once while workers start, once more when they share the work. */
const hashes = `
  const { createHash } = await import("node:crypto");
  const { crossEntropy, manualSeed, nn, optim, randint, randn, setThreads } = await import("foundations");
  function compute() {
    manualSeed(0);
    const hash = createHash("sha256");
    const add = (x) => hash.update(new Uint8Array(x.toTypedArray().buffer));
    for (const [m, n, k] of [[300, 70, 90], [64, 784, 65], [33, 500, 1500], [257, 513, 129]]) {
      const [a, b] = [randn([m, k]), randn([k, n])];
      add(a.matmul(b));
      add(b.T.matmul(a.T));
    }
    for (const causal of [true, false]) {
      for (const [t, c] of [[64, 128], [62, 36]]) {
        const x = randn([8, t, c], { requiresGrad: true });
        const y = new nn.MultiHeadAttention(c, 4).forward(x, x, x, { causal }).output;
        y.pow(2).sum().backward();
        add(y);
        add(x.grad);
      }
    }
    const model = new nn.GPT(65, 64, 4, { numLayers: 1, contextLength: 64 });
    const optimizer = new optim.AdamW(model.parameters());
    for (let step = 0; step < 2; step++) {
      optimizer.zeroGrad();
      crossEntropy(model.forward(randint(0, 65, [8, 64])), randint(0, 65, [8, 64])).backward();
      optimizer.step();
    }
    for (const parameter of model.parameters()) add(parameter);
    for (const f of ["exp", "gelu", "tanh"]) add(randn([401, 401])[f]());
    add(randn([300, 500]).softmax(1));
    return hash.digest("hex").slice(0, 16);
  }
  for (const count of [1, 2, 3]) {
    setThreads(count);
    console.log(compute());
    await new Promise((resolve) => setTimeout(resolve, 200));
    console.log(compute());
  }
`;

const run = (program: string, code: string, flags: readonly string[] = []) =>
  execFileSync(program, [...flags, "--input-type=module", "--eval", code], {
    cwd: join(root, "notebooks"),
    encoding: "utf8",
  });

const revectorize = "--experimental-wasm-revectorize";
const hosts = testedNodes.flatMap((major) => {
  const program = nodeProgram(major);
  return program
    ? [[major, "", program] as const, ...(major < 24 ? [] : [[major, revectorize, program] as const])]
    : [];
});

describe("threads", () => {
  it.each([[process.versions.node, "", process.execPath] as const, ...hosts])(
    "give the bits of one thread, by Node %s %s",
    (_, flag, program) => {
      const found = run(program, hashes, flag ? [flag] : [])
        .trim()
        .split("\n");
      expect(new Set(found)).toEqual(new Set(["6e5716f7f0fae1d3"]));
      expect(found.length).toBe(6);
    },
    240_000,
  );

  it("go on with fewer when one ends, and say so in one sentence", () => {
    const code = `
      const { createRequire } = await import("node:module");
      const threads = createRequire(import.meta.url)("node:worker_threads");
      const started = [];
      threads.Worker = class extends threads.Worker {
        constructor(...given) {
          super(...given);
          started.push(this);
        }
      };
      const { ones, setThreads } = await import("foundations");
      const product = () => ones([300, 300]).matmul(ones([300, 300])).sum().item();
      setThreads(3);
      product();
      await new Promise((resolve) => setTimeout(resolve, 300));
      console.log(started.length, product());
      for (const worker of started) await worker.terminate();
      console.log(product(), product());
    `;
    const { stdout, stderr } = spawnSync(process.execPath, ["--input-type=module", "--eval", code], {
      cwd: join(root, "notebooks"),
      encoding: "utf8",
    });
    expect(stdout).toBe("2 27000000\n27000000 27000000\n");
    expect(stderr).toBe("foundations: a thread ended; going on with 2\nfoundations: a thread ended; going on with 1\n");
  }, 60_000);

  it("let the program end, and end with it", () => {
    const code = `
      const { randn, setThreads } = await import("foundations");
      setThreads(3);
      for (let i = 0; i < 20; i++) randn([300, 300]).matmul(randn([300, 300]));
      console.log("done");
    `;
    expect(run(process.execPath, code)).toBe("done\n");
  }, 60_000);

  it("are from 1 to 16", () => {
    for (const count of [0, 17, 1.5, Number.NaN]) expect(() => setThreads(count)).toThrow(RangeError);
  });
});
