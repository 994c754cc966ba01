"""What PyTorch gives at the edges of arithmetic, written to edges.json beside this file.

    /usr/bin/python3 tests/pytorch/edges.py        # Debian's python3-torch, 1.13

Every operation at ±0, ±∞, NaN, a denormal, numbers whose squares underflow or overflow, 1 and 1.5: by
itself, in pairs, and in rows of two. A case is a call as operations.py reads it, and a list of cells, each a few numbers
given together; its inputs hold one cell an entry. Of Σ wᵢ yᵢ, with wᵢ = ((7 i) mod 11 − 4.5) / 4, it has the gradients gₖ, and
of Σ Σ wᵢ gₖᵢ, the sum over every input, the gradients again. What is right, where PyTorch is not, tests/ops/edge-values.ts says.
"""

import itertools
import json
import math
from pathlib import Path

import torch

from operations import call, inf, nan, numbers

POINTS = {
    "float64": [0.0, -0.0, inf, -inf, nan, 5e-324, 1e-200, -1e-200, 1e200, -1e200, 1.0, 1.5],
    "float32": [0.0, -0.0, inf, -inf, nan, 1e-45, 1e-20, -1e-20, 1e20, -1e20, 1.0, 1.5],
}
one = [(i,) for i in range(12)]
two = list(itertools.product(range(12), repeat=2))

cases = []


def case(op, cells, shapes, *args, beside=None):
    """Inputs of `shapes`, a cell's numbers one to a shape, or all in rows; `beside` is a second number that is not drawn."""
    given = list(args) if "$" in str(args) else [*(f"${i}" for i in range(len(shapes))), *args]
    cases.append({"op": op, "args": given, "cells": cells, "shapes": shapes, "beside": beside or []})


n, m = len(one), len(two)
column, pair, row = [[n]], [[m], [m]], [[m, 2]]
for op in "neg abs sign exp log sqrt sin cos erf tanh sigmoid relu leakyRelu elu softplus gelu clone floor round".split():
    case(op, one, column)
case("gelu", one, column, {"approximate": "tanh"})
case("clip", one, column, -1, 1)
for exponent in [0, 0.5, 1, 2, 3, -1]:
    case("pow", one, column, exponent)
for op in "add sub mul div pow maximum minimum".split():
    case(op, two, pair)
case("where", one, column, "$0", {"bool": [i % 2 == 0 for i in range(n)]}, 0)
for op in "sum mean variance std norm max min softmax logSoftmax prod logSumExp cumsum sort flip".split():
    case(op, two, row, 1)
case("matmul", two, [[m, 1, 1], [m, 1, 1]])
for cell in one:
    case("dot", [cell], [[1], [1]], beside=[1.5])

for op, *args in [["sumTo", [1]], ["reshape", [1, n]], ["flatten"], ["permute", [0]], ["transpose", 0, 0], ["T"], ["squeeze"],
                  ["unsqueeze", 0], ["broadcastTo", [2, n]], ["slice", 0, n], ["pad", 0, 1], ["at", 11],
                  ["gather", 0, {"int32": list(range(n))}], ["scatterAdd", [n], 0, {"int32": list(range(n))}],
                  ["take", {"int32": list(range(n))}], ["to", "float64"]]:
    case(op, one, column, *args)
for op, *args in [["topk", 12, 0], ["tril", 0], ["triu", 0], ["index", [0, n]], ["split", n], ["chunk", 1], ["repeat", [2]], ["diag"]]:
    case(op, one, [[1, n]] if op in ("tril", "triu") else column, *args)
case("trace", one, [[1, n]])
for cell in one:
    case("outer", [cell], [[1], [1]], beside=[1.5])
    if cell[0] > 1:
        case("inv", [cell], [[1, 1]])
        case("solve", [cell], [[1, 1], [1, 1]], beside=[1.5])
case("concat", one, column, ["$0", "$0"])
case("stack", one, column, ["$0", "$0"])

whole = {"reduction": "none"}
chances = [(i,) for i in (0, 1, 5, 6, 10)]
for target in [0.0, 1.0, 0.5]:
    case("binaryCrossEntropy", chances, [[5], [5]], whole, beside=[target] * 5)
case("mseLoss", two, pair, whole)
for target in [0.0, 1.0, 0.5]:
    case("binaryCrossEntropyWithLogits", one, [[n], [n]], whole, beside=[target] * n)
for target in [0, 1]:
    case("crossEntropy", two, row, {"int32": [target] * m}, whole)
for target in [[0.0, 1.0], [0.25, 0.75]]:
    case("crossEntropy", two, [[m, 2], [m, 2]], whole, beside=target * m)


def inputs(case, dtype):
    points = POINTS[dtype]
    columns = [[points[i] for i in column] for column in zip(*case["cells"])]
    rows = case["shapes"][0][-1:] == [2] and len(case["shapes"][0]) == 2
    values = [[points[i] for cell in case["cells"] for i in cell]] if rows else columns
    return [*values, case["beside"]] if case["beside"] else values


def weighted(tensors):
    """Σ wᵢ xᵢ of each tensor, added up."""
    weights = [torch.tensor([((7 * i) % 11 - 4.5) / 4 for i in range(x.numel())], dtype=x.dtype) for x in tensors]
    return sum((x.flatten() * w).sum() for x, w in zip(tensors, weights))


def gradients(total, tensors):
    """Of what reaches no input the gradient is 0."""
    if not total.requires_grad:
        return [torch.zeros_like(x) for x in tensors]
    found = torch.autograd.grad(total, tensors, create_graph=True, allow_unused=True)
    return [torch.zeros_like(x) if g is None or g._is_zerotensor() else g for x, g in zip(tensors, found)]


def evaluate(case, dtype):
    values = inputs(case, dtype)
    tensors = [torch.tensor(x, dtype=getattr(torch, dtype)).reshape(shape).requires_grad_() for x, shape in zip(values, case["shapes"])]
    y = call(case["op"], case["args"], tensors)
    first = gradients(weighted([y]), tensors)
    second = gradients(weighted(first), tensors)
    return {"values": numbers(y), "gradients": [numbers(g) for g in first], "second": [numbers(g) for g in second]}


def written(case):
    results = {dtype: evaluate(case, dtype) for dtype in POINTS}
    return json.dumps({**case, **results}, separators=(",", ":"))


if __name__ == "__main__":
    lines = ",\n".join(written(case) for case in cases)
    points = {dtype: numbers(torch.tensor(values, dtype=torch.float64)) for dtype, values in POINTS.items()}
    header = json.dumps({"by": f"PyTorch {torch.__version__}", "points": points})[:-1]
    path = Path(__file__).parent / "edges.json"
    path.write_text(f'{header}, "cases": [\n{lines}\n]}}\n')
    print(f"{len(cases)} cases, {path.stat().st_size // 1000} kB")
