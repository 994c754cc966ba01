/** @file A notebook with a knob of each kind, as a cell each. Its outputs are made when it is asked for, so that they are never stale. */

import type { Notebook } from "../../packages/notebook-check/notebook/nbformat.js";
import type { Lesson } from "../../site/pages/notebook.js";

const imports = `import { knobs } from "foundations/notebook";
import { digits, lines, vectors } from "foundations/plot";`;

/** Cells by what they hold. All but the first are JavaScript, too. */
export const cells = {
  imports,
  slider: `knobs({ rate: { from: 0, to: 1, at: 0.1 } }, ({ rate }) =>
  lines({ loss: Array.from({ length: 20 }, (_, i) => (1 - 2 * rate) ** (2 * i)) }, { title: \`η = \${rate}\`, x: "step", y: { label: "loss", domain: [0, 2] } }));`,
  choice: `knobs({ bend: { of: ["relu", "tanh"], at: "relu" } }, ({ bend }) =>
  lines({ [bend]: [-2, -1, 0, 1, 2].map((z) => (bend === "relu" ? Math.max(0, z) : Math.tanh(z))) }, { title: bend, x: "z", y: { label: "a", domain: [-1, 2] } }));`,
  points: `knobs({ a: { at: [3, 1] }, b: { at: [-1, 2] } }, ({ a, b }) =>
  vectors({ a, b }, { title: \`a · b = \${(a[0] * b[0] + a[1] * b[1]).toFixed(2)}\`, x: { label: "x", domain: [-4, 4] }, y: { label: "y", domain: [-3, 3] } }));`,
  mixed: `knobs({ batch: { of: [1, 8, 64], at: 8 }, mask: { at: true }, word: { at: "gato" } }, ({ batch, mask, word }) =>
  lines({ y: [0, mask ? batch : -batch] }, { title: \`\${word}, \${batch}\${mask ? ", masked" : ""}\`, x: "x", y: { label: "y", domain: [-64, 64] } }));`,
  sketch: `knobs({ digit: { draw: [28, 28], at: Array.from({ length: 784 }, (_, i) => (i % 28 === 14 ? 1 : 0)) } }, ({ digit }) =>
  digits([digit], { title: \`\${digit.filter((value) => value > 0.5).length} dark pixels\`, width: 320 }));`,
} as const;

/** Where a cell stands among those of the page. */
export const placeOf = (name: keyof typeof cells): number => Object.keys(cells).indexOf(name);

/** The notebook, with what its cells give. */
export async function everyKnob(): Promise<Lesson> {
  const scope = globalThis as { __tslab__?: unknown };
  const shown: Record<string, unknown>[] = [];
  const jupyter = { lastWriteDisplayData: ({ data }: { data: Record<string, unknown> }) => shown.push(data) };
  scope.__tslab__ = { require: Object.assign(() => {}, { cache: { "/tslab/dist/jupyter.js": { exports: jupyter } } }) };
  const { knobs } = await import("../../lib/notebook/index.js");
  const { digits, lines, vectors } = await import("../../lib/plot/index.js");
  const outputsOf = (source: string) => {
    shown.length = 0;
    if (source !== imports) new Function("knobs", "digits", "lines", "vectors", source)(knobs, digits, lines, vectors);
    return shown.map((data) => ({ output_type: "display_data" as const, data, metadata: {} }));
  };
  const notebook: Notebook = {
    cells: [
      { cell_type: "markdown", id: "title", metadata: {}, source: "# Every knob" },
      ...Object.entries(cells).map(([id, source], i) => ({
        cell_type: "code" as const,
        id,
        metadata: {},
        source,
        outputs: outputsOf(source),
        execution_count: i + 1,
      })),
    ],
    metadata: {},
    nbformat: 4,
    nbformat_minor: 5,
  };
  delete scope.__tslab__;
  return { name: "every-knob", folder: "notebooks", notebook };
}
