/** @file Initialization: random parameters whose variance keeps signals and gradients the same size from layer to layer. */

import { noGrad } from "../autograd/transforms.js";
import { allocate } from "../backend/index.js";
import { requireFloat } from "../ops/checks.js";
import { checkNumber } from "../shape/numbers.js";
import { describe, ShapeError, show } from "../shape/rules.js";
import { convert } from "../tensor/dtype.js";
import { type Generator, generatorOf } from "../tensor/random.js";
import { Tensor } from "../tensor/tensor.js";
import { checkTensor } from "./shapes.js";

// biome-ignore lint/suspicious/noExplicitAny: an initializer fills and returns a tensor of any shape
type AnyTensor = Tensor<any>;

interface InitOptions {
  /** Source of the numbers: by default the stream that `manualSeed` starts. */
  generator?: Generator;
}

/** Overwrites `tensor` with draws, as `copy_` does. Returns it. */
function fill<T extends AnyTensor>(name: string, tensor: T, draw: () => number): T {
  checkTensor(name, tensor);
  const values = allocate(tensor.dtype, tensor.size);
  for (let i = 0; i < values.length; i++) values[i] = convert(name, draw(), tensor.dtype);
  noGrad(() => tensor.copy_(new Tensor(values, tensor.shape)));
  return tensor;
}

/**
 * Sets every element to `value`.
 * @example nn.init.constant(zeros([2, 2]), 3) // Tensor<[2, 2]> [[3, 3], [3, 3]]
 */
export function constant<T extends AnyTensor>(tensor: T, value: number): T {
  checkNumber("init.constant", "the value", value);
  return fill("init.constant", tensor, () => value);
}

/**
 * Draws every element from the uniform distribution over [low, high).
 * @example nn.init.uniform(zeros([2, 2]), -0.1, 0.1).shape // [ 2, 2 ]
 */
export function uniform<T extends AnyTensor>(tensor: T, low = 0, high = 1, options: InitOptions = {}): T {
  checkNumber("init.uniform", "low", low);
  checkNumber("init.uniform", "high", high, { from: low });
  checkFloat("init.uniform", tensor);
  const generator = generatorOf("init.uniform", options.generator);
  const round = tensor.dtype === "float32" ? Math.fround : (x: number) => x;
  return fill("init.uniform", tensor, () => {
    const u = generator.uniform();
    const value = high - low < Infinity ? low + (high - low) * u : low * (1 - u) + high * u;
    return round(value) < high ? value : low; // rounding up must not reach the end
  });
}

/**
 * Draws every element from the normal distribution N(mean, std²).
 * @example nn.init.normal(zeros([64, 32]), 0, 0.02).shape // [ 64, 32 ]
 */
export function normal<T extends AnyTensor>(tensor: T, mean = 0, std = 1, options: InitOptions = {}): T {
  checkNumber("init.normal", "the mean", mean);
  checkNumber("init.normal", "the standard deviation", std, { from: 0 });
  checkFloat("init.normal", tensor);
  const generator = generatorOf("init.normal", options.generator);
  return fill("init.normal", tensor, () => mean + std * generator.normal());
}

function checkFloat(name: string, tensor: unknown): void {
  checkTensor(name, tensor as AnyTensor);
  requireFloat(name, tensor as AnyTensor);
}

/** Inputs per output of a weight [Out, In, …], and outputs per input. */
function fans(name: string, tensor: AnyTensor): { fanIn: number; fanOut: number } {
  checkTensor(name, tensor);
  const { shape } = tensor;
  if (shape.length < 2)
    throw new ShapeError(`${name}: needs a weight of two or more axes, [Out, In], got ${show(shape)}`);
  const field = shape.slice(2).reduce((product: number, size: number) => product * size, 1);
  // A weight without elements has nothing to draw, and no fan to divide by.
  return { fanIn: Math.max(1, shape[1] * field), fanOut: Math.max(1, shape[0] * field) };
}

/**
 * The factor that makes up for what an activation shrinks: √2 for relu, which halves the variance; 5/3 for tanh, as in PyTorch.
 * @example nn.init.gain("relu") // 1.4142135623730951
 */
export function gain(activation: "linear" | "sigmoid" | "tanh" | "relu" | "leakyRelu", slope = 0.01): number {
  checkNumber("gain", "the slope", slope);
  const leakyRelu = Math.sqrt(2 / (1 + slope * slope));
  const gains = { linear: 1, sigmoid: 1, tanh: 5 / 3, relu: Math.SQRT2, leakyRelu };
  if (!Object.hasOwn(gains, activation)) {
    const known = Object.keys(gains).join(", ");
    throw new TypeError(
      `gain: is known of ${known}; got ${describe(activation)}, give its gain as a number of your own`,
    );
  }
  return gains[activation];
}

interface XavierOptions extends InitOptions {
  /** Factor of the standard deviation, 1 by default: see `gain`. */
  gain?: number;
}

/**
 * Variance gain² · 2 / (fanIn + fanOut), uniform: for tanh and sigmoid.  Glorot & Bengio 2010.
 * @example nn.init.xavierUniform(zeros([64, 32])).shape // [ 64, 32 ]
 */
export function xavierUniform<T extends AnyTensor>(tensor: T, { gain = 1, generator }: XavierOptions = {}): T {
  const bound = Math.sqrt(3) * xavier("xavierUniform", tensor, gain);
  return uniform(tensor, -bound, bound, { generator });
}

/**
 * Variance gain² · 2 / (fanIn + fanOut), normal.
 * @example nn.init.xavierNormal(zeros([64, 32])).shape // [ 64, 32 ]
 */
export function xavierNormal<T extends AnyTensor>(tensor: T, { gain = 1, generator }: XavierOptions = {}): T {
  return normal(tensor, 0, xavier("xavierNormal", tensor, gain), { generator });
}

function xavier(name: string, tensor: AnyTensor, gain: number): number {
  const { fanIn, fanOut } = fans(name, tensor);
  checkNumber(name, "gain", gain, { from: 0 });
  return gain * Math.sqrt(2 / (fanIn + fanOut));
}

interface HeOptions extends InitOptions {
  /** What keeps its variance: `"fanIn"` (default) the signal, `"fanOut"` the gradient. */
  mode?: "fanIn" | "fanOut";
  /** Factor of the standard deviation, by default √2 as for relu: see `gain`. */
  gain?: number;
}

/**
 * Variance gain² / fan, uniform: for relu and similar activations.  He et al. 2015; PyTorch's `kaiming_uniform_`.
 * @example nn.init.heUniform(zeros([64, 32])).shape // [ 64, 32 ]
 */
export function heUniform<T extends AnyTensor>(tensor: T, options: HeOptions = {}): T {
  const bound = Math.sqrt(3) * he("heUniform", tensor, options);
  return uniform(tensor, -bound, bound, options);
}

/**
 * Variance gain² / fan, normal; PyTorch's `kaiming_normal_`.
 * @example nn.init.heNormal(zeros([64, 32])).shape // [ 64, 32 ]
 */
export function heNormal<T extends AnyTensor>(tensor: T, options: HeOptions = {}): T {
  return normal(tensor, 0, he("heNormal", tensor, options), options);
}

function he(name: string, tensor: AnyTensor, { mode = "fanIn", gain = Math.SQRT2 }: HeOptions): number {
  if (mode !== "fanIn" && mode !== "fanOut") {
    throw new TypeError(`${name}: mode is "fanIn" or "fanOut", got ${describe(mode)}`);
  }
  checkNumber(name, "gain", gain, { from: 0 });
  return gain / Math.sqrt(fans(name, tensor)[mode]);
}
