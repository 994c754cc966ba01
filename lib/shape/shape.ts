/**
 * @file Shapes as types: each rule takes shapes to a shape, or to a sentence that says why it cannot. `rules.ts` says the
 * same at run time.
 *
 * **How a mistake becomes a sentence.** `Matmul<[2, 3], [4, 5]>` is the string type
 * `"matmul: [2, 3] @ [4, 5]: inner dimensions 3 ≠ 4"`. A method declares its parameter as `Fits<Rule, T>`: T where the rule
 * gives a shape, else the sentence, to which no argument is assignable, so the compiler prints it. Its result is
 * `Tensor<Result<Rule>>`.
 *
 * **Where the argument is itself a literal**, such as the axes `[0, 2]`, its type I must be inferred too. Then the sentence
 * bounds the parameter: `const I extends Fits<Rule<S, I>, unknown>`. An argument that is left out gives nothing to infer
 * from, and I would be `unknown`; the default `= never` stands for "all axes" and satisfies every bound.
 *
 * Sizes that only the run time knows are `number`, and fit anything. Implementations are written on tensors of any shape;
 * `declaredAs` (in `autograd/engine.ts`) gives them these types, and is the one unchecked cast. The tests hold both sides
 * together: tests/shape runs each sentence in both compilers and at run time.
 */

/** Axis sizes, outermost first. `number` is a size known only at run time, `number[]` an unknown rank. */
export type Shape = readonly number[];

/** Numbers nested to any depth: what `tensor` takes and `toArray` gives. */
export type NestedArray = number | boolean | readonly NestedArray[];

/** The parameter type `T` if `Rule` yields a shape; else its sentence, which the compiler then prints. */
export type Fits<Rule, T> = [Rule] extends [string] ? Rule : T;
/** The shape that `Rule` yields. */
export type Result<Rule> = Rule extends Shape ? Rule : never;
/** `T`, which the compiler infers from arguments only, never from the expected type of the result. */
export type NoInfer<T> = [T][T extends unknown ? 0 : never];
/** `Rule`, with `Context` in front of its sentence. */
type Explain<Context extends string, Rule> = Rule extends string ? `${Context}: ${Rule}` : Rule;

/** `[2, 3]` as text; `?` stands for a size known only at run time. */
export type Show<S extends Shape> = number extends S["length"] ? "[...]" : `[${Sizes<S>}]`;
type Sizes<S extends Shape> = S extends readonly [infer D extends number, ...infer Rest extends Shape]
  ? `${number extends D ? "?" : D}${Rest extends readonly [] ? "" : ", "}${Sizes<Rest>}`
  : "";

// ── Creation ────────────────────────────────────────────────────────────────────────────────────────────────────────

interface TypedArray {
  readonly BYTES_PER_ELEMENT: number;
  readonly length: number;
}

/** The shape of nested arrays: `[[1, 2, 3], [4, 5, 6]]` is `[2, 3]`. */
export type ShapeOf<T> = [T] extends [never] ? [] : ShapeOfSome<T>;
/** The shape of anything but `never`, the type of an exercise's `TODO`, which passes for a number. */
type ShapeOfSome<T> = T extends number | boolean
  ? []
  : T extends readonly []
    ? [0]
    : T extends readonly [infer Row, ...infer Rows]
      ? [ShapeOfSome<Rows[number]>] extends [ShapeOf<Row>]
        ? Prepend<T["length"] & number, ShapeOf<Row>>
        : Ragged<ShapeOf<Row>, Rows>
      : T extends readonly (infer Row)[]
        ? Prepend<T["length"], ShapeOf<Row>>
        : T extends TypedArray
          ? [number]
          : T extends string
            ? `tensor: "${T}" is not a number`
            : "tensor: an element is not a number";
type Prepend<D extends number, Rule> = Rule extends Shape ? [D, ...Rule] : Rule;
/** The first row whose shape differs from that of row 0, or that is ragged itself. */
type Ragged<First, Rows extends readonly unknown[], I extends 0[] = [0]> = First extends Shape
  ? Rows extends readonly [infer Row, ...infer Rest]
    ? ShapeOf<Row> extends infer Odd extends Shape
      ? [Odd] extends [First]
        ? Ragged<First, Rest, [...I, 0]>
        : `tensor: rows differ in shape: row 0 is ${Show<First>}, row ${I["length"]} is ${Show<Odd>}`
      : ShapeOf<Row>
    : "tensor: rows differ in shape"
  : First;

