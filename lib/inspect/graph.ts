/** @file The computation behind a tensor, as nodes and edges to draw: each step with its value and its gradient. */

import { withGradMode } from "../autograd/grad-mode.js";
import { describe } from "../shape/rules.js";
import { onesLike } from "../tensor/create.js";
import { isTensor, type Tensor } from "../tensor/tensor.js";

/** A tensor of a computation graph, with its value and gradient as text. */
export interface ComputationNode {
  id: string;
  /** The name it was given, the operation that made it, or both: `u = x ^ 2`. */
  label: string;
  kind: "input" | "operation" | "result";
  /** The number, where there is only one; else the shape. */
  value: number | string;
  /** ∂(result)/∂(this), where gradients flow: the number, or the shape. */
  grad?: number | string;
}

/** A computation as nodes and edges: the data that `graph` of foundations/plot draws. */
export interface ComputationGraph {
  nodes: ComputationNode[];
  /** From the id of what was used to the id of what was made of it, with the local slope; twice if it was used twice. */
  edges: [from: string, to: string, slope?: number][];
}

/** Options of `computationGraph`. */
export interface ComputationGraphOptions {
  /** Gives each edge between two numbers its local slope, ∂to/∂from; false by default. */
  slopes?: boolean;
}

/** Operations that have a sign; others go by their names. */
const signs: Record<string, string> = { add: "+", sub: "−", mul: "×", div: "÷", pow: "^", matmul: "@" };

/**
 * The graph of a scalar: the tensors it was made from, and every step between, in the order in which they were made.
 * Tensors are called as in `names`. No one's `grad` is changed.
 * @example
 * const w = tensor(3, { requiresGrad: true });
 * computationGraph(w.mul(w), { w }).nodes.map(({ label }) => label)
 * @example
 * const w = tensor(3, { requiresGrad: true });
 * computationGraph(w.mul(w), { w }, { slopes: true }).edges // [ [ 'n0', 'n1', 3 ], [ 'n0', 'n1', 3 ] ]
 * @throws if `root` is not a scalar, or if nothing it was made from requires a gradient
 */
export function computationGraph(
  root: Tensor<[]>,
  names: Record<string, unknown> = {},
  { slopes = false }: ComputationGraphOptions = {},
): ComputationGraph {
  if (!isTensor(root)) throw new TypeError(`computationGraph: takes a scalar tensor, got ${describe(root)}`);
  const steps = stepsTo(root as unknown as Tensor);
  const gradients = gradientsOf(root as unknown as Tensor, steps);
  const places = new Map(steps.map((tensor, i) => [tensor, i]));
  const id = (tensor: Tensor) => `n${places.get(tensor)}`;
  const named = new Map(Object.entries(names).map(([name, tensor]) => [tensor, name]));
  const nodes = steps.map((tensor): ComputationNode => {
    const grad = gradients.get(tensor);
    return {
      id: id(tensor),
      label: labelOf(tensor, named.get(tensor)),
      kind: tensor === (root as unknown) ? "result" : tensor.gradFn ? "operation" : "input",
      value: shown(tensor),
      ...(grad && { grad: shown(grad) }),
    };
  });
  const edges = steps.flatMap((tensor) => {
    const along = slopes ? localSlopes(tensor) : [];
    return usedBy(tensor).map((used, i): ComputationGraph["edges"][number] =>
      along[i] === undefined ? [id(used), id(tensor)] : [id(used), id(tensor), along[i]],
    );
  });
  return { nodes, edges };
}

const usedBy = (tensor: Tensor): Tensor[] => (tensor.gradFn?.inputs ?? []).filter(isTensor);

/** ∂y/∂x for each tensor x that y was made from, where both are numbers and y requires a gradient. */
function localSlopes(y: Tensor): (number | undefined)[] {
  const { gradFn } = y;
  if (!gradFn || y.size !== 1) return [];
  const { inputs, backward } = gradFn;
  const needs = inputs.map((input) => isTensor(input) && input.size === 1);
  const slopes = withGradMode(false, () => backward(onesLike(y), y, inputs, needs));
  return inputs.flatMap((input, i) => {
    if (!isTensor(input)) return [];
    const slope = needs[i] ? slopes[i] : undefined;
    return [isTensor(slope) ? slope.item() : undefined];
  });
}

/** Everything that `root` was made from, and itself at the end: a tensor is made after what it is made from. */
function stepsTo(root: Tensor): Tensor[] {
  const found = new Set([root]);
  for (const tensor of found) for (const used of usedBy(tensor)) found.add(used);
  return [...found].sort((a, b) => a.id - b.id);
}

/** What `backward` would leave in each tensor's `grad`; afterwards all is as it was. */
function gradientsOf(root: Tensor, steps: readonly Tensor[]): Map<Tensor, Tensor> {
  const flowing = steps.filter((tensor) => tensor.requiresGrad);
  const before = flowing.map(({ grad, retainsGrad }) => ({ grad, retainsGrad }));
  for (const tensor of flowing) Object.assign(tensor, { grad: null, retainsGrad: true });
  try {
    root.backward();
    return new Map(flowing.flatMap((tensor) => (tensor.grad ? [[tensor, tensor.grad]] : [])));
  } finally {
    for (const [i, tensor] of flowing.entries()) Object.assign(tensor, before[i]);
  }
}

function labelOf(tensor: Tensor, name: string | undefined): string {
  if (!tensor.gradFn) return name ?? (tensor.ndim === 0 ? "constant" : "tensor");
  const { name: op, inputs } = tensor.gradFn;
  const options = inputs.filter((input) => typeof input === "number" || typeof input === "string");
  const step = [signs[op] ?? op, ...options].join(" ");
  return name === undefined ? step : `${name} = ${step}`;
}

const shown = (tensor: Tensor): number | string => (tensor.size === 1 ? tensor.item() : `[${tensor.shape.join(", ")}]`);
