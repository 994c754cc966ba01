/**
 * @file A little world in a hundred and fifty words: sentences about people, countries and animals, made by a grammar.
 * Words with a common trait (king and man, king and queen) have common neighbors, and nothing else in common. So it is
 * known, and can be checked, what vectors trained on the sentences should express.
 */

import { checkWhole } from "../shape/numbers.js";
import { defaultGenerator, type Generator } from "../tensor/random.js";
import type { Pairs } from "../text/index.js";

/** Stations in life: for each a man, a woman, a boy and a girl, and words that go with it. */
const STATIONS = [
  {
    people: ["king", "queen", "prince", "princess"],
    places: ["palace", "throne"],
    things: ["crown", "sceptre"],
    deeds: ["rules", "commands"],
  },
  {
    people: ["man", "woman", "boy", "girl"],
    places: ["village", "market"],
    things: ["basket", "spade"],
    deeds: ["works", "digs"],
  },
  {
    people: ["father", "mother", "son", "daughter"],
    places: ["home", "kitchen"],
    things: ["photograph", "blanket"],
    deeds: ["cares", "hugs"],
  },
  {
    people: ["lord", "lady", "squire", "maiden"],
    places: ["castle", "tournament"],
    things: ["banner", "falcon"],
    deeds: ["rides", "hunts"],
  },
] as const;

const GENDERS = [
  { pronoun: "he", possessive: "his", clothes: ["beard", "trousers", "moustache"] },
  { pronoun: "she", possessive: "her", clothes: ["dress", "necklace", "bonnet"] },
] as const;

const AGES = [
  { traits: ["old", "wise", "grey"], habits: ["remembers", "teaches", "advises"] },
  { traits: ["young", "small", "merry"], habits: ["plays", "learns", "grows"] },
] as const;

const COUNTRIES = [
  ["france", "paris", "french"],
  ["spain", "madrid", "spanish"],
  ["italy", "rome", "italian"],
  ["germany", "berlin", "german"],
  ["portugal", "lisbon", "portuguese"],
  ["greece", "athens", "greek"],
  ["poland", "warsaw", "polish"],
  ["sweden", "stockholm", "swedish"],
  ["russia", "moscow", "russian"],
  ["japan", "tokyo", "japanese"],
] as const;

/** A grown animal, its young, its sound, its food. */
const ANIMALS = [
  ["cat", "kitten", "meows", "milk"],
  ["dog", "puppy", "barks", "bones"],
  ["cow", "calf", "moos", "grass"],
  ["horse", "foal", "neighs", "hay"],
  ["sheep", "lamb", "bleats", "clover"],
  ["pig", "piglet", "grunts", "turnips"],
  ["hen", "chick", "clucks", "corn"],
  ["duck", "duckling", "quacks", "weeds"],
] as const;

const ANIMAL_AGES = [
  ["big", "strong", "heavy"],
  ["tiny", "fluffy", "clumsy"],
] as const;

/**
 * The analogies that hold in the little world: every two pairs of a list make one.
 * @example Object.keys(data.littleWorldAnalogies).length > 0 // true
 */
export const littleWorldAnalogies: Readonly<Record<string, Pairs>> = {
  gender: STATIONS.flatMap(({ people: [man, woman, boy, girl] }) => [[man, woman] as const, [boy, girl] as const]),
  age: STATIONS.flatMap(({ people: [man, woman, boy, girl] }) => [[man, boy] as const, [woman, girl] as const]),
  royal: STATIONS[1].people.map((commoner, i) => [commoner, STATIONS[0].people[i]] as const),
  capital: COUNTRIES.map(([country, capital]) => [country, capital] as const),
  language: COUNTRIES.map(([country, , language]) => [country, language] as const),
  "young animal": ANIMALS.map(([grown, young]) => [grown, young] as const),
};

/**
 * Sentences of the little world, each a list of words: half about people, a third about countries, the rest about animals.
 * @example data.littleWorld(3).length // 3
 */
export function littleWorld(count = 20_000, generator: Generator = defaultGenerator): string[][] {
  checkWhole("littleWorld", "the number of sentences", count);
  const pick = <T>(list: readonly T[]): T => list[generator.integer(list.length)];
  const person = () => {
    const { people, places, things, deeds } = pick(STATIONS);
    const [gender, age] = [generator.integer(2), generator.integer(2)];
    const { pronoun, possessive, clothes } = GENDERS[gender];
    const { traits, habits } = AGES[age];
    const who = people[2 * age + gender];
    return pick([
      ["the", pick(traits), who, pick(deeds), "in", "the", pick(places)],
      ["the", who, "has", possessive, pick(things), "and", possessive, pick(clothes)],
      ["the", who, pick(habits), "and", pronoun, pick(deeds), "with", "the", pick(things)],
      [pronoun, "is", "a", pick(traits), who, "and", pronoun, pick(habits)],
    ]);
  };
  const country = () => {
    const [land, capital, language] = pick(COUNTRIES);
    return pick([
      [capital, "is", "the", "capital", "city", "of", land],
      ["people", "in", land, "speak", language],
      ["the", "streets", "of", capital, "are", "the", "busiest", "in", land],
      ["the", "language", "of", land, "is", language],
      ["in", capital, "books", "are", "written", "in", language],
    ]);
  };
  const animal = () => {
    const kind = pick(ANIMALS);
    const [, , sound, food] = kind;
    const age = generator.integer(2);
    return pick([
      ["the", pick(ANIMAL_AGES[age]), kind[age], sound, "and", "eats", food],
      ["the", kind[age], "is", pick(ANIMAL_AGES[age]), "and", sound],
      ["a", pick(ANIMAL_AGES[age]), kind[age], "likes", food],
    ]);
  };
  return Array.from({ length: count }, () => pick([person, person, person, country, country, animal])());
}