/** The number of whole numbers from 0 up to, but not including, `N`: 0 if N is negative. */
export type CountTo<N extends number> = `${N}` extends `-${string}`
  ? 0
  : `${N}` extends `${string}.${string}` | `${string}e${string}`
    ? number
    : N;

// ── Broadcasting ────────────────────────────────────────────────────────────────────────────────────────────────────

/** Two sizes that must agree: equal, or one of them `number`. */
type Same<A extends number, B extends number> = number extends A
  ? B
  : number extends B
    ? A
    : A extends B
      ? A
      : `${A} ≠ ${B}`;
/** Two sizes under broadcasting: they agree, or one of them is 1. */
type Stretch<A extends number, B extends number> = A extends 1 ? B : B extends 1 ? A : Same<A, B>;

/** NumPy broadcasting, aligned at the last axis: `[4, 1, 3]` and `[2, 3]` give `[4, 2, 3]`. */
export type Broadcast<Op extends string, A extends Shape, B extends Shape> = Explain<
  `${Op}: ${Show<A>} and ${Show<B>} do not broadcast`,
  Align<A, B>
>;
type Align<A extends Shape, B extends Shape, Tail extends Shape = []> = number extends A["length"] | B["length"]
  ? number[]
  : A extends readonly [...infer As extends Shape, infer X extends number]
    ? B extends readonly [...infer Bs extends Shape, infer Y extends number]
      ? Stretch<X, Y> extends infer D
        ? D extends number
          ? Align<As, Bs, [D, ...Tail]>
          : D
        : never
      : [...A, ...Tail]
    : [...B, ...Tail];

/** `S` stretched to `T`: sizes of 1 and missing leading axes grow, nothing shrinks. */
export type BroadcastTo<S extends Shape, T> = T extends Shape
  ? number extends S["length"] | T["length"]
    ? [...T]
    : Stretches<Align<S, T>, T> extends true
      ? [...T]
      : `broadcastTo: ${Show<S>} does not stretch to ${Show<T>}`
  : "broadcastTo: a shape is an array of sizes";
/** Whether the common shape is `T`, as far as sizes are known. */
type Stretches<Common, T extends Shape> = Common extends Shape
  ? [Common, [...T]] extends [[...T], Common]
    ? true
    : number extends Common[number] | T[number]
      ? true
      : false
  : false;

// ── Products ────────────────────────────────────────────────────────────────────────────────────────────────────────

/** `[..., m, k] @ [..., k, n]` is `[..., m, n]`; a vector on either side loses its one axis. */
export type Matmul<A extends Shape, B extends Shape> = Explain<
  `matmul: ${Show<A>} @ ${Show<B>}`,
  number extends A["length"] | B["length"]
    ? number[]
    : A extends readonly [...infer As extends Shape, infer K extends number]
      ? B extends readonly [infer L extends number]
        ? Contract<K, L, As>
        : B extends readonly [...infer Bs extends Shape, infer L extends number, infer N extends number]
          ? As extends readonly [...infer Batch extends Shape, infer M extends number]
            ? Contract<K, L, Align<Batch, Bs>, [M, N]>
            : Contract<K, L, Bs, [N]>
          : "a scalar has no axis to contract"
      : "a scalar has no axis to contract"
>;
type Contract<K extends number, L extends number, Batch, Matrix extends Shape = []> =
  Same<K, L> extends string
    ? `inner dimensions ${Same<K, L>}`
    : Batch extends Shape
      ? [...Batch, ...Matrix]
      : `batch dimensions ${Batch & string}`;

/** Two vectors of one length. */
export type Dot<A extends Shape, B extends Shape> = Explain<
  `dot: ${Show<A>} and ${Show<B>}`,
  number extends A["length"] | B["length"]
    ? []
    : [A, B] extends [readonly [infer X extends number], readonly [infer Y extends number]]
      ? Same<X, Y> extends string
        ? `lengths ${Same<X, Y>}`
        : []
      : "dot takes two vectors; for matrices use matmul"
