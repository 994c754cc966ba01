"""Reference values by PyTorch: what every operation gives, and its gradients, written to ops.json beside this file.

    /usr/bin/python3 tests/pytorch/ops.py        # Debian's python3-torch, 1.13

A case is a call as operations.py reads it. Inputs are whole sixteenths, which both float32 and float64 hold exactly.
Gradients are those of Σ wᵢ yᵢ over the result's elements in row-major order, with wᵢ = ((7 i) mod 11 − 4) / 4.
"""

import json
import math
import random
from pathlib import Path

import torch

from operations import call, inf, nan, number, numbers

# ── Inputs ───────────────────────────────────────────────────────────────────────────────────────────────────────────

draw = random.Random(1)


def sixteenths(low, high, without=()):
    """Inputs of a shape, drawn from low … high sixteenths."""
    numbers = [n for n in range(low, high + 1) if n not in without]
    return lambda *shape: (list(shape), [draw.choice(numbers) / 16 for _ in range(math.prod(shape))])


anything = sixteenths(-40, 40)
nonzero = sixteenths(-40, 40, without=[0])
positive = sixteenths(4, 48)
chances = sixteenths(1, 15)


def distinct(*shape):
    numbers = draw.sample(range(-40, 41), math.prod(shape))
    return list(shape), [n / 16 for n in numbers]


def exactly(*values):
    return [len(values)], list(values)


def shaped(values, shape):
    """The first of `values`, nested."""
    if not shape:
        return values[0]
    step = math.prod(shape[1:])
    return [shaped(values[i * step :], shape[1:]) for i in range(shape[0])]


def int32(values):
    return {"int32": values}


def boolean(values):
    return {"bool": values}


# ── Cases ────────────────────────────────────────────────────────────────────────────────────────────────────────────

cases = []


def case(op, inputs, *args, **options):
    """`args` follow the inputs, unless they say where the inputs go."""
    places = [f"${i}" for i in range(len(inputs))]
    given = list(args) if "$0" in str(args) else [*places, *args]
    cases.append({"op": op, "args": given + ([options] if options else []), "inputs": inputs})


for op, kind in {
    **dict.fromkeys("neg exp sin cos erf tanh sigmoid softplus gelu clone".split(), anything),
    **dict.fromkeys("abs sign relu leakyRelu elu".split(), nonzero),
    **dict.fromkeys("log sqrt".split(), positive),
}.items():
    for shape in [(), (5,), (0,), (2, 3), (2, 0), (2, 1, 3)]:
        case(op, [kind(*shape)])
for op in "neg abs sign exp sin cos erf tanh sigmoid relu softplus".split():
    case(op, [exactly(0.0, -0.0, 1e-8, -1e-8, 30.0, -30.0)])
for op in "exp erf tanh sigmoid relu softplus leakyRelu elu".split():
    case(op, [exactly(0.5, 200.0, -200.0, 2000.0, -2000.0, inf, -inf)])
for op in "log sqrt".split():
    case(op, [exactly(0.25, 1.0, 1024.0, 2.0**-60, 2.0**60, inf)])
case("leakyRelu", [nonzero(2, 3)], 0.25)
case("elu", [nonzero(2, 3)], 0.5)
case("gelu", [anything(2, 3)], approximate="tanh")
case("gelu", [exactly(0.0, 6.0, -6.0, 40.0, -40.0)])
case("gelu", [exactly(0.0, 6.0, -6.0, 40.0, -40.0)], approximate="tanh")
case("clip", [anything(2, 3)], -1, 1)
case("clip", [exactly(-2.0, -1.0, 0.0, 1.0, 2.0)], -1, 1)
case("clip", [anything()], 0.5, 0.5)

pairs = [[(2, 3)] * 2, [(2, 3), (3,)], [(3,), (2, 3)], [(2, 1), (1, 3)], [(4, 1, 3), (2, 1)], [(), (2, 3)]]
pairs += [[(2, 3), ()], [(), ()], [(0,), (1,)], [(1,), (3, 0)], [(2, 3, 1, 2), (3, 4, 1)]]
for a, b in pairs:
    for op in "add sub mul".split():
        case(op, [anything(*a), anything(*b)])
    case("div", [anything(*a), nonzero(*b)])
    case("pow", [positive(*a), anything(*b)])
    for op in "maximum minimum".split():
        case(op, [anything(*a), anything(*b)])
for op in "add sub mul div maximum minimum".split():
    case(op, [anything(2, 3)], 0.5)
    case(op, [exactly(1.0, -1.0, 0.0, inf, -inf)], 2)
