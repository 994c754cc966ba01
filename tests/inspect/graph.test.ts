/** @file The computation graph: every step with its value and gradient, and nothing changed by looking. */

import { computationGraph, nn, type Tensor, tensor } from "foundations";
import { expect, test } from "vitest";

const scalar = (value: number) => tensor(value, { dtype: "float64", requiresGrad: true });

test("each step of (w x + b)² stands with its value and its gradient", () => {
  const [w, x, b] = [scalar(2), tensor(3, { dtype: "float64" }), scalar(1)];
  const { nodes, edges } = computationGraph(w.mul(x).add(b).pow(2), { w, x, b });
  expect(nodes).toEqual([
    { id: "n0", label: "w", kind: "input", value: 2, grad: 42 },
    { id: "n1", label: "x", kind: "input", value: 3 },
    { id: "n2", label: "b", kind: "input", value: 1, grad: 14 },
    { id: "n3", label: "×", kind: "operation", value: 6, grad: 14 },
    { id: "n4", label: "+", kind: "operation", value: 7, grad: 14 },
    { id: "n5", label: "^ 2", kind: "result", value: 49, grad: 1 },
  ]);
  expect(edges).toEqual([
    ["n0", "n3"],
    ["n1", "n3"],
    ["n3", "n4"],
    ["n2", "n4"],
    ["n4", "n5"],
  ]);
});

test("what is used twice has two edges, and the sum of both gradients", () => {
  const x = scalar(3);
  const { nodes, edges } = computationGraph(x.mul(x), { x });
  expect(nodes[0]).toMatchObject({ label: "x", grad: 6 });
  expect(edges).toEqual([
    ["n0", "n1"],
    ["n0", "n1"],
  ]);
});

test("edges carry local slopes when asked, and the gradient of each node is the sum of slope × gradient over its edges", () => {
  const [w, x, b] = [scalar(2), tensor(3, { dtype: "float64" }), scalar(1)];
  const z = w.mul(x).add(b);
  const { nodes, edges } = computationGraph(z.mul(z).sin(), { w, x, b }, { slopes: true });
  expect(edges.map(([from, to, slope]) => [from, to, slope?.toFixed(4)])).toEqual([
    ["n0", "n3", "3.0000"],
    ["n1", "n3", "2.0000"],
    ["n3", "n4", "1.0000"],
    ["n2", "n4", "1.0000"],
    ["n4", "n5", "7.0000"],
    ["n4", "n5", "7.0000"],
    ["n5", "n6", Math.cos(49).toFixed(4)],
  ]);
  const gradient = (id: string): number => {
    const roads = edges.filter(([from]) => from === id);
    return roads.length === 0 ? 1 : roads.reduce((sum, [, to, slope]) => sum + (slope as number) * gradient(to), 0);
  };
  for (const { id, grad } of nodes) if (grad !== undefined) expect(gradient(id)).toBeCloseTo(grad as number, 12);
});

test("an edge that leads from or to several numbers carries no slope", () => {
  const x = tensor([1, 2], { dtype: "float64", requiresGrad: true });
  const { edges } = computationGraph(x.sum().mul(2), { x }, { slopes: true });
  expect(edges).toEqual([
    ["n0", "n1"],
    ["n1", "n2", 2],
  ]);
});

test("steps can be named, and tensors of several numbers show their shape", () => {
  const x = tensor([1, 2], { requiresGrad: true });
  const squares = x.mul(x);
  const { nodes } = computationGraph(squares.sum(), { squares });
  expect(nodes.map(({ label }) => label)).toEqual(["tensor", "squares = ×", "sum"]);
  expect(nodes[1]).toMatchObject({ value: "[2]", grad: "[2]" });
});

test("looking changes no gradient, and keeps none", () => {
  const x = scalar(3);
  const squared = x.mul(x);
  const loss = squared.mul(2);
  loss.backward();
  const before = x.grad;
  computationGraph(loss);
  expect(x.grad).toBe(before);
  expect(squared.grad).toBeNull();
});

test("a result without gradients is refused with the remedy", () => {
  expect(() => computationGraph(tensor(1).add(2))).toThrow("requiresGrad: true");
});

test("a layer's step names its activation", () => {
  const model = new nn.Sequential(new nn.Linear(2, 3), new nn.Tanh(), new nn.Linear(3, 1));
  const { nodes } = computationGraph(model.forward(tensor([[1, 2]])).sum() as Tensor<[]>);
  expect(nodes.map(({ label }) => label).filter((label) => label !== "tensor")).toEqual([
    "linear tanh",
    "linear",
    "sum",
  ]);
});