>;

// ── One axis ────────────────────────────────────────────────────────────────────────────────────────────────────────

/** Axis `I` counted from the front, `never` if there is none: `Axis<[2, 3, 4], -1>` is 2. */
type Axis<S extends Shape, I extends number, Cut extends 0[] = [0]> = `${I}` extends keyof S
  ? I
  : S extends readonly [...infer Init extends Shape, number]
    ? `${I}` extends `-${Cut["length"]}`
      ? Init["length"]
      : Axis<Init, I, [...Cut, 0]>
    : never;
type OnAxis<Op extends string, S extends Shape, I extends number, Rule> = number extends S["length"] | I
  ? number[]
  : [Axis<S, I>] extends [never]
    ? `${Op}: ${Show<S>} has no axis ${I}`
    : Rule;

/** `S` with `By` in place of axis `I`: `[]` drops the axis, `[1]` keeps its place. */
export type Replace<Op extends string, S extends Shape, I extends number, By extends Shape> = OnAxis<
  Op,
  S,
  I,
  Splice<S, Axis<S, I>, By>
>;
type Splice<S extends Shape, I extends number, By extends Shape, Before extends Shape = []> = S extends readonly [
  infer D extends number,
  ...infer After extends Shape,
]
  ? Before["length"] extends I
    ? [...Before, ...By, ...After]
    : Splice<After, I, By, [...Before, D]>
  : Before;

/** `S` reduced over axis `I`, or over several axes, or — `I` undefined or never — over all; `Keep` leaves them in place with size 1. */
export type Reduce<Op extends string, S extends Shape, I, Keep> = [I] extends [undefined]
  ? ReduceAll<S, Keep>
  : I extends number
    ? Replace<Op, S, I, Keep extends true ? [1] : []>
    : I extends readonly number[]
      ? number extends S["length"] | I["length"] | I[number]
        ? number[]
        : Missing<S, I> extends infer M
          ? [M] extends [never]
            ? Drop<S, Axes<S, I>, Keep>
            : `${Op}: ${Show<S>} has no axis ${M & number}`
          : never
      : `${Op}: an axis is a whole number`;
type ReduceAll<S extends Shape, Keep> = Keep extends true ? { -readonly [K in keyof S]: 1 } : [];
type Axes<S extends Shape, I extends readonly number[]> = { [K in keyof I]: Axis<S, I[K]> }[number];
type Missing<S extends Shape, I extends readonly number[]> = I extends readonly [
  infer First extends number,
  ...infer Rest extends readonly number[],
]
  ? [Axis<S, First>] extends [never]
    ? First
    : Missing<S, Rest>
  : never;
type Drop<S extends Shape, I, Keep, Before extends 0[] = []> = S extends readonly [
  infer D extends number,
  ...infer Rest extends Shape,
]
  ? [
      ...(Before["length"] extends I ? (Keep extends true ? [1] : []) : [D]),
      ...Result<Drop<Rest, I, Keep, [...Before, 0]>>,
    ]
  : [];

/** Entries `Start` up to (not including) `End` of axis `I`, counted as by `Array.prototype.slice`. */
export type Slice<S extends Shape, Start extends number, End, I extends number> = OnAxis<
  "slice",
  S,
  I,
  Splice<S, Axis<S, I>, [Between<Start, [End] extends [undefined] ? S[Axis<S, I>] : End & number, S[Axis<S, I>]>]>
>;
type Between<Start extends number, End extends number, D extends number> = number extends Start | End | D
  ? number
  : true extends Long<`${Start}0` | `${End}0`> | Negative<`${Start}` | `${End}`>
    ? number
    : Minus<Long<`${D}0`> extends true ? End : Smaller<End, D>, Start>;
type Negative<Digits extends string> = Digits extends `-${string}` ? true : false;
type Tuple<N extends number> = Times<[0], `${N}`>;
type Smaller<A extends number, B extends number> = Tuple<A> extends [...Tuple<B>, ...0[]] ? B : A;
type Minus<A extends number, B extends number> = Tuple<A> extends [...Tuple<B>, ...infer Rest] ? Rest["length"] : 0;

