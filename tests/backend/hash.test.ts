/** @file The same bits everywhere: what kernels and a short training compute, as hashes that hold for every machine and Node version. */

import { createHash, type Hash } from "node:crypto";
import { afterEach, describe, expect, it } from "vitest";
import { backend, type Data } from "../../lib/backend/index.js";
import * as math from "../../lib/backend/math.js";
import { rowMajor } from "../../lib/backend/views.js";
import { crossEntropy, nn, noGrad, optim, setBackend, Tensor } from "../../lib/index.js";

const both = ["wasm", "reference"] as const;

afterEach(() => setBackend("wasm"));

const add = (hash: Hash, data: Data) => hash.update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));

/** Numbers from −range to range, evenly spread in an order that looks random. */
const spread = (length: number, range: number) =>
  Float64Array.from({ length }, (_, i) => (((i * 0.6180339887498949) % 1) * 2 - 1) * range);

/** The module with parameters that do not depend on how modules start. */
function fixed<M extends nn.Module>(module: M): M {
  noGrad(() => {
    for (const parameter of module.parameters()) {
      parameter.copy_(new Tensor(Float32Array.from(spread(parameter.size, 0.3)), parameter.shape));
    }
  });
  return module;
}

describe("the same bits on every machine and version", () => {
  it("functions in float64", () => {
    const hash = createHash("sha256");
    for (const f of [math.exp, math.expm1, math.tanh, math.erf, math.sin, math.cos, math.sigmoid, math.softplus]) {
      for (const range of [1, 30, 1e5])
        add(
          hash,
          spread(2000, range).map((x) => f(x)),
        );
    }
    for (const f of [math.log, math.log1p, (x: number) => math.pow(x, 1.37)]) {
      for (const range of [1, 1e5])
        add(
          hash,
          spread(2000, range).map((x) => f(Math.abs(x))),
        );
    }
    expect(hash.digest("hex").slice(0, 16)).toBe("f5feb53f4c5543b1");
  });

  it.each(both)("functions, sums and products in float32, by %s", (name) => {
    setBackend(name);
    const hash = createHash("sha256");
    const x = rowMajor(Float32Array.from(spread(6000, 20)), [75, 80]);
    for (const f of ["exp", "sin", "cos", "tanh", "erf", "sigmoid", "elu", "gelu", "geluTanh", "softplus"] as const) {
      add(hash, backend().unary(f, x, 1));
    }
    add(hash, backend().unary("log", rowMajor(backend().unary("abs", x), x.shape)));
    for (const f of ["softmax", "logSoftmax"] as const) add(hash, backend()[f](x));
    add(hash, backend().reduce("sum", x, 1));
    add(hash, backend().matmul(x, { ...x, shape: [80, 75], strides: [1, 80] }));
    expect(hash.digest("hex").slice(0, 16)).toBe("1973788b005c13b9");
  });

  it.each(both)("the parameters of a GPT after three steps of training, by %s", (name) => {
    setBackend(name);
    const model = fixed(new nn.GPT(11, 16, 2, { numLayers: 2, contextLength: 8 }));
    const optimizer = new optim.AdamW(model.parameters(), { lr: 0.01 });
    const tokens = new Tensor<[3, 8]>(
      Int32Array.from({ length: 24 }, (_, i) => (i * 7) % 11),
      [3, 8],
    );
    const next = new Tensor<[3, 8]>(
      Int32Array.from({ length: 24 }, (_, i) => (i * 5 + 3) % 11),
      [3, 8],
    );
    for (let step = 0; step < 3; step++) {
      optimizer.zeroGrad();
      crossEntropy(model.forward(tokens), next).backward();
      optimizer.step();
    }
    const hash = createHash("sha256");
    for (const parameter of model.parameters()) add(hash, parameter.toTypedArray());
    expect(hash.digest("hex").slice(0, 16)).toBe("8a8676a33124d052");
  });

  it.each(both)("the gradients of an MLP, by %s", (name) => {
    setBackend(name);
    const model = fixed(new nn.Sequential(new nn.Linear(30, 50), new nn.Tanh(), new nn.Linear(50, 10)));
    const x = new Tensor<[40, 30]>(Float32Array.from(spread(1200, 2)), [40, 30]);
    const classes = new Tensor<[40]>(
      Int32Array.from({ length: 40 }, (_, i) => (i * 3) % 10),
      [40],
    );
    crossEntropy(model.forward(x), classes).backward();
    const hash = createHash("sha256");
    for (const { grad } of model.parameters()) add(hash, (grad as NonNullable<typeof grad>).toTypedArray());
    expect(hash.digest("hex").slice(0, 16)).toBe("28be0bc43343ec4d");
  });
});
