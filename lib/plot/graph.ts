/** @file Graphs: the nodes and edges of an expression, laid out in layers from its inputs to its result. */

import dagre from "@dagrejs/dagre";
import { type BoxLine, boxLegend, drawArrow, drawBox, gradientColor, lineHeight } from "./boxes.js";
import { largest } from "./data.js";
import { Figure } from "./figure.js";
import { checkKeys, checkOptions, type FigureOptions } from "./options.js";
import { el } from "./svg.js";
import { formatWithMinus, size, textWidth } from "./theme.js";

/** A node of `graph`. */
export interface GraphNode {
  id: string;
  /** What is written in the node; its id by default. */
  label?: string;
  /** Inputs and results are boxes, operations are round. */
  kind?: "input" | "operation" | "result";
  /** Written below the label. */
  value?: number | string;
  /** The derivative of the result by this node, written below the value. */
  grad?: number | string;
}

/**
 * From one node's id to another's, with a label at the middle. A number is the local slope, ∂to/∂from: the gradient of `from`
 * is the gradient of `to` times this, summed over the edges that leave `from`.
 */
export type GraphEdge = readonly [from: string, to: string, label?: string | number];

/** Options of `graph`. */
export interface GraphOptions extends FigureOptions {
  /** Which way the edges run: "right" by default, and "down" where that would be too wide. */
  direction?: "right" | "down";
  /** Writes a node's value and gradient in one line, as "value | gradient". */
  compact?: boolean;
}

/** The lines of text in a node; `compact` puts value and gradient into one. */
function linesOf({ id, label, value, grad }: GraphNode, compact: boolean): BoxLine[] {
  const write = (given: number | string) => (typeof given === "number" ? formatWithMinus(given) : given);
  const name = { words: label ?? id, bold: true };
  const values = value === undefined ? [] : [write(value)];
  const grads = grad === undefined ? [] : [write(grad)];
  if (compact)
    return [
      name,
      ...((value ?? grad) === undefined ? [] : [{ words: [...values, ...grads].join(" | "), bold: false }]),
    ];
  return [
    name,
    ...values.map((words) => ({ words, bold: false })),
    ...grads.map((words) => ({ words: `grad ${words}`, bold: false, fill: gradientColor })),
  ];
}

/**
 * A computation graph.
 * @example graph({ nodes: [{ id: "x", value: 3, grad: 6 }, { id: "square", kind: "operation" }, { id: "y", kind: "result", value: 9 }], edges: [["x", "square"], ["square", "y"]] }, { title: "y = x²" })
 * @example graph({ nodes: [{ id: "x", value: 3, grad: 6 }, { id: "y", kind: "result", value: 9, grad: 1 }], edges: [["x", "y", 6]] }, { title: "dy/dx = 2x", compact: true })
 */
export function graph(
  { nodes, edges }: { nodes: readonly GraphNode[]; edges: readonly GraphEdge[] },
  options: GraphOptions,
): Figure {
  checkOptions("graph", options, ["direction", "compact"]);
  check(nodes, edges);
  const room = (options.width ?? size.width) - 2 * size.padding;
  const { compact = false } = options;
  const across = layOut(nodes, edges, options.direction ?? "right", compact);
  const laid = !options.direction && across.width > 1.3 * room ? layOut(nodes, edges, "down", compact) : across;
  const shrink = Math.min(1, room / laid.width);
  const drawn = [...laid.edges.map(drawEdge), ...laid.nodes.map(drawNode)].join("");
  const body = {
    svg: el("g", { transform: `scale(${shrink.toFixed(3)})` }, drawn),
    width: laid.width * shrink,
    height: laid.height * shrink,
  };
  const legend = boxLegend(nodes.map(({ kind = "input" }) => kind));
  return new Figure(options, { desc: describe(nodes, edges), legend, body });
}