/** `S` without axis `I`, of which one entry is picked. */
export type At<S extends Shape, Index extends number, I extends number> = OnAxis<
  "at",
  S,
  I,
  Inside<S[Axis<S, I>], Index> extends false
    ? `at: index ${Index} is outside axis ${I} of ${Show<S>}`
    : Splice<S, Axis<S, I>, []>
>;
type Inside<D extends number, Index extends number> = `${Index}` extends `-${infer N extends number}`
  ? Within<N, D>
  : number extends D
    ? true
    : Index extends D
      ? false
      : Within<Index, D>;

/** `S` with axis `I` replaced by the axes of an index. */
export type Take<S extends Shape, Index extends Shape, I extends number> = number extends Index["length"]
  ? number[]
  : Replace<"take", S, I, Index>;

/** The index's shape, if it has as many axes as what it reads from. */
export type Gather<S extends Shape, I extends number, Index extends Shape> = OnAxis<
  "gather",
  S,
  I,
  number extends Index["length"]
    ? number[]
    : S["length"] extends Index["length"]
      ? Index
      : `gather: ${Show<S>} by index ${Show<Index>}: different ranks`
>;

// ── Order and layout ────────────────────────────────────────────────────────────────────────────────────────────────

/** Axes `I` and `J` exchanged. */
export type Swap<S extends Shape, I extends number, J extends number> = OnAxis<
  "transpose",
  S,
  I,
  OnAxis<
    "transpose",
    S,
    J,
    {
      -readonly [K in keyof S]: K extends `${Axis<S, I>}`
        ? S[Axis<S, J>]
        : K extends `${Axis<S, J>}`
          ? S[Axis<S, I>]
          : S[K];
    }
  >
>;
/** All axes in reverse order. */
export type Reverse<S extends Shape> = number extends S["length"]
  ? number[]
  : S extends readonly [infer D extends number, ...infer Rest extends Shape]
    ? [...Reverse<Rest>, D]
    : [];
/** Axes in the order `P`. */
export type Permute<S extends Shape, P> = P extends readonly number[]
  ? Reorder<S, P>
  : "permute: an order is an array of axes";
type Reorder<S extends Shape, P extends readonly number[]> = number extends S["length"] | P["length"] | P[number]
  ? number[]
  : [S["length"], Axes<S, P>] extends [P["length"], infer Named]
    ? [Exclude<Positions<S>, `${Named & number}`>, Missing<S, P>] extends [never, never]
      ? { -readonly [K in keyof P]: P[K] extends number ? S[Axis<S, P[K]>] : never }
      : NotAnOrder<S, P>
    : NotAnOrder<S, P>;
type Positions<S extends Shape> = Extract<keyof S, `${number}`>;
type NotAnOrder<
  S extends Shape,
  P extends Shape,
> = `permute: ${Show<P>} is not an order of the ${S["length"]} axes of ${Show<S>}`;

/** `S` with a new axis of size 1, which becomes axis `I` of the result. */
export type Unsqueeze<S extends Shape, I extends number> = number extends S["length"] | I
  ? number[]
  : [Axis<[...S, 1], I>] extends [never]
    ? `unsqueeze: ${Show<S>} has no place ${I} for a new axis`
    : Insert<S, Axis<[...S, 1], I>>;
type Insert<S extends Shape, I extends number, Before extends Shape = []> = Before["length"] extends I
  ? [...Before, 1, ...S]
  : S extends readonly [infer D extends number, ...infer After extends Shape]
    ? Insert<After, I, [...Before, D]>
    : Before;

/** `S` without axis `I`, which must have size 1; without any such axis if `I` is undefined. */
export type Squeeze<S extends Shape, I> = [I] extends [undefined]
  ? number extends S["length"] | S[number]
    ? number[]
    : WithoutOnes<S>
  : I extends number
    ? OnAxis<
        "squeeze",
        S,
        I,
        S[Axis<S, I>] extends infer D extends number
          ? Same<D, 1> extends string
            ? `squeeze: axis ${I} of ${Show<S>} has size ${D}, not 1`
            : Splice<S, Axis<S, I>, []>
          : never
      >
    : never;
