/** @file Data to learn from: what it is, where it comes from, and its licence. */

export { type MnistOptions, type MnistPart, mnist, type RawMnist, readMnist } from "./mnist.js";
export { loadWordVectors, type ReadVectorsOptions, readWordVectors } from "./word-vectors.js";
