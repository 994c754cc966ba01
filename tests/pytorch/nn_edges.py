"""Reference values by PyTorch: layers at the edges of arithmetic, written to nn-edges.json.

    /usr/bin/python3 tests/pytorch/nn_edges.py  # Debian's python3-torch, 1.13

Parameters and inputs follow from their names, as in nn.py. Then one element of the input, or all of them, is replaced by an
edge: ±0, ±∞, NaN, a subnormal number, ±1e±20 in float32 or ±1e±200 in float64. Stored are the output, the gradient of
Σ wᵢ yᵢ by the input, and the second gradient: that of Σ wᵢ gᵢ. For the huge edges the same is stored as float64 has it where
squares do not overflow, at ±1e20 or ±1e100: "limits". Numbers that JSON lacks are spelled out.
"""

import json
import math
from pathlib import Path

import torch
from torch import nn

import nn as reference  # tests/pytorch/nn.py, whose names for parameters and weights are used

points = {
    "float32": [0.0, -0.0, math.inf, -math.inf, math.nan, 1e-40, -1e-40, 1e-20, -1e-20, 1e20, -1e20],
    "float64": [0.0, -0.0, math.inf, -math.inf, math.nan, 1e-310, -1e-310, 1e-200, -1e-200, 1e200, -1e200],
}


activations = {
    "relu": nn.ReLU(),
    "leakyRelu": nn.LeakyReLU(),
    "elu": nn.ELU(),
    "gelu": nn.GELU(),
    "geluTanh": nn.GELU(approximate="tanh"),
    "sigmoid": nn.Sigmoid(),
    "tanh": nn.Tanh(),
    "softplus": nn.Softplus(),
}
small = {"dim_feedforward": 4, "dropout": 0, "activation": "gelu", "batch_first": True}


def attend(module, x):
    return module(x, x, x)[0]


def attend_causally(module, x):
    return module(x, x, x, attn_mask=reference.causal(x.shape[1]))[0]


def first(module, x):
    return module(x)[0]


def forward(module, x):
    return module(x)


def decode(module, x):
    return module(x, reference.pattern("memory", (1, 3, 4)).to(x.dtype), tgt_mask=reference.causal(x.shape[1]))


# name: (module, its parameters by our names, shape of the input, how it is called)
layers = {
    "Linear": (nn.Linear(3, 2), reference.plain, (2, 3), forward),
    **{
        f"Linear and {name}": (nn.Sequential(nn.Linear(3, 2), f), reference.layers, (2, 3), forward)
        for name, f in activations.items()
    },
    "Softmax": (nn.Softmax(-1), reference.plain, (2, 3), forward),
    "LayerNorm": (nn.LayerNorm(3), reference.plain, (2, 3), forward),
    "RNN": (nn.RNN(2, 2, batch_first=True), reference.recurrent, (1, 3, 2), first),
    "GRU": (nn.GRU(2, 2, batch_first=True), reference.recurrent, (1, 3, 2), first),
    "MultiHeadAttention": (nn.MultiheadAttention(4, 2, batch_first=True), reference.attention, (1, 3, 4), attend),
    "MultiHeadAttention, causal": (nn.MultiheadAttention(4, 2, batch_first=True), reference.attention, (1, 3, 4), attend_causally),
    **{
        f"{kind}, norm {'before' if before else 'after'}": (
            make(4, 2, norm_first=before, **small),
            named,
            (1, 3, 4),
            run,
        )
        for before in (False, True)
        for kind, make, named, run in [
            ("TransformerEncoderLayer", nn.TransformerEncoderLayer, reference.encoder_layer, forward),
            ("TransformerDecoderLayer", nn.TransformerDecoderLayer, reference.decoder_layer, decode),
        ]
    },
}


def gradient(y, x):
    """Of Σ wᵢ yᵢ; zeros where y does not depend on x, as where a gradient is constant."""
    if not y.requires_grad:
        return torch.zeros_like(x)
    found = torch.autograd.grad(reference.weighted(y), x, create_graph=True, allow_unused=True)[0]
    return torch.zeros_like(x) if found is None else found


def written(x):
    digits = 17 if x.dtype == torch.float64 else 9
    return [float(f"{v:.{digits}g}") if math.isfinite(v) else str(v).replace("inf", "Infinity").replace("nan", "NaN") for v in x.detach().flatten().tolist()]


def evaluate(module, named, shape, run, dtype, edge, everywhere):
    module.to(dtype)
    with torch.no_grad():
        for name, parameter, rows in named(module):
            parameter[rows] = reference.pattern(name, parameter[rows].shape).to(dtype)
    x = reference.pattern("x", shape).to(dtype)
    x.view(-1)[: None if everywhere else 1] = edge
    x.requires_grad_()
    y = run(module, x)
    g = gradient(y, x)
    return [written(y), written(g), written(gradient(g, x))]


def limit(name, edge, everywhere):
    """Of a huge edge, in float64. Equal numbers have no variance: a norm gives of them what it gives of zeros."""
    equal = everywhere and name == "LayerNorm"
    return evaluate(*layers[name], torch.float64, 0.0 if equal else edge, everywhere)


def cases():
    for name, (module, named, shape, run) in layers.items():
        for dtype in ("float32", "float64"):
            for everywhere in (False, True):
                results = [
                    evaluate(module, named, shape, run, getattr(torch, dtype), edge, everywhere) for edge in points[dtype]
                ]
                huge = 1e20 if dtype == "float32" else 1e100
                limits = [limit(name, edge, everywhere) for edge in (huge, -huge)]
                yield {"layer": name, "shape": shape, "dtype": dtype, "everywhere": everywhere, "results": results, "limits": limits}


def line(value):
    return json.dumps(value, separators=(",", ":"))


spelled = {dtype: [v if math.isfinite(v) else str(v).replace("inf", "Infinity").replace("nan", "NaN") for v in values] for dtype, values in points.items()}
text = ",\n".join(map(line, cases()))
Path(__file__).with_name("nn-edges.json").write_text(f'{{"points":{line(spelled)},\n"cases":[\n{text}\n]}}\n')
