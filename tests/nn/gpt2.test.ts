/** @file GPT-2's published layout is read: a tiny one gives the logits of an independent PyTorch implementation. */

import { afterAll, beforeAll, expect, it } from "vitest";
import { nn, setDefaultDtype, type Tensor, tensor } from "../../lib/index.js";
import { messageOf } from "../helpers/messages.js";
import reference from "../pytorch/nn-gpt2.json" with { type: "json" };
import { flat, pattern } from "../pytorch/reference.js";

beforeAll(() => setDefaultDtype("float64"));
afterAll(() => setDefaultDtype("float32"));

const published = (prefix = ""): nn.StateDict =>
  Object.fromEntries(
    Object.entries(reference.shapes).map(([name, shape]) => [prefix + name, pattern(name, shape).div(8) as Tensor]),
  );
const tokens = tensor([reference.tokens], { dtype: "int32" }) as unknown as Tensor<[1, number]>;
const logitsOf = (state: nn.StateDict) => flat(nn.gpt2(state, reference.heads).forward(tokens) as Tensor);

it("gives PyTorch's logits", () => {
  const logits = logitsOf(published());
  expect(logits).toHaveLength(reference.logits.length);
  for (const [i, logit] of logits.entries()) expect(logit).toBeCloseTo(reference.logits[i], 9);
});

it("is read from a file, with or without a prefix and a head of its own", () => {
  const logits = logitsOf(published());
  const file = nn.toSafetensors({ ...published("transformer."), "lm_head.weight": published()["wte.weight"] });
  expect(logitsOf(nn.fromSafetensors(file))).toEqual(logits);
});

it("has its sizes from its tensors, and its head tied", () => {
  const gpt = nn.gpt2(published(), 2);
  expect([gpt.vocabSize, gpt.dModel, gpt.contextLength, gpt.blocks.length]).toEqual([11, 8, 6, 2]);
  expect(gpt.head.weight).toBe(gpt.tokens.weight);
  expect(gpt.generate([3, 10], { maxNewTokens: 3, temperature: 0 })).toHaveLength(5);
});

it("says what is missing, unknown or of another shape", () => {
  const { "wte.weight": _, ...rest } = published();
  expect(messageOf(() => nn.gpt2(rest, 2))).toBe("gpt2: wte.weight is a matrix in the published GPT-2, got undefined");
  const { "h.1.mlp.c_fc.bias": __, ...others } = published();
  expect(messageOf(() => nn.gpt2(others, 2))).toMatch("blocks.1.feedForward.expand.bias is missing");
  const one = tensor([1]) as unknown as Tensor;
  for (const name of ["h.0.constructor.weight", "toString", "h.2.ln_2.weight"]) {
    expect(messageOf(() => nn.gpt2({ ...published(), [name]: one }, 2))).toMatch(/ is unknown/);
  }
  const head = published()["wte.weight"].mul(2) as Tensor;
  expect(messageOf(() => nn.gpt2({ ...published(), "lm_head.weight": head }, 2))).toMatch(
    "tokens.weight and head.weight are one tensor here, and differ",
  );
  expect(messageOf(() => nn.gpt2({ ...published(), "h.0.ln_1.bias": one }, 2))).toMatch(
    "blocks.0.selfAttentionNorm.bias is [1], needs [8]",
  );
});
