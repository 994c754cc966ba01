/** @file Graphs: the nodes and edges of an expression, laid out in layers from its inputs to its result. */

import dagre from "@dagrejs/dagre";
import { Figure } from "./figure.js";
import { entries } from "./legend.js";
import { checkKeys, checkOptions, type FigureOptions } from "./options.js";
import { el, round, text } from "./svg.js";
import { formatWithMinus, ink, size, textWidth } from "./theme.js";

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

/** From one node's id to another's; the label, such as a local derivative, stands at the middle. */
export type GraphEdge = readonly [from: string, to: string, label?: string];

export interface GraphOptions extends FigureOptions {
  /** Which way the edges run: "right" by default, and "down" where that would be too wide. */
  direction?: "right" | "down";
}

const fills = { input: "#d6e8f5", operation: "#ffffff", result: "#fbe3c8" } as const;
const strokes = { input: "#0072B2", operation: ink.muted, result: "#D55E00" } as const;
const lineHeight = size.tick + 4;

/** The lines of text in a node. */
const linesOf = ({ id, label, value, grad }: GraphNode): string[] => [
  label ?? id,
  ...(value === undefined ? [] : [typeof value === "number" ? formatWithMinus(value) : value]),
  ...(grad === undefined ? [] : [`grad ${typeof grad === "number" ? formatWithMinus(grad) : grad}`]),
];

/**
 * A computation graph.
 * @example graph({ nodes: [{ id: "x", value: 3, grad: 6 }, { id: "square", kind: "operation" }, { id: "y", kind: "result", value: 9 }], edges: [["x", "square"], ["square", "y"]] }, { title: "y = x²" })
 */
export function graph(
  { nodes, edges }: { nodes: readonly GraphNode[]; edges: readonly GraphEdge[] },
  options: GraphOptions,
): Figure {
  checkOptions("graph", options, ["direction"]);
  check(nodes, edges);
  const room = (options.width ?? size.width) - 2 * size.padding;
  const across = layOut(nodes, edges, options.direction ?? "right");
  const laid = !options.direction && across.width > 1.3 * room ? layOut(nodes, edges, "down") : across;
  const shrink = Math.min(1, room / laid.width);
  const drawn = [...laid.edges.map(drawEdge), ...laid.nodes.map(drawNode)].join("");
  const body = {
    svg: el("g", { transform: `scale(${shrink.toFixed(3)})` }, drawn),
    width: laid.width * shrink,
    height: laid.height * shrink,
  };
  const kinds = [
    ["input", "input"],
    ["operation", "operation"],
    ["result", "result"],
  ] as const;
  const legend = kinds
    .filter(([kind]) => nodes.some((node) => (node.kind ?? "input") === kind))
    .map(([kind, label]) => entries.node(label, fills[kind], strokes[kind]));
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

type Placed = { node: GraphNode; x: number; y: number; width: number; height: number };
type Route = { points: { x: number; y: number }[]; label?: string; x: number; y: number };
interface Layout {
  nodes: Placed[];
  edges: Route[];
  width: number;
  height: number;
}

/** Layers by the longest path, crossings kept few, edges routed around nodes (Gansner et al. 1993), by dagre. */
function layOut(nodes: readonly GraphNode[], edges: readonly GraphEdge[], direction: "right" | "down"): Layout {
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
    const lines = linesOf(node);
    const width = Math.max(...lines.map((line) => textWidth(line, size.tick))) + 18;
    g.setNode(node.id, { width: Math.max(width, 34), height: lines.length * lineHeight + 12 });
  }
  for (const [i, [from, to, label]] of edges.entries()) {
    const room = label ? { width: textWidth(label, size.tick) + 8, height: lineHeight, labelpos: "c" } : {};
    g.setEdge(from, to, { label, ...room }, String(i));
  }
  dagre.layout(g);
  const { width = 0, height = 0 } = g.graph();
  const layout: Layout = {
    nodes: nodes.map((node) => ({ node, ...(g.node(node.id) as Omit<Placed, "node">) })),
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

function drawNode({ node, x, y, width, height }: Placed): string {
  const kind = node.kind ?? "input";
  const lines = linesOf(node);
  const first = y - ((lines.length - 1) * lineHeight) / 2 + size.tick * 0.36;
  return el(
    "g",
    { "data-mark": kind },
    el("rect", {
      x: x - width / 2,
      y: y - height / 2,
      width,
      height,
      rx: kind === "operation" ? Math.min(height / 2, 16) : 4,
      fill: fills[kind],
      stroke: strokes[kind],
      "stroke-width": 1.5,
    }),
    ...lines.map((line, i) =>
      text(line, {
        x,
        y: first + i * lineHeight,
        "text-anchor": "middle",
        "font-weight": i === 0 ? 600 : undefined,
        fill: line.startsWith("grad ") ? "#a34700" : undefined,
      }),
    ),
  );
}

function drawEdge({ points, label, x, y }: Route): string {
  const [end, before] = [points[points.length - 1], points[points.length - 2]];
  const line = points.map((point, i) => `${i === 0 ? "M" : "L"}${round(point.x)},${round(point.y)}`).join("");
  const length = Math.hypot(end.x - before.x, end.y - before.y) || 1;
  const [ux, uy] = [(end.x - before.x) / length, (end.y - before.y) / length];
  const corner = (side: 1 | -1) => `${round(end.x - 8 * ux - 4 * side * uy)},${round(end.y - 8 * uy + 4 * side * ux)}`;
  return el(
    "g",
    { "data-mark": "edge" },
    el("path", { d: line, fill: "none", stroke: ink.muted, "stroke-width": 1.25, "stroke-linejoin": "round" }),
    el("path", { d: `M${round(end.x)},${round(end.y)}L${corner(1)}L${corner(-1)}Z`, fill: ink.muted }),
    ...(label
      ? [
          text(label, {
            x,
            y: y + 4,
            "text-anchor": "middle",
            fill: ink.text,
            stroke: "#ffffff",
            "stroke-width": 4,
            "paint-order": "stroke",
          }),
        ]
      : []),
  );
}

function describe(nodes: readonly GraphNode[], edges: readonly GraphEdge[]): string {
  const names = new Map(nodes.map((node) => [node.id, node.label ?? node.id]));
  const listed = nodes.map((node) => linesOf(node).join(" ")).join("; ");
  const links = edges
    .map(([from, to, label]) => `${names.get(from)} to ${names.get(to)}${label ? ` (${label})` : ""}`)
    .join(", ");
  return `Graph of ${nodes.length} nodes: ${listed}. Edges: ${links || "none"}.`;
}
