/** @file The backend in plain TypeScript, which every other equals bit for bit. */

import type { Backend } from "../backend.js";
import { assign, binary, compare, unary, where } from "./elementwise.js";
import { gather, scatterAdd } from "./indexing.js";
import {
  attention,
  attentionBackward,
  layerNorm,
  layerNormBackward,
  linear,
  linearBackward,
  sigmoidCrossEntropy,
  softmaxCrossEntropy,
} from "./layers.js";
import { dot, matmul } from "./matmul.js";
import { adam, rmsprop, sgd } from "./optimizers.js";
import { argReduce, logSoftmax, reduce, softmax } from "./reductions.js";
import { negativeSampling } from "./words.js";

export const reference: Backend = {
  name: "reference",
  unary,
  binary,
  compare,
  where,
  reduce,
  argReduce,
  softmax,
  logSoftmax,
  matmul,
  dot,
  gather,
  scatterAdd,
  assign,
  linear,
  linearBackward,
  sigmoidCrossEntropy,
  softmaxCrossEntropy,
  layerNorm,
  layerNormBackward,
  attention,
  attentionBackward,
  negativeSampling,
  sgd,
  rmsprop,
  adam,
};