for exponent in [2, 3, 0, 1, -1, 0.5, -2]:
    case("pow", [positive(2, 3)], exponent)
    case("pow", [exactly(-2.0, -0.5, 3.0)], exponent)
case("pow", [exactly(0.0, 0.0, 0.0, 2.0, -2.0), exactly(0.0, 1.0, 2.0, 0.0, 3.0)])
for op in "maximum minimum".split():
    case(op, [exactly(1.0, 2.0, -1.0, 0.0), exactly(1.0, 1.0, -0.5, 0.0)])
for op in "eq ne lt le gt ge".split():
    for a, b in [[(2, 3), (3,)], [(2, 1), (1, 3)], [(), (4,)], [(0,), ()]]:
        case(op, [sixteenths(-1, 1)(*a), sixteenths(-1, 1)(*b)])
    case(op, [exactly(0.0, -0.0, nan, inf, 1.0)], 0)
    case(op, [exactly(nan, 1.0), exactly(nan, 1.0)])
case("where", [anything(2, 3), anything(3)], "$0", boolean([[True, False, True], [False, False, True]]), "$1")
case("where", [anything(2, 1), anything(3)], "$0", boolean([[True], [False]]), "$1")
case("where", [anything(), anything(2)], "$0", boolean([True, False]), "$1")
case("where", [anything(0), anything(1)], "$0", boolean(True), "$1")

ways = [((), None), ((4,), None), ((2, 3), None), ((2, 3), 0), ((2, 3), -1), ((2, 3, 4), 1), ((2, 3, 4), -3)]
for op in "sum mean variance std norm max min".split():
    kind = distinct if op in ("max", "min") else anything
    for shape, axis in ways[op in ("variance", "std") :]:
        for keepdims in [False, True]:
            case(op, [kind(*shape)], axis, keepdims=keepdims)
    if op not in ("max", "min"):
        case(op, [anything(2, 3, 4)], [0, 2])
        case(op, [anything(2, 3, 4)], [-1, 0], keepdims=True)
for op in "sum norm".split():
    case(op, [anything(2, 0)], 1)
    case(op, [anything(2, 0)], 0)
    case(op, [anything(0)], None)
for op in "max min".split():
    case(op, [anything(2, 0)], 0)
    case(op, [([2, 3], [1.0, 2.0, 2.0, 3.0, 3.0, -1.0])], 1)
    case(op, [([2, 3], [1.0, nan, 2.0, nan, 3.0, nan])], 1)
for op in "argmax argmin".split():
    for shape, axis in ways[1:]:
        case(op, [distinct(*shape)], axis)
    case(op, [distinct(2, 3)], 1, keepdims=True)
    case(op, [([2, 3], [1.0, nan, 2.0, nan, 3.0, nan])], 1)
    case(op, [([2, 3], [2.0, 2.0, 1.0, 1.0, 1.0, 2.0])], 1)
case("mean", [anything(0)], None)
case("norm", [exactly(0.0, 0.0)], None)
case("variance", [anything(4, 2)], 0, correction=0)
case("std", [anything(4, 2)], 0, correction=0)
case("variance", [anything(1)], 0)
case("std", [exactly(1.0, 1.0, 1.0)], None)
case("variance", [exactly(4096.0, 4097.0, 4098.0)], None)
for op in "softmax logSoftmax".split():
    for shape, axis in [((4,), -1), ((2, 3), 1), ((2, 3), 0), ((2, 3, 4), -2), ((2, 0), 0), ((0, 3), -1), ((1, 1), 0)]:
        case(op, [anything(*shape)], axis)
    case(op, [exactly(1000.0, 1001.0, -1000.0)], 0)
    case(op, [exactly(-inf, 0.5, 1.0)], 0)
for before, after in [((2, 3), (3,)), ((2, 3), (1, 3)), ((2, 3), ()), ((4, 2, 3), (2, 1)), ((3,), (3,)), ((2, 0), (1, 0))]:
    case("sumTo", [anything(*before)], list(after))

for a, b in [((2, 3), (3,)), ((2, 1), (1, 3)), ((), (4,))]:
    for op in "and or".split():
        bits = [draw.choice([True, False]) for _ in range(12)]
        case(op, [], boolean(shaped(bits, a)), boolean(shaped(bits[5:], b)))
