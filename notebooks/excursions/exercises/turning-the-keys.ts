/** @file The exercise of the excursion on transposes: what is asked, the solution, and the mistakes that readers often make. */

import { type Tensor, tensor } from "foundations";
import { exercise } from "foundations/notebook";

type Heads = Tensor<[number, number, number]>;
type Matrix = Tensor<[number, number]>;

const sizesOf = (answers: Heads) => {
  const [heads, words, channels] = answers.shape;
  return { heads, words, channels };
};

/** Puts the answers of all heads side by side, a row for each word. */
export const mergeHeads = exercise<[answers: Heads], Matrix>({
  title: "Put the heads back together",
  // biome-ignore format: heads, words and channels as they stand
  cases: () => [
    // Two heads, three words, two channels each: word 0 has 1, 2 from head 0 and 7, 8 from head 1.
    {
      given: [tensor([[[1, 2], [3, 4], [5, 6]], [[7, 8], [9, 10], [11, 12]]])],
      expect: tensor([[1, 2, 7, 8], [3, 4, 9, 10], [5, 6, 11, 12]]),
    },
    {
      given: [tensor([[[1, 2, 3]], [[4, 5, 6]]])],
      expect: tensor([[1, 2, 3, 4, 5, 6]]),
    },
  ],
  solution: (answers) => {
    const [heads, words, channels] = answers.shape;
    return answers.transpose(0, 1).reshape([words, heads * channels]);
  },
  right: "right. The split and this undo each other, so a layer of heads can stand in the place of one.",
  mistakes: [
    {
      says: "the shape is right, but words are mixed: move the axis of the heads behind the words before you reshape.",
      like: (answers) => {
        const { heads, words, channels } = sizesOf(answers);
        return answers.reshape([words, heads * channels]);
      },
    },
    {
      says: "the channels of different heads are interleaved; those of one head belong together.",
      like: (answers) => {
        const { heads, words, channels } = sizesOf(answers);
        return answers.permute([1, 2, 0]).reshape([words, heads * channels]);
      },
    },
    {
      says: "the heads are stacked below each other; put them side by side, in one row for each word.",
      like: (answers) => {
        const { heads, words, channels } = sizesOf(answers);
        return answers.reshape([heads * words, channels]);
      },
    },
    {
      says: "you added the heads up; each keeps channels of its own.",
      like: (answers) => answers.sum(0),
    },
  ],
});
