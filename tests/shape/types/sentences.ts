/**
 * @file Mistakes, and the sentence each one gets: from the compiler, and from the run time, word for word the same.
 *
 * Where one of the two rightly says something else, or cannot know, the comment says so: `compiler: …`, `run time: …`.
 */

// biome-ignore-all format: one mistake to a line, its sentence beside it
// biome-ignore-all lint/correctness/noUnusedVariables: nothing here lives long enough to be used
// biome-ignore-all assist/source/organizeImports: it would make one long line of them

import { arange, concat, ones, stack, type Tensor, tensor, zeros } from "foundations";
import { binaryCrossEntropy, binaryCrossEntropyWithLogits, crossEntropy, mseLoss, nn } from "foundations";

const a = tensor([[1, 2, 3], [4, 5, 6]]);
const x = zeros([2, 3, 4]);
const v = zeros([3]);
const scalar = zeros([]);
const index = tensor([0, 1], { dtype: "int32" });
const n = [1, 2, 3, 4, 5].length;

// Creation
tensor([[1, 2, 3], [4, 5]]); // tensor: rows differ in shape: row 0 is [3], row 1 is [2]
tensor([[[1], [2]], [[3], [4, 5]]]); // tensor: rows differ in shape: row 0 is [1], row 1 is [2]
tensor([1, [2]]); // tensor: rows differ in shape: row 0 is [], row 1 is [1]
tensor([[1], 2]); // tensor: rows differ in shape: row 0 is [1], row 1 is []
tensor([[1, 2], [], [3, 4]]); // tensor: rows differ in shape: row 0 is [2], row 1 is [0]
tensor([["a"]]); // tensor: "a" is not a number
tensor([1, "2"]); // tensor: "2" is not a number
tensor("3"); // tensor: "3" is not a number
tensor({}); // compiler: tensor: an element is not a number | run time: tensor: an Object is not a number

// Broadcasting
a.add(zeros([4])); // add: [2, 3] and [4] do not broadcast: 3 ≠ 4
a.sub(zeros([3, 3])); // sub: [2, 3] and [3, 3] do not broadcast: 2 ≠ 3
a.mul(zeros([2, 2, 2])); // mul: [2, 3] and [2, 2, 2] do not broadcast: 3 ≠ 2
a.div(zeros([2])); // div: [2, 3] and [2] do not broadcast: 3 ≠ 2
a.pow(x); // pow: [2, 3] and [2, 3, 4] do not broadcast: 3 ≠ 4
a.maximum(zeros([0])); // maximum: [2, 3] and [0] do not broadcast: 3 ≠ 0
v.minimum(zeros([2])); // minimum: [3] and [2] do not broadcast: 3 ≠ 2
a.eq(zeros([4])); // eq: [2, 3] and [4] do not broadcast: 3 ≠ 4
a.ge(zeros([2])); // ge: [2, 3] and [2] do not broadcast: 3 ≠ 2
a.where(zeros([4]).gt(0), 0); // where: [2, 3] and [4] do not broadcast: 3 ≠ 4
a.where(a.gt(0), zeros([4])); // where: [2, 3] and [4] do not broadcast: 3 ≠ 4
a.gt(0).and(zeros([4]).gt(0)); // and: [2, 3] and [4] do not broadcast: 3 ≠ 4
a.gt(0).or(zeros([2]).gt(0)); // or: [2, 3] and [2] do not broadcast: 3 ≠ 2
a.broadcastTo([3, 2]); // broadcastTo: [2, 3] does not stretch to [3, 2]
a.broadcastTo([3]); // broadcastTo: [2, 3] does not stretch to [3]
a.broadcastTo([1, 3]); // broadcastTo: [2, 3] does not stretch to [1, 3]

