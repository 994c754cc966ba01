/**
 * @file The public names of the library, and a glossary of its terms.
 *
 * - **scalar, vector, matrix, tensor**: a number; a list of numbers; a table of numbers; an array with any number of axes.
 * - **shape**: the sizes of the axes, outermost first: `[2, 3]` is two rows of three. It is part of the type: `Tensor<[2, 3]>`.
 * - **axis**: one direction of a tensor, counted from 0; −1 is the last.
 * - **broadcasting**: sizes of 1 and missing leading axes stretch, so that shapes fit: `[4, 1, 3]` with `[2, 3]` is `[4, 2, 3]`.
 * - **dtype**: what the numbers are stored as: float32, float64, int32 or bool.
 * - **view**: a tensor that shows another's numbers in a different shape or order without copying them.
 * - **gradient**: how much a scalar changes for a small change of each number it was computed from.
 * - **graph, leaf**: the operations between a result and what it was computed from; a tensor that no operation made.
 * - **vjp**: vector–Jacobian product, what takes the gradient of an operation's result to the gradient of its argument.
 * - **parameter**: a leaf that training changes. **Loss**: the scalar that training makes small. **Logit**: a score before
 *   softmax or sigmoid makes a probability of it.
 * - **B, T, C, H, D**: batch, time (positions), channels (features), heads, features of one head.
 */

export { grad, noGrad, valueAndGrad } from "./autograd/transforms.js";
export { type DType, setBackend, setThreads } from "./backend/index.js";
export { type GradcheckOptions, gradcheck, gradgradcheck } from "./inspect/gradcheck.js";
export {
  type ComputationGraph,
  type ComputationGraphOptions,
  type ComputationNode,
  computationGraph,
} from "./inspect/graph.js";
export { scaledDotProductAttention } from "./nn/attention.js";
export * as nn from "./nn/index.js";
export * from "./ops/index.js";
export * as optim from "./optim/index.js";
export { Bernoulli, Categorical, type Distribution, Normal } from "./probability/distributions.js";
export type { Progress } from "./runtime/cooperative.js";
export { ShapeError } from "./shape/rules.js";
export type { Shape } from "./shape/shape.js";
export {
  arange,
  eye,
  full,
  getDefaultDtype,
  linspace,
  oneHot,
  ones,
  onesLike,
  setDefaultDtype,
  type TensorOptions,
  tensor,
  zeros,
  zerosLike,
} from "./tensor/create.js";
export { Generator, manualSeed, rand, randint, randn, randperm } from "./tensor/random.js";
export { isTensor, Tensor } from "./tensor/tensor.js";
export * as text from "./text/index.js";
export { type Batches, type BatchOptions, batches, split } from "./train/batches.js";
export { type TrainOptions, train } from "./train/train.js";
