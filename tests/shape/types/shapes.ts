/** @file Expressions and their shapes: the type the compiler finds is exactly this, and the value has it at run time. */

import {
  arange,
  batches,
  concat,
  crossEntropy,
  eye,
  full,
  grad,
  linspace,
  mseLoss,
  nn,
  oneHot,
  ones,
  onesLike,
  randn,
  type Shape,
  stack,
  Tensor,
  tensor,
  valueAndGrad,
  zeros,
  zerosLike,
} from "foundations";

type Exactly<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
type Writable<S extends Shape> = { -readonly [I in keyof S]: S[I] };

/** `is([2, 3])(y)`: y has this shape, and this type — no wider, no narrower. */
const is =
  <const S extends Shape>(shape: S) =>
  <T extends Shape>(y: Exactly<T, Writable<S>> extends true ? Tensor<T> : { expected: S; found: T }): void => {
    const { shape: found } = y as unknown as Tensor;
    if (found.join() !== shape.join()) throw new Error(`expected [${shape}], found [${found}]`);
  };

/** A size and a shape that the compiler does not know. */
const n = Math.sign(Math.E) * 5;
const anyShape = (...sizes: number[]): number[] => sizes;
const rows = [1, 2].map((i) => [i, i, i]);

const a = tensor([
  [1, 2, 3],
  [4, 5, 6],
]);
const w = zeros([3, 4]);
const any: Tensor = zeros([2, 3]);
const some = zeros([n, 3]);

// Creation
is([])(tensor(5));
is([])(tensor(true));
is([3])(tensor([1, 2, 3]));
is([2, 3])(a);
is([2, 2, 1])(
  tensor([
    [[1], [2]],
    [[3], [4]],
  ]),
);
is([0])(tensor([]));
is([2, 0])(tensor([[], []]));
is([2, 2])(
  tensor([
    [1, 0 as never], // as TODO is in an exercise
    [3, 4],
  ]),
);
is([rows.length, rows[0].length])(tensor(rows));
is([rows.length])(tensor(rows.map((row) => row[0])));
is([n])(tensor(new Float64Array(n)));
is([3, 4])(w);
is([n, 4])(zeros([n, 4]));
is(anyShape(2, 4))(zeros(anyShape(2, 4)));
is([2, 3])(ones([2, 3]));
is([])(full([], 7));
is([2, 3])(randn([2, 3]));
is([4, 4])(eye(4));
is([5])(arange(5));
is([n])(arange(0, n));
is([n])(arange(4.5));
is([0])(arange(-3));
is([0])(arange(-2.5));
is([n])(arange(n));
is([11])(linspace(0, 1, 11));

// Broadcasting
is([2, 3])(a.add(2));
is([2, 3])(a.add(zeros([3])));
is([2, 3])(a.add(zeros([2, 1])));
is([2, 3])(a.add(zeros([])));
is([2, 3])(zeros([3]).sub(a));
is([4, 2, 3])(zeros([4, 1, 3]).mul(a));
is([2, 0])(zeros([2, 1]).div(zeros([0])));
is([5, 3])(zeros([5, 1]).pow(zeros([3])));
is([n, 3])(some.add(zeros([1, 3])));
is(anyShape(2, 3))(any.add(a));
is([2, 3])(a.gt(zeros([3])));
is([2, 3])(a.where(a.gt(0), zeros([3])));
is([4, 2, 3])(a.where(zeros([4, 1, 1]).eq(0), 0));
is([2, 3])(a.maximum(0).clip(0, 1).exp().gelu().leakyRelu(0.1));
is([4, 2, 3])(a.broadcastTo([4, 2, 3]));
is([n, 3])(zeros([3]).broadcastTo([n, 3]));

// Products
is([2, 4])(a.matmul(w));
is([2])(a.matmul(zeros([3])));
is([])(zeros([3]).matmul(zeros([3])));
is([4])(zeros([3]).matmul(w));
is([8, 2, 4])(zeros([8, 2, 3]).matmul(w));
is([8, 2, 4])(zeros([8, 2, 3]).matmul(zeros([8, 3, 4])));
is([5, 8, 2, 4])(zeros([5, 1, 2, 3]).matmul(zeros([8, 3, 4])));
is([8, 2])(zeros([8, 2, 3]).matmul(zeros([3])));
is([8, 4])(zeros([3]).matmul(zeros([8, 3, 4])));
is([n, 4])(some.matmul(w));
is(anyShape(2, 4))(any.matmul(w));
is(anyShape(2, 3))(eye(2).matmul(any));
is([])(zeros([3]).dot(zeros([3])));