type WithoutOnes<S extends Shape> = S extends readonly [infer D extends number, ...infer Rest extends Shape]
  ? [...(D extends 1 ? [] : [D]), ...WithoutOnes<Rest>]
  : [];

/** `S` with the axes from `I` on flattened into one. */
export type Flatten<S extends Shape, I extends number> = S extends readonly []
  ? [1]
  : OnAxis<"flatten", S, I, MergeFrom<S, Axis<S, I>>>;
type MergeFrom<S extends Shape, I extends number, Before extends Shape = []> = Before["length"] extends I
  ? [...Before, Count<S>]
  : S extends readonly [infer D extends number, ...infer After extends Shape]
    ? MergeFrom<After, I, [...Before, D]>
    : Before;

/** The shape `T` for the elements of `S`, where -1 becomes the remaining size. */
export type Reshape<S extends Shape, T> = T extends Shape
  ? Same<Count<S>, Count<Free<T>>> extends string
    ? `reshape: ${Show<S>} has ${Count<S>} elements, ${Show<T>} has ${Count<Free<T>>}`
    : Free<T>
  : "reshape: a shape is an array of sizes";
type Free<T extends Shape> = number extends T["length"]
  ? number[]
  : T extends readonly [infer D extends number, ...infer Rest extends Shape]
    ? [D extends -1 ? number : D, ...Free<Rest>]
    : [];

// ── Selecting ───────────────────────────────────────────────────────────────────────────────────────────────────────

/** Axis `I` with the first `K` of its entries in sorted order. */
export type Topk<S extends Shape, K extends number, I extends number> = OnAxis<
  "topk",
  S,
  I,
  Within<K, S[Axis<S, I>]> extends false
    ? `topk: axis ${I} of ${Show<S>} has size ${S[Axis<S, I>]}, fewer than ${K}`
    : Splice<S, Axis<S, I>, [K]>
>;
/** Whether A ≤ B, as far as both are known. */
type Within<A extends number, B extends number> = number extends A | B
  ? true
  : true extends Long<`${A}0` | `${B}0`>
    ? true
    : Tuple<B> extends [...Tuple<A>, ...0[]]
      ? true
      : false;

/** How an axis is indexed: by a number, whole (`null`), by `[start, end, step]`, or by a tensor. */
export type Index = number | null | readonly [start?: number, end?: number, step?: number] | { readonly shape: Shape };

/** `S` indexed axis by axis; `All` is the whole shape and `I` the current axis. */
export type Indexed<
  S extends Shape,
  T extends readonly unknown[],
  All extends Shape = S,
  I extends 0[] = [],
> = T extends readonly []
  ? [...S]
  : number extends S["length"] | T["length"]
    ? number[]
    : T extends readonly [infer First, ...infer Rest]
      ? S extends readonly [infer D extends number, ...infer After extends Shape]
        ? IsNull<First> extends true
          ? Before<D, Indexed<After, Rest, All, [...I, 0]>>
          : First extends number
            ? Inside<D, First> extends false
              ? `index: index ${First} is outside axis ${I["length"]} of ${Show<All>}`
              : Indexed<After, Rest, All, [...I, 0]>
            : First extends { readonly shape: Shape }
              ? number[]
              : Before<number, Indexed<After, Rest, All, [...I, 0]>>
        : `index: ${Show<All>} has ${All["length"]} axes, fewer than are indexed`
      : number[];

/** Without `strict`, null is `any`. */
type IsNull<T> = 0 extends 1 & T ? true : T extends null ? true : false;
type Before<D extends number, Rule> = Rule extends Shape
  ? number extends Rule["length"]
    ? number[]
    : [D, ...Rule]
  : Rule;

/** `S` repeated `T` times on its axes, and on new ones in front. */
export type Repeat<S extends Shape, T> = T extends Shape
  ? number extends S["length"] | T["length"]
    ? number[]
    : Repeated<S, T> extends infer R extends Shape
      ? R
      : `repeat: ${Show<S>} has ${S["length"]} axes, more than ${Show<T>} repeats`
  : "repeat: takes an array with a number for each axis";
