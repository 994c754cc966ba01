"""What our operations are called in PyTorch, and how the files here write arguments and numbers.

A call names an operation of ours and its arguments, in which "$0", "$1" … stand for the inputs; TORCH says the same in
PyTorch. calls.ts reads the same calls.
"""

import math

import torch
import torch.nn.functional as F

nan, inf = math.nan, math.inf


def reduce_bool(f, x, axis, keepdims):
    """any and all of several axes, one after another."""
    given = axes(axis, x)
    for i in sorted((i % x.ndim for i in ([given] if isinstance(given, int) else given)), reverse=True):
        x = f(x, i, keepdim=keepdims)
    return x


def axes(axis, x):
    return list(range(x.ndim)) if axis is None else axis


def extreme(name):
    def f(x, axis=None, keepdims=False):
        if axis is None:
            y = getattr(x, name)()
            return y.reshape([1] * x.ndim) if keepdims else y
        return getattr(x, name)(axis, keepdim=keepdims).values

    return f


def position(name):
    def f(x, axis=None, keepdims=False):
        return getattr(x, name)(axis, keepdim=keepdims)

    return f


def take(x, index, axis=0):
    return torch.index_select(x, axis, index.flatten()).unflatten(axis, index.shape) if index.ndim else x.select(axis, index)


def pad(x, before, after, axis=0):
    widths = [[0, 0] for _ in x.shape]
    widths[axis] = [before, after]
    return F.pad(x, [width for pair in reversed(widths) for width in pair])


def cut(x, start, end=None, axis=0):
    return x[(slice(None),) * (axis % x.ndim) + (slice(start, end),)]


def cross_entropy(logits, target, reduction="mean", ignoreIndex=-100, labelSmoothing=0.0, weight=None):
    rows = logits.shape[:-1].numel()
    classes = target.dtype == torch.int64
    targets = target.reshape(rows) if classes else target.reshape(rows, -1)
    options = {"weight": weight, "ignore_index": ignoreIndex, "label_smoothing": labelSmoothing, "reduction": reduction}
    losses = F.cross_entropy(logits.reshape(rows, -1), targets, **options)
    return losses.reshape(logits.shape[:-1]) if reduction == "none" else losses


def index(x, *indices):
    """A list is [start, end, step], None a whole axis."""
    return x[tuple(slice(None) if i is None else slice(*i) if isinstance(i, list) else i for i in indices)]


def prod(x, axis=None, keepdims=False):
    if axis is not None:
        return x.prod(axis, keepdim=keepdims)
    return x.prod().reshape([1] * x.ndim) if keepdims else x.prod()


def scatter_add(x, shape, axis, index):
    return torch.zeros(shape, dtype=x.dtype).scatter_add(axis, index, x)