// Reductions
is([])(a.sum());
is([3])(a.sum(0));
is([2])(a.mean(-1));
is([2, 1])(a.sum(-1, { keepdims: true }));
is([1, 1])(a.variance(undefined, { keepdims: true }));
is([3])(zeros([2, 3, 4]).std([0, 2]));
is([2, 1, 1])(zeros([2, 3, 4]).norm([-1, 1], { keepdims: true }));
is([])(a.max());
is([3])(a.max(0));
is([2, 1])(a.min(1, { keepdims: true }));
is([2])(a.argmax(1));
is([2, 3])(a.softmax());
is([2, 3])(a.softmax(0));
is([2, 3])(a.logSoftmax(-2));
is([1, 3])(a.sumTo([1, 3]));

is([])(a.prod());
is([2])(a.prod(-1));
is([1, 3])(a.prod(0, { keepdims: true }));
is([])(a.logSumExp());
is([2, 1])(a.logSumExp([1], { keepdims: true }));
is([2, 3])(a.cumsum(0));
is([])(a.gt(0).any());
is([3])(a.gt(0).all(0));
is([2, 3])(a.gt(0).and(a.lt(9).not()));
is([2, 3])(zeros([3]).gt(0).or(a.gt(0)));
is([2, 3])(a.isNaN());
is([2, 3])(a.isFinite());
is([2, 3])(a.floor().round());
is([2, 3])(a.sort().values);
is([2, 3])(a.sort(0, { descending: true }).indices);
is([2, 3])(a.argsort());
is([2, 2])(a.topk(2).values);
is([1, 3])(a.topk(1, 0).indices);
is([2, n - 3])(a.topk(n - 3).values);

// Layout
is([3, 2])(a.reshape([3, 2]));
is([6])(a.reshape([6]));
is([n - 2, 2])(a.reshape([-1, 2]));
is([n - 2, 2])(a.reshape([n - 2, 2]));
is(anyShape(6))(a.reshape(anyShape(6)));
is([4, 8, 2, 16])(zeros([4, 8, 32]).reshape([4, 8, 2, 16]));
is([6])(a.flatten());
is([2, 12])(zeros([2, 3, 4]).flatten(1));
is([1])(zeros([]).flatten());
is([3, 2])(a.T);
is([4, 3, 2])(zeros([2, 3, 4]).T);
is([2, 4, 3])(zeros([2, 3, 4]).transpose(1, 2));
is([2, 4, 3])(zeros([2, 3, 4]).transpose(-1, -2));
is([4, 2, 3])(zeros([2, 3, 4]).permute([2, 0, 1]));
is([4, 2, 3])(zeros([2, 3, 4]).permute([-1, 0, -2]));
is([3])(zeros([1, 3, 1]).squeeze());
is([3, 1])(zeros([1, 3, 1]).squeeze(0));
is([1, 3])(zeros([1, 3, 1]).squeeze(-1));
is([1, 2, 3])(a.unsqueeze(0));
is([2, 3, 1])(a.unsqueeze(-1));
is([2, 3])(a.clone().to("float64").detach());

// Parts
is([1, 3])(a.slice(0, 1));
is([1, 3])(a.slice(1));
is([2, 2])(a.slice(1, 3, 1));
is([2, 3])(a.slice(0, 9));
is([0, 3])(a.slice(2));
is([n - 4, 3])(a.slice(-1));
is([n, 3])(a.pad(1, 2));
is([2, n])(a.pad(0, 2, 1));
is([3])(a.at(0));
is([3])(a.at(-2));
is([2])(a.at(2, 1));
is([])(tensor([1, 2]).at(1));
is([2, 2, 3])(a.take(zeros([2, 2], { dtype: "int32" })));
is([2, 4])(a.take(zeros([4], { dtype: "int32" }), 1));
is([3])(a.take(tensor(1, { dtype: "int32" })));
is([2, 1])(a.gather(1, zeros([2, 1], { dtype: "int32" })));
is([4, 3])(a.scatterAdd([4, 3], 0, zeros([2, 3], { dtype: "int32" })));

is([2, 3])(a.flip());
is([2, 3])(a.flip([0, 1]));
is([2, 3])(a.tril().triu(1));
is([3])(a.index(0));
is([2])(a.index(null, -1));
is([])(a.index(0, 1));
is([2, n - 3])(a.index(null, [0, 3, 2]));
is(anyShape(2, 2))(a.index(null, zeros([2], { dtype: "int32" })));
is(anyShape(2))(
  a.index(
    tensor([
      [true, false, false],
      [false, true, false],
    ]),
  ),
);
is([n - 3, 3])(a.split(2)[0]);
is([1, 3])(a.split([1, 1])[0]);
is([2, 2])(a.split([1, 2], 1)[1]);
is([n - 4, 3])(a.chunk(2)[1]);
is([4, 3])(a.repeat([2, 1]));
is([2, 2, 9])(a.repeat([2, 1, 3]));
is([2, 3])(zerosLike(a));
is([2, 3])(onesLike(a));
is([2, 4])(oneHot(zeros([2], { dtype: "int32" }), 4));
is([4])(oneHot(tensor(3, { dtype: "int32" }), 4));

