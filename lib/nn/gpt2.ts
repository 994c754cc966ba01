/** @file GPT-2 as it is published: its tensors, under their names and in their layout, as a GPT. */

import { describe, ShapeError, show } from "../shape/rules.js";
import { isTensor, type StateDict, type Tensor } from "../tensor/tensor.js";
import { GPT } from "./gpt.js";

/**
 * A GPT with the published weights of GPT-2 (Radford et al. 2019), as `fromSafetensors` reads them: the head is tied to the
 * embedding, and the gelu is the one by tanh.
 *
 *     const gpt = nn.gpt2(nn.fromSafetensors(readFileSync("model.safetensors")), 12);
 *
 * Published matrices are [In, Out], transposed to ours, and one matrix [C, 3C] holds those of queries, keys and values. Names
 * may begin with `transformer.`; causal masks are left out, and a head stored as well has to be the embedding.
 * @param numHeads the number of heads, which the tensors do not tell: 12, 16, 20 and 25 in the four published sizes
 * @throws if a tensor is missing, unknown or of another shape
 * @example nn.gpt2({ "wpe.weight": zeros([8, 4]) }, 2) // throws: gpt2: wte.weight is a matrix in the published GPT-2, got undefined
 */
export function gpt2(published: Readonly<StateDict>, numHeads: number): GPT<number, number> {
  if (typeof published !== "object" || published === null) {
    throw new TypeError(`gpt2: takes tensors by name, got ${describe(published)}`);
  }
  const given = new Map(Object.entries(published).map(([name, x]) => [name.replace(/^transformer\./, ""), x]));
  const [V, C] = shapeOf(given, "wte.weight");
  const [contextLength] = shapeOf(given, "wpe.weight");
  const names = [...given.keys()];
  const numLayers = names.filter((name) => /^h\.\d+\.ln_1\.weight$/.test(name)).length;
  const gpt = new GPT<number, number>(V, C, numHeads, { numLayers, contextLength, activation: "geluTanh" });
  gpt.head.weight = gpt.tokens.weight;
  const mask = /\.attn\.(masked_)?bias$/;
  const entries = [...given].filter(([name]) => !mask.test(name)).flatMap(([name, x]) => converted(name, x));
  return gpt.loadStateDict(Object.fromEntries(entries));
}

function shapeOf(given: ReadonlyMap<string, unknown>, name: string): number[] {
  const x = given.get(name);
  if (isTensor(x) && x.ndim === 2) return x.shape;
  const got = isTensor(x) ? show(x.shape) : describe(x);
  throw new ShapeError(`gpt2: ${name} is a matrix in the published GPT-2, got ${got}`);
}

/** Where a published tensor belongs: outside the blocks, and within one. */
const outside = new Map([
  ["wte", "tokens"],
  ["wpe", "positions"],
  ["ln_f", "norm"],
  ["lm_head", "head"],
]);
const within = new Map([
  ["ln_1", "selfAttentionNorm"],
  ["attn.c_proj", "selfAttention.output"],
  ["ln_2", "feedForwardNorm"],
  ["mlp.c_fc", "feedForward.expand"],
  ["mlp.c_proj", "feedForward.contract"],
]);

/** A published tensor by our names, in our layout. A name that is not GPT-2's stays, for `loadStateDict` to refuse. */
function converted(name: string, x: Tensor): [name: string, x: Tensor][] {
  const [, block, module, kind] = /^(?:h\.(\d+)\.)?(.+)\.(weight|bias)$/.exec(name) ?? [];
  if (block === undefined) return [[outside.has(module) ? `${outside.get(module)}.${kind}` : name, x]];
  const y = /\.c_/.test(module) && x.ndim === 2 ? x.T : x; // [In, Out] → [Out, In]
  if (module === "attn.c_attn") {
    const C = y.shape[0] / 3;
    return ["query", "key", "value"].map((part, i) => [
      `blocks.${block}.selfAttention.${part}.${kind}`,
      y.slice(i * C, (i + 1) * C),
    ]);
  }
  return [[within.has(module) ? `blocks.${block}.${within.get(module)}.${kind}` : name, y]];
}