// Products
a.matmul(a); // matmul: [2, 3] @ [2, 3]: inner dimensions 3 ≠ 2
a.T.matmul(v); // matmul: [3, 2] @ [3]: inner dimensions 2 ≠ 3
v.matmul(a); // matmul: [3] @ [2, 3]: inner dimensions 3 ≠ 2
v.matmul(zeros([4])); // matmul: [3] @ [4]: inner dimensions 3 ≠ 4
zeros([8, 2, 3]).matmul(zeros([7, 3, 4])); // matmul: [8, 2, 3] @ [7, 3, 4]: batch dimensions 8 ≠ 7
zeros([5, 8, 2, 3]).matmul(zeros([5, 7, 3, 4])); // matmul: [5, 8, 2, 3] @ [5, 7, 3, 4]: batch dimensions 8 ≠ 7
scalar.matmul(a); // matmul: [] @ [2, 3]: a scalar has no axis to contract
a.matmul(scalar); // matmul: [2, 3] @ []: a scalar has no axis to contract
v.dot(zeros([4])); // dot: [3] and [4]: lengths 3 ≠ 4
a.dot(a); // dot: [2, 3] and [2, 3]: dot takes two vectors; for matrices use matmul
v.outer(a); // outer: [3] and [2, 3]: outer takes two vectors
scalar.outer(v); // outer: [] and [3]: outer takes two vectors
x.diag(); // diag: needs a vector or a matrix, got [2, 3, 4]
v.trace(); // trace: needs a matrix, got [3]
a.inv(); // inv: needs a square matrix, got [2, 3]
a.solve(v); // solve: needs a square matrix, got [2, 3]
zeros([3, 3]).solve(zeros([2])); // solve: [3, 3] and [2]: rows 3 ≠ 2
zeros([3, 3]).solve(scalar); // solve: [3, 3] and []: the right side is a vector or a matrix
v.dot(scalar); // dot: [3] and []: dot takes two vectors; for matrices use matmul

// Reductions
a.sum(2); // sum: [2, 3] has no axis 2
a.sum(-3); // sum: [2, 3] has no axis -3
a.mean([0, 2]); // mean: [2, 3] has no axis 2
a.variance(2); // variance: [2, 3] has no axis 2
a.std(2, { keepdims: true }); // std: [2, 3] has no axis 2
a.norm(-3); // norm: [2, 3] has no axis -3
a.max(2); // max: [2, 3] has no axis 2
a.min(2); // min: [2, 3] has no axis 2
a.argmax(2); // argmax: [2, 3] has no axis 2
a.argmin(-3); // argmin: [2, 3] has no axis -3
a.softmax(-3); // softmax: [2, 3] has no axis -3
a.logSoftmax(2); // logSoftmax: [2, 3] has no axis 2
scalar.sum(0); // sum: [] has no axis 0

a.prod(2); // prod: [2, 3] has no axis 2
a.cumsum(-3); // cumsum: [2, 3] has no axis -3
a.logSumExp([0, 2]); // logSumExp: [2, 3] has no axis 2
a.gt(0).any(2); // any: [2, 3] has no axis 2
a.gt(0).all(-3); // all: [2, 3] has no axis -3
a.sort(2); // sort: [2, 3] has no axis 2
a.argsort(-3); // argsort: [2, 3] has no axis -3
a.topk(1, 2); // topk: [2, 3] has no axis 2
a.topk(4); // topk: axis -1 of [2, 3] has size 3, fewer than 4
a.topk(3, 0); // topk: axis 0 of [2, 3] has size 2, fewer than 3

// Layout
a.reshape([4, 2]); // reshape: [2, 3] has 6 elements, [4, 2] has 8
a.reshape([]); // reshape: [2, 3] has 6 elements, [] has 1
scalar.reshape([2]); // reshape: [] has 1 elements, [2] has 2
a.flatten(2); // flatten: [2, 3] has no axis 2
x.transpose(0, 5); // transpose: [2, 3, 4] has no axis 5
x.transpose(-4, 1); // transpose: [2, 3, 4] has no axis -4
a.permute([0]); // permute: [0] is not an order of the 2 axes of [2, 3]
a.permute([0, 0]); // permute: [0, 0] is not an order of the 2 axes of [2, 3]
a.permute([0, 2]); // permute: [0, 2] is not an order of the 2 axes of [2, 3]
x.permute([-1, 2, 0]); // permute: [-1, 2, 0] is not an order of the 3 axes of [2, 3, 4]
a.squeeze(0); // squeeze: axis 0 of [2, 3] has size 2, not 1
a.squeeze(-1); // squeeze: axis -1 of [2, 3] has size 3, not 1
a.squeeze(2); // squeeze: [2, 3] has no axis 2
a.unsqueeze(3); // unsqueeze: [2, 3] has no place 3 for a new axis
a.unsqueeze(-4); // unsqueeze: [2, 3] has no place -4 for a new axis

