/**
 * @file `npm run fuzz -- 20000 7`: so many random programs, from that seed on, here and in PyTorch (Debian's python3-torch).
 * `npm run fuzz -- --sample` stores some that call each operation four times or more, with PyTorch's answers: `npm test`
 * holds us to those without Python.
 */

import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { differences, type Reference } from "./compare.js";
import { type Program, program } from "./programs.js";

const here = (file: string) => fileURLToPath(new URL(file, import.meta.url));
const sample = process.argv.includes("--sample");
const [programs = 1000, seed = 0] = sample ? [5000] : process.argv.slice(2).map(Number);
if (![programs, seed].every(Number.isSafeInteger)) throw new Error("fuzz: takes a number of programs and a seed");

const torch = spawn("/usr/bin/python3", [here("answers.py")], { stdio: ["pipe", "pipe", "inherit"] });
const answers = createInterface({ input: torch.stdout })[Symbol.asyncIterator]();

async function ask(one: Program): Promise<Reference & { error?: string }> {
  torch.stdin.write(`${JSON.stringify(one)}\n`);
  const { value, done } = await answers.next();
  if (done) throw new Error("fuzz: PyTorch ended early; is python3-torch installed?");
  return JSON.parse(value);
}

const stored: string[] = [];
const calls = new Map<string, number>();
let wrong = 0;
for (let i = seed; i < seed + programs; i++) {
  const one = program(i);
  if (sample && one.steps.every(({ op }) => (calls.get(op) ?? 0) >= 4)) continue;
  const { error, ...reference } = await ask(one);
  const found = error === undefined ? differences(one, reference) : [`PyTorch: ${error}`];
  for (const { op } of one.steps) calls.set(op, (calls.get(op) ?? 0) + 1);
  if (found.length > 0) {
    wrong++;
    console.log(`✗ program ${i}: ${found[0]}\n  ${JSON.stringify(one)}`);
  }
  stored.push(JSON.stringify({ program: one, reference }));
}
torch.stdin.end();
if (sample) writeFileSync(here("sample.json"), `[\n${stored.join(",\n")}\n]\n`);
const rarest = [...calls].sort(([, a], [, b]) => a - b)[0];
console.log(
  `${programs} programs, ${wrong} of them wrong; ${calls.size} operations, the rarest (${rarest?.[0]}) ${rarest?.[1]} times`,
);
process.exitCode = wrong > 0 ? 1 : 0;
