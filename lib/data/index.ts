/** @file Data sets, with their sources and licenses. */

export { analogies } from "./analogies.js";
export { loadFirstNames, loadKingJamesBible } from "./corpora.js";
export {
  randomTranslation,
  type Translation,
  type TranslationSizes,
  theCatSatOnTheMat,
  translations,
} from "./english-spanish.js";
export { littleWorld, littleWorldAnalogies } from "./little-world.js";
export { type MnistOptions, type MnistPart, mnist, type RawMnist, readMnist } from "./mnist.js";
export { loadWordVectors, type ReadVectorsOptions, readWordVectors } from "./word-vectors.js";