// Parts
a.slice(0, 1, 2); // slice: [2, 3] has no axis 2
a.pad(1, 1, 2); // pad: [2, 3] has no axis 2
a.at(2); // at: index 2 is outside axis 0 of [2, 3]
a.at(-3); // at: index -3 is outside axis 0 of [2, 3]
a.at(3, 1); // at: index 3 is outside axis 1 of [2, 3]
a.at(3, -1); // at: index 3 is outside axis -1 of [2, 3]
a.at(0, 2); // at: [2, 3] has no axis 2
scalar.at(0); // at: [] has no axis 0
a.take(index, 2); // take: [2, 3] has no axis 2
a.gather(2, index); // gather: [2, 3] has no axis 2
a.gather(0, index); // gather: [2, 3] by index [2]: different ranks

a.index(2); // index: index 2 is outside axis 0 of [2, 3]
a.index(null, -4); // index: index -4 is outside axis 1 of [2, 3]
a.index(0, 0, 0); // index: [2, 3] has 2 axes, fewer than are indexed
a.flip(2); // flip: [2, 3] has no axis 2
v.tril(); // tril: needs two axes or more, got [3]
scalar.triu(1); // triu: needs two axes or more, got []
a.split(1, 2); // split: [2, 3] has no axis 2
a.chunk(2, -3); // chunk: [2, 3] has no axis -3
a.repeat([2]); // repeat: [2, 3] has 2 axes, more than [2] repeats

// Joins
concat([a, zeros([2, 3, 1])], 0); // concat: [2, 3] and [2, 3, 1] along axis 0: different ranks
concat([a, zeros([3, 3])], 1); // concat: [2, 3] and [3, 3] along axis 1: 2 ≠ 3
concat([a, zeros([3, 3])], -1); // concat: [2, 3] and [3, 3] along axis -1: 2 ≠ 3
concat([a, zeros([2, 4])]); // concat: [2, 3] and [2, 4] along axis 0: 3 ≠ 4
concat([a, a, zeros([2, 4])]); // concat: [4, 3] and [2, 4] along axis 0: 3 ≠ 4
concat([a, a], 2); // concat: [2, 3] has no axis 2
concat([scalar, scalar]); // concat: [] has no axis 0
stack([a, zeros([3, 3])]); // stack: [2, 3] and [3, 3] differ in shape
stack([a, a, v], 1); // stack: [2, 3] and [3] differ in shape
stack([a, a], 3); // stack: [2, 3] has no place 3 for a new axis
stack([]); // stack: there is nothing to stack
concat([]); // concat: there is nothing to join

// Losses
mseLoss(a, v); // mseLoss: prediction [2, 3] and target [3] differ in shape
mseLoss(a, zeros([2, 1])); // mseLoss: prediction [2, 3] and target [2, 1] differ in shape
binaryCrossEntropy(ones([2]), v); // binaryCrossEntropy: prediction [2] and target [3] differ in shape
binaryCrossEntropyWithLogits(v, a); // binaryCrossEntropyWithLogits: prediction [3] and target [2, 3] differ in shape
crossEntropy(a, v); // crossEntropy: logits [2, 3] need targets [2] (classes) or [2, 3] (probabilities), got [3]
crossEntropy(scalar, scalar); // crossEntropy: logits need a last axis, of classes; got []

// Layers
new nn.Linear(3, 4).forward(zeros([8, 2])); // Linear: takes [..., 3], got [8, 2]
new nn.Linear(3, 4).forward(scalar); // Linear: takes [..., 3], got []
nn.linear(a, zeros([5, 2])); // linear: takes [..., 2], got [2, 3]
new nn.MLP([3, 8, 1]).forward(zeros([8, 2])); // MLP: takes [..., 3], got [8, 2]
new nn.LayerNorm(4).forward(a); // LayerNorm: takes [..., 4], got [2, 3]
new nn.GRU(4, 8).forward(a); // GRU: takes [B, T, 4], got [2, 3]
new nn.RNN(5, 8).forward(x); // RNN: takes [B, T, 5], got [2, 3, 4]
new nn.LearnedPositions(9, 5).forward(x); // LearnedPositions: takes [B, T, 5], got [2, 3, 4]
new nn.SinusoidalPositions(5).forward(x); // SinusoidalPositions: takes [B, T, 5], got [2, 3, 4]
new nn.MultiHeadAttention(8, 2).forward(x); // MultiHeadAttention: takes [B, T, 8], got [2, 3, 4]
new nn.MultiHeadAttention(4, 2).forward(x, zeros([2, 5, 6])); // MultiHeadAttention: takes [B, T, 4], got [2, 5, 6]
new nn.MultiHeadAttention(4, 2).forward(x, zeros([5, 3, 4])); // MultiHeadAttention: [2, 3, 4] and [5, 3, 4]: batches 2 ≠ 5
new nn.TransformerEncoderLayer(8, 2).forward(x); // TransformerEncoderLayer: takes [B, T, 8], got [2, 3, 4]
new nn.TransformerDecoderLayer(8, 2).forward(x, zeros([2, 5, 8])); // TransformerDecoderLayer: takes [B, T, 8], got [2, 3, 4]
nn.scaledDotProductAttention(a, zeros([5, 4]), zeros([5, 4])); // attention: queries [2, 3] and keys [5, 4]: features 3 ≠ 4
nn.scaledDotProductAttention(a, zeros([5, 3]), zeros([4, 3])); // attention: keys [5, 3] and values [4, 3]: lengths 5 ≠ 4
nn.scaledDotProductAttention(v, v, v); // attention: queries, keys and values need two axes or more, got [3], [3], [3]