// Matrices
is([3, 2])(zeros([3]).outer(zeros([2])));
is([3, 3])(zeros([3]).diag());
is([2])(a.diag());
is([])(a.trace());
is([2, 2])(eye(2).inv());
is([2])(eye(2).solve(zeros([2])));
is([2, 5])(eye(2).solve(zeros([2, 5])));

// Joins
is([4, 3])(concat([a, a]));
is([2, 6])(concat([a, a], -1));
is([2, 10])(concat([a, zeros([2, 7])], 1));
is([7, 3])(concat([a, a, ones([3, 3])], 0));
is([n + 2, 3])(concat([a, some]));
is(anyShape(4, 3))(concat([any, any]));
is(anyShape(6, 3))(concat([1, 2, 3].map(() => a)));
is([2, 2, 3])(stack([a, a]));
is([2, 3, 2])(stack([a, a], -1));
is([3])(stack([tensor(1), tensor(2), tensor(3)]));
is(anyShape(3, 2, 3))(stack([1, 2, 3].map(() => a)));

// Losses and gradients
is([])(mseLoss(a, a));
is([])(crossEntropy(a, zeros([2], { dtype: "int32" })));
is([])(crossEntropy(a, a.softmax()));
is([])(mseLoss(a, a, { reduction: "sum" }));
is([2, 3])(mseLoss(a, a, { reduction: "none" }));
is([2])(crossEntropy(a, a.softmax(), { reduction: "none" }));
is([2])(crossEntropy(a, zeros([2], { dtype: "int32" }), { reduction: "none", weight: ones([3]) }));
is([2, 3])(grad((m: Tensor<[2, 3]>) => m.mul(m).sum())(a));
is([])(grad(grad((s: Tensor<[]>) => s.pow(3)))(2));
is([3, 4])(grad((m: Tensor<[2, 3]>, k: Tensor<[3, 4]>) => m.matmul(k).sum())(a, w)[1]);
is([])(valueAndGrad((m: Tensor<[2, 3]>) => m.sum())(a).value);

// Where the compiler does not know a rank, an axis or an order, it says so, and the run time finds out
is(anyShape(3))(a.sum(anyShape(0)));
is(anyShape(2))(any.sum(1));
is(anyShape(2, 1))(any.mean(n - 4, { keepdims: true }));
is([])(any.sum());
is(anyShape(2))(any.max(1));
is(anyShape(2, 3))(any.softmax());
is(anyShape(2, 3))(any.cumsum(1));
is(anyShape(2, 3))(any.sort().values);
is(anyShape(2, 1))(any.topk(1).values);
is(anyShape(2))(any.prod(1));
is(anyShape(2, 3))(any.tril());
is(anyShape(3))(any.index(0));
is(anyShape(4, 3))(any.repeat([2, 1]));
is(anyShape(2))(any.diag());
is(anyShape(3, 2))(a.permute(anyShape(1, 0)));
is(anyShape(3, 2))(any.permute([1, 0]));
is(anyShape(3, 2))(any.T);
is(anyShape(3, 2))(any.transpose(0, 1));
is(anyShape(3, 2))(a.transpose(n - 5, 1));
is(anyShape(6))(any.reshape(anyShape(6)));
is([3, 2])(any.reshape([3, 2]));
is(anyShape(6))(any.flatten());
is(anyShape(2, 3))(any.unsqueeze(0).squeeze(0));
is(anyShape(2, 3))(any.squeeze());
is(anyShape(1, 3))(any.slice(1));
is(anyShape(3))(any.at(0));
is([3])(a.at(n - 5));
is(anyShape(4, 3))(any.pad(1, 1));
is(anyShape(2, 3))(any.take(tensor([0, 1], { dtype: "int32" })));
is(anyShape(2, 1))(any.gather(1, zeros([2, 1], { dtype: "int32" })));
is(anyShape(2, 2, 3))(stack([any, any]));
is([2, 2, 3])(stack([a, any]));
is(anyShape(4, 3))(concat([a, any]));
is([])(mseLoss(any, a));
is([])(mseLoss(a, any));
is([])(crossEntropy(any, zeros([2], { dtype: "int32" })));
is([])(any.at(0).dot(zeros([3])));

// A whole attention head
const [batch, time, channels, head] = [4, 8, 32, 16] as const;
const tokens = zeros([batch, time, channels]);
const [wq, wk, wv] = [zeros([channels, head]), zeros([channels, head]), zeros([channels, head])];
const attention = tokens
  .matmul(wq)
  .matmul(tokens.matmul(wk).transpose(-2, -1))
  .mul(1 / 4)
  .softmax();
is([4, 8, 8])(attention);
is([4, 8, 16])(attention.matmul(tokens.matmul(wv)));