TORCH = {
    **{name: getattr(torch.Tensor, name) for name in "add sub mul div pow neg abs sign exp log sqrt sin cos erf tanh".split()},
    **{name: getattr(torch.Tensor, name) for name in "sigmoid relu eq ne lt le gt ge clip matmul dot".split()},
    **{name: getattr(torch.Tensor, name) for name in "reshape permute transpose squeeze unsqueeze gather clone".split()},
    "maximum": lambda a, b: torch.maximum(a, torch.as_tensor(b, dtype=a.dtype)),
    "minimum": lambda a, b: torch.minimum(a, torch.as_tensor(b, dtype=a.dtype)),
    "where": lambda x, condition, other: x.where(condition, torch.as_tensor(other, dtype=x.dtype)),
    "leakyRelu": lambda x, slope=0.01: F.leaky_relu(x, slope),
    "elu": lambda x, alpha=1.0: F.elu(x, alpha),
    "softplus": F.softplus,
    "gelu": lambda x, approximate="none": F.gelu(x, approximate=approximate),
    "sum": lambda x, axis=None, keepdims=False: x.sum(axes(axis, x), keepdim=keepdims),
    "sumTo": lambda x, shape: x.sum_to_size(shape),
    "mean": lambda x, axis=None, keepdims=False: x.mean(axes(axis, x), keepdim=keepdims),
    "variance": lambda x, axis=None, keepdims=False, correction=1: x.var(axes(axis, x), correction=correction, keepdim=keepdims),
    "std": lambda x, axis=None, keepdims=False, correction=1: x.std(axes(axis, x), correction=correction, keepdim=keepdims),
    "norm": lambda x, axis=None, keepdims=False: torch.linalg.vector_norm(x, dim=axis, keepdim=keepdims),
    "max": extreme("max"),
    "min": extreme("min"),
    "argmax": position("argmax"),
    "argmin": position("argmin"),
    "softmax": lambda x, axis=-1: x.softmax(axis),
    "logSoftmax": lambda x, axis=-1: x.log_softmax(axis),
    "and": torch.logical_and,
    "or": torch.logical_or,
    "not": torch.logical_not,
    "any": lambda x, axis=None, keepdims=False: reduce_bool(torch.any, x, axis, keepdims),
    "all": lambda x, axis=None, keepdims=False: reduce_bool(torch.all, x, axis, keepdims),
    "isNaN": torch.isnan,
    "isFinite": torch.isfinite,
    "floor": torch.floor,
    "round": torch.round,
    "prod": prod,
    "cumsum": torch.cumsum,
    "logSumExp": lambda x, axis=None, keepdims=False: x.logsumexp(axes(axis, x), keepdim=keepdims),
    "sort": lambda x, axis=-1, descending=False: x.sort(dim=axis, descending=descending, stable=True)[0],
    "argsort": lambda x, axis=-1, descending=False: x.sort(dim=axis, descending=descending, stable=True)[1],
    "topk": lambda x, k, axis=-1, largest=True: x.topk(k, axis, largest=largest).values,
    "flip": lambda x, axis=None: x.flip(axes(axis, x)),
    "tril": torch.tril,
    "triu": torch.triu,
    "index": index,
    "split": lambda x, sizes, axis=0: x.split(sizes, axis)[-1],
    "chunk": lambda x, n, axis=0: x.chunk(n, axis)[-1],
    "repeat": lambda x, times: x.repeat(times),
    "outer": torch.outer,
    "diag": torch.diag,
    "trace": lambda x: torch.trace(x) if x.shape[0] == x.shape[1] else x.diagonal().sum(),
    "inv": torch.linalg.inv,
    "solve": torch.linalg.solve,
    "flatten": lambda x, axis=0: x.flatten(axis),
    "T": lambda x: x.permute(tuple(reversed(range(x.ndim)))),
    "broadcastTo": lambda x, shape: x.broadcast_to(shape),
    "slice": cut,
    "pad": pad,
    "at": lambda x, index, axis=0: x.select(axis, index),
    "scatterAdd": scatter_add,
    "take": take,
    "to": lambda x, dtype: x.to(getattr(torch, dtype)),
    "concat": lambda tensors, axis=0: torch.cat(tensors, axis),
    "stack": lambda tensors, axis=0: torch.stack(tensors, axis),
    "mseLoss": lambda y, target, reduction="mean": F.mse_loss(y, target, reduction=reduction),
    "crossEntropy": cross_entropy,
    "binaryCrossEntropy": lambda p, y, reduction="mean": F.binary_cross_entropy(p, y, reduction=reduction),
    "binaryCrossEntropyWithLogits": lambda x, y, reduction="mean": F.binary_cross_entropy_with_logits(x, y, reduction=reduction),
}


def call(op, args, tensors):
    """The operation, applied: options are a dictionary at the end of its arguments."""
    options = {}
    if args and isinstance(args[-1], dict) and not args[-1].keys() & {"int32", "float", "bool"}:
        args, options = args[:-1], args[-1]
    given = {name: resolve(value, tensors) for name, value in options.items()}
    return TORCH[op](*[resolve(arg, tensors) for arg in args], **given)


def resolve(arg, tensors):
    """An argument as PyTorch takes it."""
    if isinstance(arg, str) and arg.startswith("$"):
        return tensors[int(arg[1:])]
    if arg == ":":
        return None
    if isinstance(arg, dict) and "int32" in arg:
        return torch.tensor(arg["int32"], dtype=torch.int64)
    if isinstance(arg, dict) and "float" in arg:
        return torch.tensor(arg["float"], dtype=tensors[0].dtype)
    if isinstance(arg, dict) and "bool" in arg:
        return torch.tensor(arg["bool"])
    if isinstance(arg, list):
        return [resolve(one, tensors) for one in arg]
    return arg


def numbers(tensor):
    """A tensor's elements as JSON: as many digits as its dtype holds, whole numbers without a point."""
    digits = 9 if tensor.dtype == torch.float32 else 17
    return [number(value, digits) for value in tensor.detach().flatten().tolist()]


def number(value, digits=17):
    if not math.isfinite(value):
        return {"inf": "Infinity", "-inf": "-Infinity"}.get(str(value), "NaN")
    if value == int(value) and abs(value) < 2**53 and math.copysign(1, value) * value >= 0 and str(value) != "-0.0":
        return int(value)
    return float(f"{value:.{digits}g}")
