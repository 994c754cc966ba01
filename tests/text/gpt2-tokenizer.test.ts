/** @file GPT-2's tokenizer: published ids, the merges file, and every text back again. */

import { describe, expect, it } from "vitest";
import { text } from "../../lib/index.js";
import { messageOf } from "../helpers/messages.js";

/** The first lines of the published file, and some that build on them. */
const merges = ["#version: 0.2", "Ġ t", "Ġ a", "h e", "i n", "r e", "o n", "Ġt he", "e r", "' s", "Ã ©", ""].join("\n");
const tokenizer = new text.GPT2Tokenizer(merges);
const id = (line: number) => 256 + line;

describe("a published id", () => {
  it.each([
    ["!", 0],
    ["A", 32],
    ["a", 64],
    ["~", 93],
    [" ", 220],
    ["\n", 198],
  ])("of %o is %d", (character, wanted) => {
    expect(tokenizer.encode(character)).toEqual([wanted]);
    expect(tokenizer.decode([wanted])).toBe(character);
  });
  it("of a merge is 256 and its line, and the last is the end of text", () => {
    expect(tokenizer.encode(" the")).toEqual([262]); // line 6, in the published file as well
    expect(tokenizer.encode("there")).toEqual([83, id(2), id(4)]);
    expect([tokenizer.endOfText, tokenizer.vocabulary.size]).toEqual([266, 267]);
    expect(tokenizer.vocabulary.token(266)).toBe("<|endoftext|>");
    expect(tokenizer.vocabulary.token(id(9))).toBe("é");
  });
});

it("pieces are the published ones: contractions stand apart, and spaces go with what follows", () => {
  expect(tokenizer.encode("he's on")).toEqual([id(2), id(8), 220, id(5)]);
  expect(tokenizer.encode("a  the")).toEqual([64, 220, id(6)]);
  expect(tokenizer.encode("é")).toEqual([id(9)]);
});

it("every text comes back, and the end of text adds nothing", () => {
  const odd = "The café’s  naïve\t12 re-entry — 好 🙂\n\n  end's <|endoftext|> \u0000\u00AD";
  expect(tokenizer.decode(tokenizer.encode(odd))).toBe(odd);
  expect(tokenizer.decode([64, tokenizer.endOfText, 65])).toBe("ab");
  expect(tokenizer.encode(odd)).not.toContain(tokenizer.endOfText);
});

it("a line that is no merge is named", () => {
  for (const [line, file] of [
    ["Ġ the", "Ġ t\nĠ the"],
    ["a b c", "a b\na b c"],
    ["constructor a", "a b\nconstructor a"],
  ]) {
    expect(messageOf(() => new text.GPT2Tokenizer(file))).toBe(
      `GPT2Tokenizer: line 2 of the merges, "${line}", is not two tokens that bytes or earlier lines made; fetch merges.txt again`,
    );
  }
});
