/** @file The exercises of notebook 4: what is asked, the solutions, and the mistakes that readers often make. */

import { type Tensor, tensor } from "foundations";
import { exercise } from "foundations/notebook";

type Vector = Tensor<[number]>;
type Matrix = Tensor<[number, number]>;

const cosine = (a: Vector, b: Vector) => a.dot(b).item() / (a.norm().item() * b.norm().item());

/** The row most like `query`, by a measure of likeness, those barred left out. */
function best(
  rows: Matrix,
  query: Vector,
  barred: number[],
  likeness: (a: Vector, b: Vector) => number = cosine,
): number {
  const scores = rows.toArray().map((_, i) => (barred.includes(i) ? -Infinity : likeness(query, rows.at(i))));
  return scores.indexOf(Math.max(...scores));
}

/** b − a + c. */
const offset = (rows: Matrix, a: number, b: number, c: number): Vector => rows.at(b).sub(rows.at(a)).add(rows.at(c));

/** The row that answers "a is to b as c is to …?". */
export const analogy = exercise<[rows: Matrix, a: number, b: number, c: number], number>({
  title: "The analogy",
  cases: () => [
    // man (1, 0), king (1, 3), woman (2, 0), queen (4, 3): b − a + c is (2, 3), nearest to king, then to queen. Row 4 is long.
    {
      given: [
        tensor([
          [1, 0],
          [1, 3],
          [2, 0],
          [4, 3],
          [50, 0],
        ]),
        0,
        1,
        2,
      ],
      expect: 3,
    },
    // b − a + c is (−1, 2); a − b + c would be (3, 0), b + c (1, 2), and c − a leads to (0, 1).
    {
      given: [
        tensor([
          [1, 0],
          [0, 1],
          [0, 1.01],
          [-1, 2.1],
          [3, 0.1],
          [0.1, 2],
        ]),
        0,
        1,
        2,
      ],
      expect: 3,
    },
    // The nearest by distance, row 4, is not the nearest by angle, row 3.
    {
      given: [
        tensor([
          [1, 1],
          [2, 1],
          [1, 2],
          [9, 9],
          [2, 2.5],
        ]),
        0,
        1,
        2,
      ],
      expect: 3,
    },
    // b − a + c is (3, 2). Row 2, which is c, would win if it were allowed, and then row 5, which is a.
    {
      given: [
        tensor([
          [-1, 2],
          [-1, -3],
          [6, 6],
          [-5, -1],
          [-1, -1],
          [2, 6],
        ]),
        5,
        0,
        2,
      ],
      expect: 1,
    },
    // b − a + c is (−6, −3): rows a, b and c are scattered over the table, and the answer is its last row.
    {
      given: [
        tensor([
          [1, -3],
          [2, 2],
          [6, 1],
          [-3, -3],
          [4, -3],
          [3, 4],
        ]),
        4,
        0,
        3,
      ],
      expect: 5,
    },
  ],
  solution: (rows, a, b, c) => {
    const target = rows.at(b).sub(rows.at(a)).add(rows.at(c));
    const cosines = rows.matmul(target).div(rows.norm(1)).toArray() as number[];
    for (const row of [a, b, c]) cosines[row] = -Infinity;
    return cosines.indexOf(Math.max(...cosines));
  },
  right: "right. With the question’s own words allowed, one of them would often win.",
  mistakes: [
    {
      says: "you let the words of the question answer it; leave rows a, b and c out.",
      like: (rows, a, b, c) => best(rows, offset(rows, a, b, c), []),
      also: [
        (rows, a, b, c) => best(rows, offset(rows, a, b, c), [a]),
        (rows, a, b, c) => best(rows, offset(rows, a, b, c), [b]),
        (rows, a, b, c) => best(rows, offset(rows, a, b, c), [c]),
        (rows, a, b, c) => best(rows, offset(rows, a, b, c), [a, b]),
        (rows, a, b, c) => best(rows, offset(rows, a, b, c), [a, c]),
        (rows, a, b, c) => best(rows, offset(rows, a, b, c), [b, c]),
      ],
    },
    {
      says: "you took the way from b to a; from man to king is king − man, b − a.",
      like: (rows, a, b, c) => best(rows, offset(rows, b, a, c), [a, b, c]),
    },
    {
      says: "you took the largest dot product, which favours long vectors; divide by both lengths.",
      like: (rows, a, b, c) => best(rows, offset(rows, a, b, c), [a, b, c], (x, y) => x.dot(y).item()),
    },
    {
      says: "you took the shortest distance; asked is the largest cosine.",
      like: (rows, a, b, c) => best(rows, offset(rows, a, b, c), [a, b, c], (x, y) => -x.sub(y).norm().item()),
    },
    {
      says: "you added b and c, but did not take a away.",
      like: (rows, a, b, c) => best(rows, rows.at(b).add(rows.at(c)), [a, b, c]),
    },
  ],
});

