/** @file The script beside notebook 4 that reads the trained GPT with PyTorch: it gives the same scores and goes on alike. */

import { spawnSync } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { manualSeed, nn, noGrad, tensor } from "foundations";
import { describe, expect, it } from "vitest";
import { root } from "../../scripts/build.js";

const script = join(root, "notebooks/take-with-you/read_gpt.py");
/** Debian's Python, for which its package python3-torch is made, or the one on the path. */
const python = ["/usr/bin/python3", "python3"].find(
  (name) =>
    spawnSync(name, ["-c", "import importlib.util as i, sys; sys.exit(i.find_spec('torch') is None)"]).status === 0,
);

describe.runIf(python)("read_gpt.py", () => {
  it("gives the scores that the library gives, and the same words", () => {
    manualSeed(1);
    const words = ["the", "cat", "sat", "=", "el", "gato", "</s>"];
    const gpt = new nn.GPT(words.length, 8, 2, { numLayers: 2, contextLength: 6 });
    for (const parameter of gpt.parameters()) nn.init.normal(parameter, 0, 0.5); // far from even scores
    const file = join(mkdtempSync(join(tmpdir(), "gpt-")), "gpt.safetensors");
    writeFileSync(file, nn.toSafetensors(gpt.stateDict(), { words: words.join(" "), heads: "2" }));

    const prompt = ["the", "cat", "="];
    const { stdout, stderr } = spawnSync(python as string, [script, file, ...prompt], { encoding: "utf8" });
    const [scores, line] = stdout.split("\n");
    expect(stderr).toBe("");

    const tokens = prompt.map((word) => words.indexOf(word));
    const ours = noGrad(() =>
      gpt
        .forward(tensor([tokens], { dtype: "int32" }))
        .at(0)
        .at(2),
    ).toArray();
    for (const [i, score] of (JSON.parse(scores) as number[]).entries()) expect(score).toBeCloseTo(ours[i], 5);

    const written = gpt.generate(tokens, { maxNewTokens: 3, temperature: 0 });
    const end = written.indexOf(words.indexOf("</s>"));
    const expected = written.slice(0, end < 0 ? undefined : end + 1).map((token) => words[token]);
    expect(line).toBe(expected.join(" "));
  }, 120_000);
});