type Repeated<S extends Shape, T extends Shape, Tail extends Shape = []> = T extends readonly [
  ...infer Ts extends Shape,
  infer N extends number,
]
  ? S extends readonly [...infer Ss extends Shape, infer D extends number]
    ? Count<[N, D]> extends infer P extends number
      ? Repeated<Ss, Ts, [P, ...Tail]>
      : never
    : Repeated<S, Ts, [N, ...Tail]>
  : S extends readonly []
    ? Tail
    : "too few";

// ── Matrices ────────────────────────────────────────────────────────────────────────────────────────────────────────

/** Two axes or more. */
export type Matrix<Op extends string, S extends Shape> = number extends S["length"]
  ? [...S]
  : S extends readonly [...Shape, number, number]
    ? [...S]
    : `${Op}: needs two axes or more, got ${Show<S>}`;
/** A square matrix. */
export type Square<Op extends string, S extends Shape> = number extends S["length"]
  ? [...S]
  : [S["length"], Same<S[0], S[1]>] extends [2, number]
    ? [...S]
    : `${Op}: needs a square matrix, got ${Show<S>}`;
/** A vector on the diagonal of a matrix, or a matrix's diagonal. */
export type Diag<S extends Shape> = number extends S["length"]
  ? number[]
  : S extends readonly [infer N extends number]
    ? [N, N]
    : S extends readonly [infer N extends number, infer M extends number]
      ? [number extends N | M ? number : Within<N, M> extends true ? N : M]
      : `diag: needs a vector or a matrix, got ${Show<S>}`;
/** The scalar sum of the diagonal of a matrix. */
export type Trace<S extends Shape> = number extends S["length"]
  ? []
  : S extends readonly [number, number]
    ? []
    : `trace: needs a matrix, got ${Show<S>}`;
/** The outer product of two vectors. */
export type Outer<A extends Shape, B extends Shape> = number extends A["length"] | B["length"]
  ? [number, number]
  : [A, B] extends [readonly [infer N extends number], readonly [infer M extends number]]
    ? [N, M]
    : `outer: ${Show<A>} and ${Show<B>}: outer takes two vectors`;
/** B's shape, if A is a square matrix of as many rows. */
export type Solve<A extends Shape, B extends Shape> = number extends A["length"] | B["length"]
  ? [...B]
  : Square<"solve", A> extends infer Wrong extends string
    ? Wrong
    : B extends readonly [infer M extends number] | readonly [infer M extends number, number]
      ? Same<A[0], M> extends string
        ? `solve: ${Show<A>} and ${Show<B>}: rows ${Same<A[0], M>}`
        : [...B]
      : `solve: ${Show<A>} and ${Show<B>}: the right side is a vector or a matrix`;

// ── Losses ──────────────────────────────────────────────────────────────────────────────────────────────────────────

/** Two shapes that must be equal. */
export type Equal<Op extends string, A extends Shape, B extends Shape> =
  Match<A, B> extends false ? `${Op}: prediction ${Show<A>} and target ${Show<B>} differ in shape` : A;
/** All axes but the last: one number for each row. */
export type Rows<S extends Shape> = S extends readonly [...infer R extends Shape, number] ? R : number[];
/** One class for each row of logits `[..., C]`, or a whole distribution over them. */
export type Classes<Op extends string, S extends Shape, T extends Shape> = S extends readonly [
  ...infer R extends Shape,
  number,
]
  ? true extends Match<R, T> | Match<S, T>
    ? S
    : `${Op}: logits ${Show<S>} need targets ${Show<R>} (classes) or ${Show<S>} (probabilities), got ${Show<T>}`
  : number extends S["length"]
    ? S
    : `${Op}: logits need a last axis, of classes; got ${Show<S>}`;
type Match<A extends Shape, B extends Shape> = number extends A["length"] | B["length"]
  ? true
  : [A, B] extends readonly [
        readonly [infer X extends number, ...infer As extends Shape],
        readonly [infer Y extends number, ...infer Bs extends Shape],
      ]
    ? Same<X, Y> extends string
      ? false
      : Match<As, Bs>
    : [A, B] extends readonly [readonly [], readonly []]
      ? true
      : false;

// ── Joining ─────────────────────────────────────────────────────────────────────────────────────────────────────────