type Lookup = [query: Vector, keys: Matrix, values: Matrix];
const scores = (query: Vector, keys: Matrix): Vector => keys.matmul(query);
const mixed = (weights: Vector, values: Matrix): Vector => values.T.matmul(weights);

/** Attention of one query: the mean of the values, weighted by softmax(keys · query / √d). */
export const lookUp = exercise<Lookup, Vector>({
  title: "Attention of one query",
  cases: () => [
    // Scores (ln 3 · √4, 0) / √4 give weights ¾ and ¼.
    {
      given: [
        tensor([2, 0, 0, 0]),
        tensor([
          [Math.log(3), 9, 9, 9],
          [0, 1, 1, 1],
        ]),
        tensor([
          [8, 4],
          [0, 4],
        ]),
      ],
      expect: tensor([6, 4]),
    },
    // One number a key, so √d is 1: scores ln 1, ln 2, ln 5 give ⅛, ²⁄₈, ⅝.
    {
      given: [tensor([1]), tensor([[0], [Math.log(2)], [Math.log(5)]]), tensor([[8], [16], [0]])],
      expect: tensor([5]),
    },
  ],
  solution: (query, keys, values) => {
    const weights = keys.matmul(query).div(Math.sqrt(query.shape[0])).softmax();
    return values.T.matmul(weights);
  },
  right: "right. Do it for every query at once, and it is the line at the heart of every language model.",
  mistakes: [
    {
      says: "you did not divide by √d; without it long vectors look at one key alone.",
      like: (query, keys, values) => mixed(scores(query, keys).softmax(), values),
    },
    {
      says: "you divided by d; the spread of a sum of d products grows with √d.",
      like: (query, keys, values) => mixed(scores(query, keys).div(query.shape[0]).softmax(), values),
    },
    {
      says: "you mixed the values by the scores themselves; softmax makes them weights that sum to 1.",
      like: (query, keys, values) => mixed(scores(query, keys).div(Math.sqrt(query.shape[0])), values),
    },
    {
      says: "you took the value of the best key alone; attention takes some of every value.",
      like: (query, keys, values) => values.at(scores(query, keys).argmax().item()),
    },
    {
      says: "you took the square root of the number of keys; d is the length of a key.",
      like: (query, keys, values) => mixed(scores(query, keys).div(Math.sqrt(keys.shape[0])).softmax(), values),
    },
  ],
});

const grid = (length: number, may: (query: number, key: number) => boolean) =>
  Array.from({ length }, (_, query) => Array.from({ length }, (_, key) => Number(may(query, key))));

/** Which keys (columns) each query (row) may look at, if none may look ahead. */
export const causal = exercise<[length: number], number[][]>({
  title: "No looking ahead",
  cases: () => [
    {
      given: [3],
      expect: [
        [1, 0, 0],
        [1, 1, 0],
        [1, 1, 1],
      ],
    },
    { given: [1], expect: [[1]] },
    {
      given: [4],
      expect: [
        [1, 0, 0, 0],
        [1, 1, 0, 0],
        [1, 1, 1, 0],
        [1, 1, 1, 1],
      ],
    },
  ],
  solution: (length) =>
    Array.from({ length }, (_, query) => Array.from({ length }, (_, key) => (key <= query ? 1 : 0))),
  right: "right. One triangle, and a whole text is learned from in one pass.",
  mistakes: [
    { says: "that is upside down: each query looks ahead only.", like: (length) => grid(length, (q, k) => k >= q) },
    {
      says: "a word may look at itself; the first would otherwise look nowhere.",
      like: (length) => grid(length, (q, k) => k < q),
    },
    { says: "everyone may look everywhere; hide what comes later.", like: (length) => grid(length, () => true) },
    {
      says: "each word sees only itself; let it see what came before.",
      like: (length) => grid(length, (q, k) => k === q),
    },
  ],
});