for op in "any all".split():
    for axis in [None, 0, -1, [0, 1]]:
        for keepdims in [False, True]:
            case(op, [([3, 2], [0.0, 1.0, 0.0, 0.0, nan, 1.0])], axis, keepdims=keepdims)
    case(op, [anything(0)], None)
case("not", [], boolean([True, False]))
for op in "isNaN isFinite".split():
    case(op, [exactly(0.0, nan, inf, -inf, 1.5)])
for op in "floor round".split():
    case(op, [exactly(0.5, 1.5, 2.5, -0.5, -1.5, -2.5, 2.25, -0.25, inf, -inf, nan)])
    case(op, [anything(2, 3)])
for shape, axis in ways:
    for keepdims in [False, True]:
        case("prod", [anything(*shape)], axis, keepdims=keepdims)
        case("logSumExp", [anything(*shape)], axis, keepdims=keepdims)
case("prod", [exactly(2.0, 0.0, 3.0)], None)
case("prod", [exactly(0.0, 0.0, 3.0)], None)
case("prod", [anything(2, 0)], 1)
case("logSumExp", [anything(2, 3, 4)], [0, 2])
case("logSumExp", [exactly(1000.0, 1000.0, -inf)], None)
case("logSumExp", [exactly(-inf, -inf)], None)
for shape, axis in [((4,), 0), ((2, 3), -1), ((3, 2), 0), ((2, 3, 4), 1), ((0,), 0), ((2, 0), 1)]:
    case("cumsum", [anything(*shape)], axis)
for op in "sort argsort".split():
    for shape, axis in [((4,), -1), ((2, 3), 0), ((2, 3, 4), 1), ((0,), 0)]:
        case(op, [anything(*shape)], axis)
        case(op, [anything(*shape)], axis, descending=True)
    for descending in [False, True]:
        case(op, [exactly(2.0, nan, 1.0, 2.0, inf, nan, -inf)], -1, descending=descending)
for shape, k, axis in [((4,), 2, -1), ((2, 3), 1, 0), ((2, 3, 4), 3, 1), ((3,), 0, 0)]:
    case("topk", [distinct(*shape)], k, axis)
    case("topk", [distinct(*shape)], k, axis, largest=False)

for shape, axis in [((3,), 0), ((2, 3), None), ((2, 3), -1), ((2, 3, 4), [0, 2]), ((0, 2), 0)]:
    case("flip", [anything(*shape)], axis)
for op in "tril triu".split():
    for shape, diagonal in [((3, 3), 0), ((2, 4), 1), ((4, 2), -1), ((2, 3, 3), 2), ((0, 0), 0)]:
        case(op, [anything(*shape)], diagonal)
for shape, indices in [((4,), [2]), ((3, 4), [":", [1, 4, 2]]), ((3, 4), [[0, 3, 2], -1]), ((5,), [[4, 1]]), ((2, 3, 4), [1, [0, 2]]),
                       ((3, 4), [int32([0, 2]), int32([3, 1])]), ((2, 3, 4), [":", int32([[0, 2], [1, 1]])]),
                       ((2, 3, 4), [-1, int32([0, 2])]), ((3, 2), [boolean([True, False, True])]),
                       ((3, 2), [boolean([[True, False], [False, True], [True, True]])]), ((2, 3), [":", boolean([False] * 3)])]:
    case("index", [anything(*shape)], *indices)
for shape, sizes, axis in [((5,), 2, 0), ((4,), 2, 0), ((2, 3), [1, 2], -1), ((3,), [0, 3], 0), ((2, 3), 9, 1)]:
    case("split", [anything(*shape)], sizes, axis)
for shape, parts, axis in [((5,), 2, 0), ((5,), 4, 0), ((2, 3), 3, 1)]:
    case("chunk", [anything(*shape)], parts, axis)
for shape, times in [((3,), [2]), ((2, 3), [2, 1]), ((2, 3), [2, 2, 1]), ((), [3]), ((2,), [0])]:
    case("repeat", [anything(*shape)], times)
case("outer", [anything(3), anything(2)])
case("outer", [anything(0), anything(2)])
for shape in [(3,), (2, 3), (3, 2), (3, 3), (0,)]:
    case("diag", [anything(*shape)])
for shape in [(3, 3), (2, 3), (1, 1)]:
    case("trace", [anything(*shape)])
case("inv", [([2, 2], [2.0, 1.0, -1.0, 3.0])])
case("inv", [([3, 3], [0.0, 2.0, 1.0, 1.0, 0.0, 0.5, 3.0, 1.0, 0.0])])
case("solve", [([2, 2], [0.0, 1.0, -1.0, 3.0]), anything(2)])
case("solve", [([3, 3], [0.5, 2.0, 1.0, 1.0, 0.0, 0.5, 3.0, 1.0, 4.0]), anything(3, 2)])

