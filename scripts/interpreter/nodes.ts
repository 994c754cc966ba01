/** @file The parts of a cell as the compiler sees them, however many there are and however deep they lie. */

import { createRequire } from "node:module";
import type { Node } from "@tslab/typescript-for-tslab";

const require = createRequire(__filename);
const ts: typeof import("@tslab/typescript-for-tslab") = require("@tslab/typescript-for-tslab");

export function childrenOf(node: Node): Node[] {
  const children: Node[] = [];
  ts.forEachChild(node, (child) => void children.push(child));
  return children;
}

/**
 * A node and all nodes in it, in the order of the source.
 * @param inside says which children of a node are looked at
 */
export function nodesIn(root: Node, inside: (node: Node) => readonly Node[] = childrenOf): Node[] {
  const found: Node[] = [];
  const waiting = [root];
  for (let node = waiting.pop(); node; node = waiting.pop()) {
    found.push(node);
    const children = inside(node);
    for (let i = children.length - 1; i >= 0; i--) waiting.push(children[i]);
  }
  return found;
}