function check(nodes: readonly GraphNode[], edges: readonly GraphEdge[]) {
  if (!nodes?.length) throw new RangeError("graph: has no nodes to draw");
  const ids = new Set<string>();
  for (const node of nodes) {
    checkKeys(`graph: node "${node.id}"`, node, ["id", "label", "kind", "value", "grad"]);
    if (ids.has(node.id)) throw new RangeError(`graph: two nodes have the id "${node.id}"; ids must differ`);
    ids.add(node.id);
  }
  for (const end of edges.flatMap((edge) => edge.slice(0, 2))) {
    if (!ids.has(end as string)) throw new RangeError(`graph: an edge names "${end}", and no node has that id`);
  }
}

type Placed = { node: GraphNode; lines: BoxLine[]; x: number; y: number; width: number; height: number };
type Route = { points: { x: number; y: number }[]; label?: string | number; x: number; y: number };
interface Layout {
  nodes: Placed[];
  edges: Route[];
  width: number;
  height: number;
}

/** Layers by the longest path, crossings kept few, edges routed around nodes (Gansner et al. 1993), by dagre. */
function layOut(
  nodes: readonly GraphNode[],
  edges: readonly GraphEdge[],
  direction: "right" | "down",
  compact: boolean,
): Layout {
  const g = new dagre.graphlib.Graph({ multigraph: true });
  g.setGraph({
    rankdir: direction === "right" ? "LR" : "TB",
    nodesep: 22,
    ranksep: 32,
    edgesep: 14,
    marginx: 2,
    marginy: 4,
  });
  g.setDefaultEdgeLabel(() => ({}));
  for (const node of nodes) {
    const lines = linesOf(node, compact);
    const width = largest(lines.map(({ words }) => textWidth(words, size.tick))) + 18;
    g.setNode(node.id, { node, lines, width: Math.max(width, 34), height: lines.length * lineHeight + 12 });
  }
  for (const [i, [from, to, label]] of edges.entries()) {
    const room =
      label === undefined ? {} : { width: textWidth(wordsOn(label), size.tick) + 8, height: lineHeight, labelpos: "c" };
    g.setEdge(from, to, { label, ...room }, String(i));
  }
  dagre.layout(g);
  const { width = 0, height = 0 } = g.graph();
  const layout: Layout = {
    nodes: nodes.map((node) => g.node(node.id) as Placed),
    edges: g.edges().map((edge) => g.edge(edge) as Route),
    width,
    height,
  };
  return inGivenOrder(layout, direction === "right" ? "y" : "x");
}

/** Crossings do not mind a reflection, readers do: nodes given first stand first. */
function inGivenOrder(layout: Layout, axis: "x" | "y"): Layout {
  const middle = (axis === "y" ? layout.height : layout.width) / 2;
  const half = (layout.nodes.length - 1) / 2;
  const agreement = layout.nodes.reduce((sum, node, i) => sum + (i - half) * (node[axis] - middle), 0);
  if (agreement < 0) {
    for (const point of [...layout.nodes, ...layout.edges, ...layout.edges.flatMap((edge) => edge.points)])
      point[axis] = 2 * middle - point[axis];
  }
  return layout;
}

const drawNode = ({ node, lines, x, y, width, height }: Placed): string =>
  drawBox(
    { left: x - width / 2, top: y - height / 2, right: x + width / 2, bottom: y + height / 2 },
    node.kind ?? "input",
    lines,
  );

/** What is written on an edge: a local slope is a factor. */
const wordsOn = (label: string | number): string => (typeof label === "number" ? `×${formatWithMinus(label)}` : label);

function drawEdge({ points, label, x, y }: Route): string {
  if (label === undefined) return drawArrow(points);
  return drawArrow(points, {
    words: wordsOn(label),
    x,
    y,
    fill: typeof label === "number" ? gradientColor : undefined,
  });
}

function describe(nodes: readonly GraphNode[], edges: readonly GraphEdge[]): string {
  const names = new Map(nodes.map((node) => [node.id, node.label ?? node.id]));
  const listed = nodes
    .map((node) =>
      linesOf(node, false)
        .map(({ words }) => words)
        .join(" "),
    )
    .join("; ");
  const links = edges
    .map(
      ([from, to, label]) =>
        `${names.get(from)} to ${names.get(to)}${label === undefined ? "" : ` (${wordsOn(label)})`}`,
    )
    .join(", ");
  return `Graph of ${nodes.length} nodes: ${listed}. Edges: ${links || "none"}.`;
}
