/**
 * @file English sentences with Spanish translations and word alignments, made by a small grammar. It has what makes translation
 * more than a dictionary: nouns have a gender, articles and adjectives agree with them, adjectives follow their noun, verbs
 * agree in number, and some take "se", which has no English counterpart.
 */

import { describe } from "../shape/rules.js";
import { defaultGenerator, type Generator } from "../tensor/random.js";

/** A sentence in both languages, in lower case. */
export interface Translation {
  readonly english: readonly string[];
  readonly spanish: readonly string[];
  /** For each Spanish word, the index of the English word that it translates. */
  readonly alignment: readonly number[];
}

type Gender = "masculine" | "feminine";

interface Noun {
  readonly english: string;
  readonly spanish: string;
  readonly gender: Gender;
}

const noun = (english: string, spanish: string, gender: Gender): Noun => ({ english, spanish, gender });

const ANIMALS = [
  noun("cat", "gato", "masculine"),
  noun("dog", "perro", "masculine"),
  noun("bird", "pájaro", "masculine"),
  noun("cow", "vaca", "feminine"),
  noun("hen", "gallina", "feminine"),
  noun("frog", "rana", "feminine"),
];

const THINGS = [
  noun("mat", "alfombra", "feminine"),
  noun("table", "mesa", "feminine"),
  noun("bed", "cama", "feminine"),
  noun("chair", "silla", "feminine"),
  noun("wall", "muro", "masculine"),
  noun("tree", "árbol", "masculine"),
  noun("bridge", "puente", "masculine"),
  noun("roof", "tejado", "masculine"),
];

/** Determiners in English, singular and plural (null where there is none), and their Spanish forms. */
const DETERMINERS = [
  { english: ["the", "the"], masculine: ["el", "los"], feminine: ["la", "las"] },
  { english: ["a", null], masculine: ["un", null], feminine: ["una", null] },
  { english: ["this", "these"], masculine: ["este", "estos"], feminine: ["esta", "estas"] },
  { english: ["my", "my"], masculine: ["mi", "mis"], feminine: ["mi", "mis"] },
] as const;

type Adjective = readonly [english: string, spanish: string];

/** Adjectives in English and in Spanish (masculine singular): what animals and things look like. */
const LOOKS = [
  ["black", "negro"],
  ["white", "blanco"],
  ["red", "rojo"],
  ["small", "pequeño"],
  ["big", "grande"],
  ["dirty", "sucio"],
] as const;

/** Adjectives for passing states of an animal, with which Spanish uses the verb "estar". */
const STATES = [
  ["happy", "feliz"],
  ["tired", "cansado"],
  ["wet", "mojado"],
] as const;

/** Verbs, in Spanish singular and plural. Reflexive ones are preceded by "se". */
const VERBS = [
  { english: "sat", spanish: ["sentó", "sentaron"], reflexive: true },
  { english: "hid", spanish: ["escondió", "escondieron"], reflexive: true },
  { english: "stayed", spanish: ["quedó", "quedaron"], reflexive: true },
  { english: "slept", spanish: ["durmió", "durmieron"], reflexive: false },
  { english: "played", spanish: ["jugó", "jugaron"], reflexive: false },
  { english: "ate", spanish: ["comió", "comieron"], reflexive: false },
] as const;

const TRANSITIVE_VERBS = [
  { english: "saw", spanish: ["vio", "vieron"] },
  { english: "found", spanish: ["encontró", "encontraron"] },
  { english: "broke", spanish: ["rompió", "rompieron"] },
] as const;

const COPULA = { english: ["was", "were"], spanish: ["estaba", "estaban"] } as const;

const PREPOSITIONS = [
  ["on", "en"],
  ["under", "bajo"],
  ["behind", "tras"],
] as const;

/**
 * "The cat sat on the mat." `translations` never includes it, so a model that translates it has not seen it.
 * @example data.theCatSatOnTheMat.spanish // [ 'el', 'gato', 'se', 'sentó', 'en', 'la', 'alfombra' ]
 */
export const theCatSatOnTheMat: Translation = {
  english: ["the", "cat", "sat", "on", "the", "mat"],
  spanish: ["el", "gato", "se", "sentó", "en", "la", "alfombra"],
  alignment: [0, 1, 2, 2, 3, 4, 5],
};

/** The plural of a Spanish noun or adjective: -s after a vowel, -es after a consonant, z becoming c. */
function spanishPlural(word: string): string {
  if (word.endsWith("z")) return `${word.slice(0, -1)}ces`;
  return /[aeo]$/.test(word) ? `${word}s` : `${word}es`;
}