// A size that only the run time knows
zeros([n, 3]).matmul(a); // compiler: matmul: [?, 3] @ [2, 3]: inner dimensions 3 ≠ 2 | run time: matmul: [5, 3] @ [2, 3]: inner dimensions 3 ≠ 2
zeros([n, 4]).add(a); // compiler: add: [?, 4] and [2, 3] do not broadcast: 4 ≠ 3 | run time: add: [5, 4] and [2, 3] do not broadcast: 4 ≠ 3
a.matmul(zeros([n, 4])); // run time: matmul: [2, 3] @ [5, 4]: inner dimensions 3 ≠ 5
a.reshape([n, 2]); // run time: reshape: [2, 3] has 6 elements, [5, 2] has 10
a.sum(n); // run time: sum: [2, 3] has no axis 5
new nn.Linear(n, 2).forward(a); // run time: Linear: takes [..., 5], got [2, 3]

// What the compiler does not follow
scalar.softmax(); // run time: softmax: [] has no axis -1
a.reshape([-1, 4]); // run time: reshape: [2, 3] has 6 elements, which [-1, 4] cannot divide
a.reshape([-1, -1]); // run time: reshape: only one size can be -1; got [-1, -1]
zeros([100, 100]).reshape([99, 100]); // run time: reshape: [100, 100] has 10000 elements, [99, 100] has 9900
a.split([1, 2]); // run time: split: sizes [1, 2] sum to 3, axis 0 of [2, 3] has 2
a.index(zeros([3]).gt(0)); // run time: index: a mask [3] does not cover axis 0 of [2, 3]
a.index(index, tensor([0], { dtype: "int32" })); // run time: index: index tensors [2] and [1] differ in shape
a.sum([0, -2]); // run time: sum: axis 0 of [2, 3] is named twice
zeros([2, -3]); // run time: zeros: sizes are whole numbers from 0 up; got -3 in [2, -3]
a.gather(1, zeros([3, 1], { dtype: "int32" })); // run time: gather: [2, 3] by index [3, 1]: axis 0 of the index is longer: 3 > 2
a.take(arange(3, { dtype: "int32" })); // run time: take: index 2 is outside axis 0 of [2, 3]

// What the compiler says in words of its own
const t: Tensor<[3, 2]> = a; // compiler: Type 'Tensor<[2, 3]>' is not assignable to type 'Tensor<[3, 2]>'.
zeros(3); // compiler: Argument of type 'number' is not assignable to parameter of type 'Shape'. | run time: zeros: a shape is an array of sizes, such as [2, 3]; got 3
a.permute(1); // compiler: permute: an order is an array of axes | run time: permute: an order is an array of axes, such as [1, 0]; got 1
a.reshape(6); // compiler: reshape: a shape is an array of sizes | run time: reshape: a shape is an array of sizes, such as [2, 3]; got 6
a.sum("rows"); // compiler: sum: an axis is a whole number | run time: sum: an axis is a whole number; got "rows"
concat(a); // compiler: concat: takes an array of tensors | run time: concat: takes an array of tensors, got a Tensor
a.matmul(2); // compiler: Argument of type 'number' is not assignable to parameter of type 'Tensor<Shape>'. | run time: matmul: the other operand is a tensor, got 2
