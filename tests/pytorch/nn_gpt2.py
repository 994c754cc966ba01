"""Reference values by PyTorch: the logits of a tiny GPT-2 in its published layout, written to nn-gpt2.json.

    /usr/bin/python3 tests/pytorch/nn_gpt2.py   # Debian's python3-torch, 1.13

The model is written out after Radford et al. 2019 and the published code: learned positions, pre-norm blocks, one matrix
c_attn for queries, keys and values, weights [In, Out] ("Conv1D"), gelu by tanh, a head that is the embedding. A tensor called
`name` holds an eighth of nn.py's pattern. Everything is float64.
"""

import json
from pathlib import Path

import torch
import torch.nn.functional as F

from nn import numbers, pattern  # tests/pytorch/nn.py

V, T, C, H, L = 11, 6, 8, 2, 2

shapes = {"wte.weight": [V, C], "wpe.weight": [T, C]}
for i in range(L):
    shapes |= {
        f"h.{i}.ln_1.weight": [C],
        f"h.{i}.ln_1.bias": [C],
        f"h.{i}.attn.bias": [1, 1, T, T],  # the causal mask, which the published files hold as well
        f"h.{i}.attn.c_attn.weight": [C, 3 * C],
        f"h.{i}.attn.c_attn.bias": [3 * C],
        f"h.{i}.attn.c_proj.weight": [C, C],
        f"h.{i}.attn.c_proj.bias": [C],
        f"h.{i}.ln_2.weight": [C],
        f"h.{i}.ln_2.bias": [C],
        f"h.{i}.mlp.c_fc.weight": [C, 4 * C],
        f"h.{i}.mlp.c_fc.bias": [4 * C],
        f"h.{i}.mlp.c_proj.weight": [4 * C, C],
        f"h.{i}.mlp.c_proj.bias": [C],
    }
shapes |= {"ln_f.weight": [C], "ln_f.bias": [C]}
state = {name: pattern(name, shape) / 8 for name, shape in shapes.items()}


def conv1d(x, name):
    return x @ state[f"{name}.weight"] + state[f"{name}.bias"]


def norm(x, name):
    return F.layer_norm(x, (C,), state[f"{name}.weight"], state[f"{name}.bias"], 1e-5)


def attention(x, name):
    n = x.shape[0]
    q, k, v = (part.reshape(n, H, C // H).transpose(0, 1) for part in conv1d(x, f"{name}.c_attn").split(C, dim=-1))
    scores = q @ k.transpose(-2, -1) / (C // H) ** 0.5
    scores = scores.masked_fill(torch.ones(n, n, dtype=torch.bool).triu(1), -torch.inf)
    return conv1d((scores.softmax(-1) @ v).transpose(0, 1).reshape(n, C), f"{name}.c_proj")


def gpt2(tokens):
    x = state["wte.weight"][tokens] + state["wpe.weight"][: len(tokens)]
    for i in range(L):
        x = x + attention(norm(x, f"h.{i}.ln_1"), f"h.{i}.attn")
        hidden = F.gelu(conv1d(norm(x, f"h.{i}.ln_2"), f"h.{i}.mlp.c_fc"), approximate="tanh")
        x = x + conv1d(hidden, f"h.{i}.mlp.c_proj")
    return norm(x, "ln_f") @ state["wte.weight"].T


tokens = [3, 10, 0, 7, 7]
result = {"heads": H, "shapes": shapes, "tokens": tokens, "logits": numbers(gpt2(torch.tensor(tokens)))}
Path(__file__).with_name("nn-gpt2.json").write_text(json.dumps(result, separators=(",", ":")) + "\n")
