/** @file Names from outside are names: a word called "constructor" is a word, and no look-up reaches a prototype. */

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { packVectors, unpackVectors } from "../../lib/data/compact-vectors.js";
import { mnist, readWordVectors } from "../../lib/data/index.js";
import { nn, optim, type Tensor, tensor, text } from "../../lib/index.js";
import { messageOf } from "../helpers/messages.js";

const names = ["constructor", "__proto__", "toString", "hasOwnProperty", "valueOf", "length", "0"];
const absent = "isPrototypeOf";
const table = new text.WordVectors(
  names,
  Float32Array.from({ length: 2 * names.length }, (_, i) => 1 + i * i),
);

describe("words that objects have as properties", () => {
  it("have ids in a vocabulary, and no other word has", () => {
    const vocabulary = text.Vocabulary.from([...names, ...names], { special: ["watch"], unknown: "watch" });
    expect(vocabulary.decode(vocabulary.encode(names))).toEqual(names);
    expect([vocabulary.has(absent), vocabulary.id(absent)]).toEqual([false, 0]);
    expect(messageOf(() => vocabulary.token("length" as never))).toBe(
      'Vocabulary: ids are whole numbers from 0 to 7, got "length"',
    );
  });

  it("are tokens to every tokenizer", () => {
    const line = names.join(" ");
    const words = text.WordTokenizer.train("constructor valueof tostring");
    expect(words.decode(words.encode("valueOf constructor"))).toBe("valueof constructor");
    const characters = text.CharacterTokenizer.train(line);
    expect(characters.decode(characters.encode(line))).toBe(line);
    const pairs = text.BytePairTokenizer.train(`${line} ${line}`, 290, { special: ["__proto__"] });
    expect(pairs.decode(pairs.encode(line))).toBe(line);
  });

  it("have vectors, neighbors and analogies of their own", () => {
    expect(table.vector("__proto__").toArray()).toEqual([5, 10]);
    expect(table.nearest("constructor", { count: 9 })).toHaveLength(names.length - 1);
    expect(table.has(absent)).toBe(false);
    const categories: Record<string, text.Pairs> = Object.fromEntries([
      ["constructor", [["constructor", "__proto__"] as const, ["toString", "valueOf"] as const]],
      ["__proto__", []],
    ]);
    const report = text.evaluateAnalogies(table, categories);
    expect(Object.keys(report.categories)).toEqual(["constructor", "__proto__"]);
    expect(report.total.asked).toBe(2);
  });

  it("are learned like others", async () => {
    const sentences = Array.from({ length: 20 }, () => names);
    const options = { dimensions: 2, minCount: 1, epochs: 1, subsample: 0 };
    for (const train of [text.skipGram, text.cbow, text.glove]) {
      expect([...(await train(sentences, options)).words].sort()).toEqual([...names].sort());
    }
  });

  it("come back from files of vectors", () => {
    expect(unpackVectors(packVectors(table), "table").words).toEqual(names);
    const folder = mkdtempSync(join(tmpdir(), "names-"));
    try {
      const path = join(folder, "vectors.txt");
      writeFileSync(path, names.map((name) => `${name} 1 2\n`).join(""));
      expect(readWordVectors(path).words).toEqual(names);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe("tensors that are called so", () => {
  class Odd extends nn.Module {
    readonly parts = Object.fromEntries(names.map((name, i) => [name, tensor([i], { requiresGrad: true })]));
  }
  const odd = () => new Odd();

  it("are state of a module, saved and loaded by name", () => {
    const state = nn.fromSafetensors(nn.toSafetensors(odd().stateDict()));
    expect(Object.keys(state).sort()).toEqual(names.map((name) => `parts.${name}`).sort());
    const other = odd();
    for (const parameter of other.parameters()) parameter.detach().copy_(9);
    other.loadStateDict(state);
    expect(other.stateDict()["parts.__proto__"].toArray()).toEqual([1]);
  });

  it("are missing from a state that only inherits them", () => {
    class Plain extends nn.Module {
      override toString = tensor([1]) as never;
    }
    expect(messageOf(() => new Plain().loadStateDict({}))).toBe(
      "loadStateDict: Plain does not fit: toString is missing; rename or reshape entries first",
    );
  });

  it("are unknown to an optimizer", () => {
    const sgd = new optim.SGD([tensor([1], { requiresGrad: true })], { momentum: 0.5 });
    const state = { ...sgd.stateDict(), "constructor.0": tensor([1]) as unknown as Tensor };
    expect(messageOf(() => sgd.loadStateDict(state))).toMatch("constructor.0 is unknown");
  });
});

it("choices by name are those of the list, and no property of it", () => {
  for (const name of [...names, absent] as never[]) {
    expect(messageOf(() => mnist(name))).toMatch(/^mnist: a part is "train" or "test", got /);
    expect(messageOf(() => new nn.MLP([1, 1], { activation: name }))).toMatch(
      /^MLP: activation is a function or one of /,
    );
    expect(messageOf(() => nn.init.gain(name))).toMatch(/^gain: is known of linear, /);
    expect(messageOf(() => new nn.GELU({ approximate: name }))).toMatch(/^GELU: approximate is "none" or "tanh"/);
    const mode = { mode: name };
    expect(messageOf(() => nn.init.heNormal(new nn.Linear(1, 1).weight, mode))).toMatch(/^heNormal: mode is "fanIn"/);
  }
});