for a, b in [((2, 3), (3, 4)), ((3,), (3,)), ((2, 3), (3,)), ((3,), (3, 2)), ((5, 2, 3), (5, 3, 2)), ((4, 2, 3), (3, 2)),
             ((2, 3), (4, 3, 2)), ((2, 1, 2, 3), (3, 3, 2)), ((4, 2, 3), (3,)), ((3,), (4, 3, 2)), ((2, 0), (0, 3)),
             ((0, 3), (3, 2)), ((0, 2, 3), (3, 2)), ((1, 1), (1, 1)), ((7, 9), (9, 5))]:
    case("matmul", [anything(*a), anything(*b)])
case("dot", [anything(5), anything(5)])
case("dot", [anything(0), anything(0)])

for shape, to in [((2, 3), [3, 2]), ((2, 3), [-1]), ((1, 1), []), ((), [1, 1]), ((0, 2), [4, 0]), ((4, 3), [2, -1, 3])]:
    case("reshape", [anything(*shape)], to)
for shape, axis in [((2, 3), 0), ((2, 3, 2), 1), ((2, 3, 2), -2), ((), 0), ((2, 0), 0)]:
    case("flatten", [anything(*shape)], axis)
for shape, order in [((2, 3), [1, 0]), ((2, 3, 4), [2, 0, 1]), ((2, 3, 4), [-1, 0, -2]), ((), []), ((0, 2), [1, 0])]:
    case("permute", [anything(*shape)], order)
for shape, i, j in [((2, 3), 0, 1), ((2, 3, 4), -1, 0), ((2, 3, 4), -2, -1), ((2, 3), 1, 1), ((0, 2), 0, 1)]:
    case("transpose", [anything(*shape)], i, j)
for shape in [(2, 3), (2, 3, 4), (4,), (), (0, 2)]:
    case("T", [anything(*shape)])
for shape, axis in [((1, 3, 1), [0]), ((1, 3, 1), [-1]), ((1, 3, 1), []), ((), []), ((0, 1), [])]:
    case("squeeze", [anything(*shape)], *axis)
for shape, axis in [((2, 3), 0), ((2, 3), 1), ((2, 3), -1), ((), 0), ((0,), -2)]:
    case("unsqueeze", [anything(*shape)], axis)
for shape, to in [((3,), [2, 3]), ((2, 1), [4, 2, 3]), ((), [2, 3]), ((2, 3), [2, 3]), ((3,), [0, 3]), ((2, 1), [2, 0])]:
    case("broadcastTo", [anything(*shape)], to)
for shape, args in [((4,), [1]), ((4, 2), [1, 3]), ((2, 4), [-2, -1, 1]), ((2, 3, 4), [0, 1, -1]), ((4,), [2, 2]),
                    ((0,), [0, 9]), ((4,), [3, 1]), ((4,), [-9, 9])]:
    case("slice", [anything(*shape)], *args)
for shape, args in [((3,), [1, 2]), ((2, 3), [0, 1, -1]), ((2, 3, 2), [2, 0, 1]), ((0, 2), [1, 1])]:
    case("pad", [anything(*shape)], *args)
for shape, args in [((3,), [1]), ((2, 3), [-1]), ((2, 3), [2, 1]), ((2, 3, 4), [0, -1])]:
    case("at", [anything(*shape)], *args)
for shape, axis, index in [((3,), 0, [0, 2, 2]), ((2, 3), 1, [[0], [2]]), ((2, 3), -1, [[0, 0, 1, 2]]),
                           ((2, 3), 0, [[1, 0, 1], [1, 1, 0]]), ((3,), 0, [])]:
    case("gather", [anything(*shape)], axis, int32(index))
for shape, to, axis, index in [((3,), [4], 0, [3, 0, 3]), ((2, 2), [2, 3], -1, [[0, 2], [1, 1]]),
                               ((1, 3), [2, 3], 0, [[1, 1, 0]]), ((0,), [2], 0, [])]:
    case("scatterAdd", [anything(*shape)], to, axis, int32(index))
for shape, index, axis in [((3,), [2, 0, 0], 0), ((2, 3), [[0, 1], [1, 1]], 0), ((2, 3), [2, 0], 1), ((2, 3, 2), [1], -1),
                           ((2, 3), 1, 0), ((2, 3), [], 0)]:
    case("take", [anything(*shape)], int32(index), axis)