type Wave = [position: number, channel: number, dModel: number];
const wave = ([position, channel, dModel]: Wave, exponent: (channel: number, dModel: number) => number) =>
  (channel % 2 === 0 ? Math.sin : Math.cos)(position / 10_000 ** exponent(channel, dModel));
const paired = (channel: number, dModel: number) => (channel - (channel % 2)) / dModel;

/** One number of the sinusoidal encoding of a position. */
export const encoding = exercise<Wave, number>({
  title: "One number of a position",
  cases: () => [
    { given: [0, 0, 4], expect: 0 },
    { given: [0, 1, 4], expect: 1 },
    { given: [1, 0, 4], expect: 0.8414709848078965 },
    { given: [2, 1, 4], expect: -0.4161468365471424 },
    { given: [100, 2, 4], expect: 0.8414709848078965 },
    { given: [200, 3, 4], expect: -0.4161468365471424 },
    // Pair 2 of 4: 10,000 to the power of 4 / 8 is 100, and the cosine of 10 is asked.
    { given: [1000, 5, 8], expect: -0.8390715290764524 },
  ],
  solution: (position, channel, dModel) => {
    const pair = Math.floor(channel / 2);
    const angle = position / 10_000 ** ((2 * pair) / dModel);
    return channel % 2 === 0 ? Math.sin(angle) : Math.cos(angle);
  },
  right: "right. Each pair of channels is a hand of a clock, each slower than the last, by the same factor.",
  mistakes: [
    {
      says: "the two channels of a pair turn equally fast: the exponent of channel 2i + 1 is 2i / d, too.",
      like: (...given) => wave(given, (channel, dModel) => channel / dModel),
    },
    {
      says: "that is a sine in every channel; odd ones take the cosine.",
      like: (position, channel, dModel) => Math.sin(position / 10_000 ** paired(channel, dModel)),
    },
    {
      says: "sine and cosine have changed places; even channels take the sine.",
      like: (position, channel, dModel) =>
        (channel % 2 === 0 ? Math.cos : Math.sin)(position / 10_000 ** paired(channel, dModel)),
    },
    {
      says: "you counted pairs, not channels: the exponent of channels 2i and 2i + 1 is 2i / d, not i / d.",
      like: (...given) => wave(given, (channel, dModel) => paired(channel, dModel) / 2),
    },
    {
      says: "you multiplied the position by 10000 to that power; divide, so that later pairs turn slower.",
      like: (...given) => wave(given, (channel, dModel) => -paired(channel, dModel)),
    },
  ],
});

const surprise = (chances: number[]) => chances.reduce((sum, p) => sum - Math.log(p), 0);

/** What a model is worth on a text: e to the mean surprise. */
export const perplexity = exercise<[chances: number[]], number>({
  title: "Perplexity",
  cases: () => [
    // As unsure as a die with four sides: (½ · ⅛)^(−½) = 4.
    { given: [[0.5, 0.125]], expect: 4 },
    { given: [[0.1, 0.1, 0.1]], expect: 10 },
    { given: [[1, 1]], expect: 1 },
  ],
  solution: (chances) => {
    const surprise = chances.reduce((sum, p) => sum - Math.log(p), 0);
    return Math.exp(surprise / chances.length);
  },
  right: "right. A model with perplexity 4 is as unsure as a fair die with four sides.",
  mistakes: [
    {
      says: "that is the mean surprise; e to its power makes a number of choices of it.",
      like: (chances) => surprise(chances) / chances.length,
    },
    {
      says: "you summed the surprises; take their mean, or long texts would look worse.",
      like: (chances) => Math.exp(surprise(chances)),
    },
    {
      says: "you averaged 1 / p; average the logarithms, and then take the exponential.",
      like: (chances) => chances.reduce((sum, p) => sum + 1 / p, 0) / chances.length,
    },
    {
      says: "the sign is missing: that is a probability, and it should be one divided by it.",
      like: (chances) => Math.exp(-surprise(chances) / chances.length),
    },
    {
      says: "you mixed bits and nats: after Math.log goes Math.exp, 2 to a power after Math.log2.",
      like: (chances) => 2 ** (surprise(chances) / chances.length),
    },
  ],
});

