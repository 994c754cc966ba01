/** @file Text as numbers: tokenizers, word vectors, and what their directions tell. */

export {
  type AnalogyReport,
  type AnalogyScores,
  evaluateAnalogies,
  type Pairs,
  type Question,
  questionsOf,
} from "./analogies.js";
export { type BytePairOptions, BytePairTokenizer } from "./byte-pair.js";
export { type GloVeOptions, glove } from "./glove.js";
export { GPT2Tokenizer } from "./gpt2-tokenizer.js";
export type { Merge } from "./merges.js";
export { type PCA, pca } from "./pca.js";
export { CharacterTokenizer, joinWords, splitWords, type Tokenizer, WordTokenizer } from "./tokenizers.js";
export type { Sentences, TrainingOptions } from "./training.js";
export { Vocabulary, type VocabularyOptions } from "./vocabulary.js";
export {
  type AnalogyOptions,
  cosine,
  type NearestOptions,
  type Neighbor,
  type Query,
  WordVectors,
} from "./word-vectors.js";
export { cbow, skipGram, type Word2VecOptions } from "./word2vec.js";
