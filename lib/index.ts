/** @file The public names of the library, and a glossary of its terms. */

export { grad, noGrad, valueAndGrad } from "./autograd.js";
export {
  arange,
  eye,
  full,
  getDefaultDtype,
  linspace,
  ones,
  setDefaultDtype,
  type TensorOptions,
  tensor,
  zeros,
} from "./create.js";
export { type GradcheckOptions, gradcheck, gradgradcheck } from "./gradcheck.js";
export { type DType, setKernels } from "./kernels/index.js";
export * from "./ops/index.js";
export { Bernoulli, Categorical, type Distribution, Normal } from "./probability.js";
export { Generator, manualSeed, rand, randint, randn, randperm } from "./random.js";
export { ShapeError } from "./rules.js";
export type { Shape } from "./shape.js";
export { isTensor, Tensor } from "./tensor.js";