/** −ln of the share that softmax gives to entry `i` of a list of scores. */
const surpriseAt = (scores: number[], i: number) => {
  const most = Math.max(...scores);
  return Math.log(scores.reduce((sum, score) => sum + Math.exp(score - most), 0)) + most - scores[i];
};
const turned = (table: number[][]) => table.map((_, j) => table.map((row) => row[j]));
const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
/** The mean surprise of rows at their diagonal. */
const oneWay = (table: number[][]) => mean(table.map((row, i) => surpriseAt(row, i)));

/** The loss of one game of contrast: picture i (row) and word i (column) belong together. */
export const contrastOf = exercise<[scores: number[][]], number>({
  title: "One game of contrast",
  cases: () => [
    // e to these: [[2, 2], [1, 4]]. Pictures find their words with ½ and ⅘, words their pictures with ⅔ and ⅔.
    {
      given: [
        [
          [Math.log(2), Math.log(2)],
          [0, Math.log(4)],
        ],
      ],
      expect: (Math.log(2.5) / 2 + Math.log(1.5)) / 2,
    },
    // Each finds its own with 2 / (2 + 1 + 1).
    {
      given: [
        [
          [Math.log(2), 0, 0],
          [0, Math.log(2), 0],
          [0, 0, Math.log(2)],
        ],
      ],
      expect: Math.log(2),
    },
    // Scores whose exponentials are beyond what a number can hold.
    {
      given: [
        [
          [1000, 0],
          [0, 1000],
        ],
      ],
      expect: 0,
    },
  ],
  solution: (scores) => {
    const columns = scores.map((_, j) => scores.map((row) => row[j]));
    const surprise = (competitors: number[], own: number) => {
      const largest = Math.max(...competitors);
      const total = competitors.reduce((sum, score) => sum + Math.exp(score - largest), 0);
      return Math.log(total) + largest - competitors[own];
    };
    const surprises = scores.map((row, i) => (surprise(row, i) + surprise(columns[i], i)) / 2);
    return surprises.reduce((sum, one) => sum + one) / scores.length;
  },
  right: "right. CLIP has played this game with batches of 32,768 pictures and their captions.",
  mistakes: [
    {
      says: "each picture finds its word; let each word find its picture, too, and take the mean of both.",
      like: (scores) => oneWay(scores),
    },
    {
      says: "each word finds its picture; let each picture find its word, too, and take the mean of both.",
      like: (scores) => oneWay(turned(scores)),
    },
    {
      says: "you added the two directions; take their mean.",
      like: (scores) => oneWay(scores) + oneWay(turned(scores)),
    },
    {
      says: "you summed over the pairs; take their mean, or large games would look worse.",
      like: (scores) => (scores.length * (oneWay(scores) + oneWay(turned(scores)))) / 2,
    },
    {
      says: "each pair competes with the whole table; picture i competes only in its row, and word i in its column.",
      like: (scores) => mean(scores.map((_, i) => surpriseAt(scores.flat(), i * (scores.length + 1)))),
    },
    {
      says: "the sign is missing: the logarithm of a share is below 0, and a loss is not.",
      like: (scores) => -(oneWay(scores) + oneWay(turned(scores))) / 2,
    },
    {
      says: "right for small scores, but the exponential of 1000 is beyond all numbers; take the greatest off first.",
      like: (scores) => {
        const naive = (table: number[][]) =>
          mean(
            table.map((row, i) => -Math.log(Math.exp(row[i]) / row.reduce((sum, score) => sum + Math.exp(score), 0))),
          );
        return (naive(scores) + naive(turned(scores))) / 2;
      },
    },
  ],
});