case("to", [anything(2, 3)], "float64")
case("to", [anything(2, 3)], "float32")
case("concat", [anything(2), anything(3)], ["$0", "$1"], 0)
case("concat", [anything(2, 3), anything(2, 1)], ["$0", "$1"], -1)
case("concat", [anything(2, 1, 2), anything(2, 0, 2), anything(2, 3, 2)], ["$0", "$1", "$2"], 1)
case("concat", [anything(2)], ["$0", "$0"])
case("stack", [anything(3), anything(3)], ["$0", "$1"])
case("stack", [anything(2, 3), anything(2, 3)], ["$0", "$1", "$0"], -1)
case("stack", [anything(), anything()], ["$0", "$1"], 0)
case("stack", [anything(0), anything(0)], ["$0", "$1"], 1)

for shape in [(2, 3), (), (4,)]:
    case("mseLoss", [anything(*shape), anything(*shape)])
    case("binaryCrossEntropy", [chances(*shape), chances(*shape)])
    case("binaryCrossEntropyWithLogits", [anything(*shape), chances(*shape)])
case("binaryCrossEntropy", [exactly(0.0, 1.0, 0.5, 0.25), exactly(0.0, 1.0, 1.0, 0.0)])
case("binaryCrossEntropyWithLogits", [exactly(1000.0, -1000.0, 1000.0, -1000.0), exactly(1.0, 0.0, 0.0, 1.0)])
for shape, target in [((2, 3), [0, 2]), ((3,), 1), ((2, 2, 3), [[0, 1], [2, 2]])]:
    case("crossEntropy", [anything(*shape)], int32(target))
case("crossEntropy", [exactly(1000.0, 0.0, -1000.0)], int32(2))
case("crossEntropy", [anything(2, 3), chances(2, 3)])
case("crossEntropy", [anything(4), chances(4)])
for reduction in "none sum mean".split():
    case("mseLoss", [anything(2, 3), anything(2, 3)], reduction=reduction)
    case("binaryCrossEntropy", [chances(4), chances(4)], reduction=reduction)
    case("binaryCrossEntropyWithLogits", [anything(4), chances(4)], reduction=reduction)
    case("crossEntropy", [anything(2, 3)], int32([0, 2]), reduction=reduction)
    case("crossEntropy", [anything(2, 3), chances(2, 3)], reduction=reduction)
    case("crossEntropy", [anything(4, 3)], int32([0, 2, 1, 2]), reduction=reduction, ignoreIndex=1, labelSmoothing=0.25)
    case("crossEntropy", [anything(4, 3)], int32([0, 2, 1, 2]), reduction=reduction, ignoreIndex=1, weight={"float": [1, 2, 0.5]})
    case("crossEntropy", [anything(2, 2, 3)], int32([[0, 2], [1, 1]]), reduction=reduction, labelSmoothing=0.5, weight={"float": [1, 2, 0.5]})
    case("crossEntropy", [anything(2, 3), chances(2, 3)], reduction=reduction, labelSmoothing=0.25, weight={"float": [1, 2, 0.5]})

# ── Values ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def evaluate(case, dtype):
    tensors = [torch.tensor(values, dtype=dtype).reshape(shape).requires_grad_() for shape, values in case["inputs"]]
    y = call(case["op"], case["args"], tensors)
    result = {"values": numbers(y)}
    if y.requires_grad:
        weights = torch.tensor([((7 * i) % 11 - 4) / 4 for i in range(y.numel())], dtype=y.dtype).reshape(y.shape)
        gradients = torch.autograd.grad(y, tensors, weights, allow_unused=True)
        result["gradients"] = [numbers(torch.zeros_like(x) if g is None else g) for x, g in zip(tensors, gradients)]
    return list(y.shape), result


def written(case):
    shape, double = evaluate(case, torch.float64)
    _, single = evaluate(case, torch.float32)
    inputs = [{"shape": shape, "values": [number(value) for value in values]} for shape, values in case["inputs"]]
    return json.dumps({**case, "inputs": inputs, "shape": shape, "float64": double, "float32": single}, separators=(",", ":"))


lines = ",\n".join(written(case) for case in cases)
header = json.dumps({"by": f"PyTorch {torch.__version__}"})[:-1]
path = Path(__file__).parent / "ops.json"
path.write_text(f'{header}, "cases": [\n{lines}\n]}}\n')
print(f"{len(cases)} cases, {path.stat().st_size // 1000} kB")