// Layers
const embedded = new nn.Embedding(9, 32).forward(zeros([4, 8], { dtype: "int32" }));
is([4, 8, 32])(embedded);
is([2, 4])(new nn.Linear(3, 4).forward(a));
is([4])(new nn.Linear(3, 4).forward(zeros([3])));
is([4, 8, 5])(new nn.Linear(32, 5).forward(tokens));
is([2, n])(new nn.Linear(3, n).forward(a));
is(anyShape(2, 4))(new nn.Linear(3, 4).forward(any));
is([2, 5])(nn.linear(a, zeros([5, 3]), zeros([5])));
is([2, 1])(new nn.MLP([3, 8, 1]).forward(a));
is([2, 3])(new nn.LayerNorm(3).forward(a));
is([2, 3])(new nn.Dropout(0.5).forward(a));
is([2, 3])(new nn.ReLU().forward(a));
is(anyShape(2, 1))(new nn.Sequential(new nn.Linear(3, 8), new nn.Tanh(), new nn.Linear(8, 1)).forward(a));
is([4, 8, 6])(new nn.GRU(32, 6).forward(tokens).output);
is([4, 6])(new nn.RNN(32, 6).forward(tokens).hidden);
is([4, 8, 32])(new nn.SinusoidalPositions(32).forward(embedded));
is([4, 8, 32])(new nn.MultiHeadAttention(32, 4).forward(tokens).output);
is([4, 8, 32])(new nn.MultiHeadAttention(32, 4).forward(tokens, zeros([4, 5, 32])).output);
is([4, 8, 32])(new nn.TransformerEncoderLayer(32, 4, { dFF: 8 }).forward(tokens));
is([4, 8, 32])(new nn.TransformerDecoderLayer(32, 4, { dFF: 8 }).forward(tokens, zeros([4, 5, 32])));
is([4, 8, 9])(new nn.GPT(9, 32, 4).forward(zeros([4, 8], { dtype: "int32" })));
const attended = nn.scaledDotProductAttention(zeros([4, 2, 8, 3]), zeros([4, 2, 5, 3]), zeros([4, 2, 5, 7]));
is([4, 2, 8, 7])(attended.output);
is([4, 2, 8, 5])(attended.weights);
for (const [rows, labels] of batches([a, zeros([2], { dtype: "int32" })], 2)) {
  const some: Tensor<[number, 3]> = rows;
  is([])(crossEntropy(some, labels));
}

// A tensor fits where less is said of its shape; a result's type is not guessed from where it goes
const unsaid: Tensor = a;
const matrix: Tensor<[number, number]> = a;
const ofThree: Tensor<[number, 3]> = a;
const summed: Tensor<[number]> = a.sum(1);
const joined: Tensor<[number, 3]> = concat([a, a]);
const stacked: Tensor<[2, number, 3]> = stack([a, a]);
const part: Tensor<[number, 3]> = a.slice(0, 1);
const row: Tensor<[number]> = a.at(0);
const turned: Tensor<[number, 2]> = a.transpose(0, 1);
const laid: Tensor<[number, 2]> = a.reshape([3, 2]);
const product: Tensor<[number, number]> = a.matmul(w);
const sum: Tensor<[number, 3]> = a.add(zeros([3]));
for (const t of [unsaid, matrix, ofThree, summed, joined, stacked, part, row, turned, laid, product, sum]) {
  if (!(t instanceof Tensor)) throw new Error("not a tensor");
}

// A loop changes what it carries: said once, by a plain Tensor
let state: Tensor = zeros([2, 3]);
for (const _ of rows) state = state.matmul(zeros([3, 3])).add(1);
is(anyShape(2, 3))(state);

/** A function may ask for sizes, and pass them on. */
function linear<const S extends Shape, I extends number, O extends number>(
  x: Tensor<[...S, I]>,
  weight: Tensor<[I, O]>,
): Tensor<[...S, O]> {
  return (x as Tensor).matmul(weight as Tensor) as unknown as Tensor<[...S, O]>;
}
is([4, 8, 16])(linear(tokens, wq));

// The type that is asked of a result says nothing about the arguments: they have their own.
export const declared: {
  moved: (v: Tensor<[2]>) => Tensor<[2]>;
  standardized: (m: Tensor<[3, 2]>) => Tensor<[3, 2]>;
  carried: (m: Tensor<[2, 2]>, v: Tensor<[2]>) => Tensor<[2]>;
  summed: (v: Tensor<[2]>) => Tensor<[]>;
} = {
  moved: (v) => v.mul(v.norm()).maximum(v.sum()),
  standardized: (m) => m.sub(m.mean(0)).div(m.std(0)),
  carried: (m, v) => v.add(m.matmul(v.mul(v.sum()))),
  summed: (v) => v.sum().add(v.norm()),
};