/** Shapes joined along axis `I`; every other size must agree. */
export type Concat<List extends readonly Shape[], I extends number> = List extends readonly [
  infer A extends Shape,
  infer B extends Shape,
  ...infer Rest extends readonly Shape[],
]
  ? Concat2<A, B, I> extends infer AB
    ? AB extends Shape
      ? Concat<[AB, ...Rest], I>
      : AB
    : never
  : List extends readonly [infer A extends Shape]
    ? OnAxis<"concat", A, I, A>
    : List extends readonly []
      ? "concat: there is nothing to join"
      : number[];
type Concat2<A extends Shape, B extends Shape, I extends number> = number extends A["length"] | B["length"]
  ? number[]
  : OnAxis<"concat", A, I, Explain<`concat: ${Show<A>} and ${Show<B>} along axis ${I}`, Join<A, B, Axis<A, I>>>>;
type Join<A extends Shape, B extends Shape, I extends number, Before extends Shape = []> = [A, B] extends readonly [
  readonly [infer X extends number, ...infer As extends Shape],
  readonly [infer Y extends number, ...infer Bs extends Shape],
]
  ? (Before["length"] extends I ? Plus<X, Y> : Same<X, Y>) extends infer D
    ? D extends number
      ? Join<As, Bs, I, [...Before, D]>
      : D
    : never
  : [A, B] extends readonly [readonly [], readonly []]
    ? Before
    : "different ranks";

/** Equal shapes stacked along a new axis at `I`. */
export type Stack<List extends readonly Shape[], I extends number> = number extends List["length"]
  ? number[]
  : List extends readonly [infer A extends Shape, ...infer Rest extends readonly Shape[]]
    ? number extends A["length"]
      ? number[]
      : [Odd<A, Rest>] extends [never]
        ? Unsqueeze<A, I> extends infer R extends Shape
          ? Splice<R, Axis<R, I>, [List["length"]]>
          : `stack: ${Show<A>} has no place ${I} for a new axis`
        : `stack: ${Show<A>} and ${Show<Odd<A, Rest>>} differ in shape`
    : "stack: there is nothing to stack";
type Odd<A extends Shape, Rest extends readonly Shape[]> = Rest extends readonly [
  infer B extends Shape,
  ...infer More extends readonly Shape[],
]
  ? Match<A, B> extends false
    ? B
    : Odd<A, More>
  : never;

// ── Counting ────────────────────────────────────────────────────────────────────────────────────────────────────────

/** The number of elements in `S`; `number` if a size is unknown or the count could need five digits. */
export type Count<S extends Shape, P extends 0[] = [0]> = number extends S["length"]
  ? number
  : S extends readonly [infer D extends number, ...infer Rest extends Shape]
    ? number extends D
      ? number
      : Long<`${P["length"]}${D}`> extends true
        ? number
        : Count<Rest, Times<P, `${D}`>>
    : P["length"];
type Long<Digits extends string> = Digits extends `${infer _1}${infer _2}${infer _3}${infer _4}${infer _5}${string}`
  ? true
  : false;
type Plus<A extends number, B extends number> = number extends A | B
  ? number
  : true extends Long<`${A}0` | `${B}0`>
    ? number
    : [...Tuple<A>, ...Tuple<B>]["length"];

/** Long multiplication, on a tuple and decimal digits: `Times<[0, 0], "12">` has 24 elements. */
type Times<
  P extends 0[],
  Digits extends string,
  R extends 0[] = [],
> = Digits extends `${infer D extends keyof Copies<P>}${infer Rest}`
  ? Times<P, Rest, [...Copies<R>["10"], ...Copies<P>[D]]>
  : R;
interface Copies<P extends 0[], P2 extends 0[] = [...P, ...P], P4 extends 0[] = [...P2, ...P2]> {
  "0": [];
  "1": P;
  "2": P2;
  "3": [...P, ...P2];
  "4": P4;
  "5": [...P, ...P4];
  "6": [...P2, ...P4];
  "7": [...P, ...P2, ...P4];
  "8": [...P4, ...P4];
  "9": [...P, ...P4, ...P4];
  "10": [...P2, ...P4, ...P4];
}