/** An adjective in agreement with a noun: -o becomes -a for a feminine one. */
function agree(adjective: string, gender: Gender, plural: boolean): string {
  const form = gender === "feminine" ? adjective.replace(/o$/, "a") : adjective;
  return plural ? spanishPlural(form) : form;
}

/** Part of a sentence: English words, and Spanish words each with the index of its English one within the part. */
interface Part {
  readonly english: readonly string[];
  readonly spanish: readonly (readonly [word: string, place: number])[];
}

function join(parts: readonly Part[]): Translation {
  let before = 0;
  const spanish = parts.flatMap((part) => {
    const placed = part.spanish.map(([word, place]) => [word, before + place] as const);
    before += part.english.length;
    return placed;
  });
  return {
    english: parts.flatMap((part) => part.english),
    spanish: spanish.map(([word]) => word),
    alignment: spanish.map(([, place]) => place),
  };
}

/**
 * A random sentence: an animal did something somewhere, did something to a thing, or was in some state.
 * @example data.randomTranslation(new Generator(1)).english.length > 0 // true
 */
export function randomTranslation(generator: Generator = defaultGenerator): Translation {
  const pick = <T>(list: readonly T[]): T => list[generator.integer(list.length)];
  const chance = (p: number) => generator.uniform() < p;

  const nounPhrase = (nouns: readonly Noun[], adjectives: readonly Adjective[]) => {
    const { english, spanish, gender } = pick(nouns);
    const determiner = pick(DETERMINERS);
    const plural = determiner.english[1] !== null && chance(0.5);
    const adjective = chance(0.5) ? pick(adjectives) : null;
    const number = Number(plural);
    const words = [determiner.english[number], adjective?.[0], plural ? `${english}s` : english];
    const last = adjective ? 2 : 1;
    const part: Part = {
      english: words.filter((word) => word != null),
      spanish: [
        [determiner[gender][number] as string, 0],
        [plural ? spanishPlural(spanish) : spanish, last],
        ...(adjective ? [[agree(adjective[1], gender, plural), 1] as const] : []),
      ],
    };
    return { part, gender, plural, number };
  };

  const subject = nounPhrase(ANIMALS, [...LOOKS, ...STATES]);
  const kind = generator.uniform();
  if (kind < 0.5) {
    const { english, spanish, reflexive } = pick(VERBS);
    const verb = [spanish[subject.number], 0] as const;
    const [on, en] = pick(PREPOSITIONS);
    return join([
      subject.part,
      { english: [english], spanish: reflexive ? [["se", 0], verb] : [verb] },
      { english: [on], spanish: [[en, 0]] },
      nounPhrase(THINGS, LOOKS).part,
    ]);
  }
  if (kind < 0.8) {
    const { english, spanish } = pick(TRANSITIVE_VERBS);
    const verb = { english: [english], spanish: [[spanish[subject.number], 0]] } as const;
    return join([subject.part, verb, nounPhrase(THINGS, LOOKS).part]);
  }
  const [english, spanish] = pick(STATES);
  return join([
    subject.part,
    { english: [COPULA.english[subject.number]], spanish: [[COPULA.spanish[subject.number], 0]] },
    { english: [english], spanish: [[agree(spanish, subject.gender, subject.plural), 0]] },
  ]);
}

/** How many pairs of sentences each part of `translations` holds. */
export interface TranslationSizes {
  train?: number;
  validation?: number;
  test?: number;
}

/**
 * Translations for training, validation and testing. All are different, within a part and between parts, and none is
 * "the cat sat on the mat".
 * @example data.translations({ train: 8, validation: 1, test: 1 }).train.length // 8
 */
export function translations(
  { train = 4000, validation = 500, test = 500 }: TranslationSizes = {},
  generator: Generator = defaultGenerator,
): Record<keyof TranslationSizes, Translation[]> {
  const seen = new Set([theCatSatOnTheMat.english.join(" ")]);
  const draw = (part: string, size: number) => {
    if (!Number.isInteger(size) || size < 0 || size > 100_000) {
      throw new RangeError(`translations: ${part} is a whole number from 0 to 100000, got ${describe(size)}`);
    }
    const drawn: Translation[] = [];
    while (drawn.length < size) {
      const pair = randomTranslation(generator);
      const key = pair.english.join(" ");
      if (!seen.has(key)) drawn.push(pair);
      seen.add(key);
    }
    return drawn;
  };
  return { train: draw("train", train), validation: draw("validation", validation), test: draw("test", test) };
}
