"""The cases in PyTorch, on as many threads as OMP_NUM_THREADS says. The clocks are measure.mjs's."""

import json
import math
import os
import re
import sys
import time

import torch
import torch.nn as nn
import torch.nn.functional as F

torch.set_num_threads(int(os.environ.get("OMP_NUM_THREADS", "1")))


def blas():
    """Which BLAS library the process has loaded."""
    with open("/proc/self/maps") as maps:
        found = sorted({line.split()[-1] for line in maps if re.search(r"blas|mkl", line)})
    return ", ".join(path.split("/")[-1] for path in found) or "built in"


def training(model, optimizer, loss):
    def step():
        optimizer.zero_grad()
        value = loss()
        value.backward()
        optimizer.step()
        return value.item()

    return step


def matmul(n):
    a, b = torch.randn(n, n), torch.randn(n, n)
    return lambda: a @ b


def xor(_):
    x = torch.tensor([[0.0, 0], [0, 1], [1, 0], [1, 1]])
    y = torch.tensor([[0.0], [1], [1], [0]])

    def train():
        model = nn.Sequential(nn.Linear(2, 8), nn.Tanh(), nn.Linear(8, 1))
        optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
        step = training(model, optimizer, lambda: F.binary_cross_entropy_with_logits(model(x), y))
        for _ in range(2000):
            step()

    return train


def mnist(_):
    model = nn.Sequential(nn.Linear(784, 128), nn.ReLU(), nn.Linear(128, 10))
    x, y = torch.randn(64, 784), torch.randint(0, 10, (64,))
    return training(model, torch.optim.Adam(model.parameters()), lambda: F.cross_entropy(model(x), y))


class Attention(nn.Module):
    def __init__(self, c, heads, causal=None):
        super().__init__()
        self.heads, self.causal = heads, causal
        self.q, self.k, self.v, self.o = (nn.Linear(c, c) for _ in range(4))

    def forward(self, x):
        b, t, c = x.shape
        q, k, v = (m(x).view(b, t, self.heads, c // self.heads).transpose(1, 2) for m in (self.q, self.k, self.v))
        if hasattr(F, "scaled_dot_product_attention"):
            y = F.scaled_dot_product_attention(q, k, v, is_causal=self.causal is not None)
        else:
            scores = q @ k.transpose(-2, -1) / (c // self.heads) ** 0.5
            if self.causal is not None:
                scores = scores.masked_fill(self.causal, float("-inf"))
            y = scores.softmax(-1) @ v
        return self.o(y.transpose(1, 2).reshape(b, t, c))


def attention(_):
    layer = Attention(128, 4)
    x = torch.randn(8, 64, 128, requires_grad=True)

    def step():
        layer.zero_grad(set_to_none=True)
        x.grad = None
        layer(x).sum().backward()

    return step


class Block(nn.Module):
    def __init__(self, c, heads, causal):
        super().__init__()
        self.n1, self.n2 = nn.LayerNorm(c), nn.LayerNorm(c)
        self.a = Attention(c, heads, causal)
        self.up, self.down = nn.Linear(c, 4 * c), nn.Linear(4 * c, c)

    def forward(self, x):
        x = x + self.a(self.n1(x))
        return x + self.down(F.gelu(self.up(self.n2(x))))


def gpt(_):
    B, T, C, H, V, L = 16, 64, 128, 4, 65, 4
    causal = torch.triu(torch.ones(T, T, dtype=torch.bool), 1)
    tokens, positions = nn.Embedding(V, C), nn.Parameter(torch.randn(T, C) * 0.02)
    blocks = nn.Sequential(*(Block(C, H, causal) for _ in range(L)))
    norm, head = nn.LayerNorm(C), nn.Linear(C, V, bias=False)
    parameters = [positions, *(p for m in (tokens, blocks, norm, head) for p in m.parameters())]
    x, y = torch.randint(0, V, (B, T)), torch.randint(0, V, (B * T,))
    optimizer = torch.optim.AdamW(parameters)
    return training(None, optimizer, lambda: F.cross_entropy(head(norm(blocks(tokens(x) + positions))).view(-1, V), y))


def skipgram(_):
    """Pairs in batches of 1000: each center against its neighbor and five words of noise."""
    V, D, pairs, batch = 5000, 48, 100_000, 1000
    table, out = nn.Embedding(V, D, sparse=True), nn.Embedding(V, D, sparse=True)
    optimizer = torch.optim.SGD([*table.parameters(), *out.parameters()], lr=0.025)
    targets = torch.tensor([1.0, 0, 0, 0, 0, 0]).expand(batch, 6)

    def epoch():
        for _ in range(pairs // batch):
            center, words = torch.randint(0, V, (batch, 1)), torch.randint(0, V, (batch, 6))
            logits = (table(center) * out(words)).sum(-1)
            loss = F.binary_cross_entropy_with_logits(logits, targets, reduction="sum")
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()

    return epoch


name, seconds = sys.argv[1], float(sys.argv[2])
kind, number = re.match(r"([a-z]+)(\d*)$", name).groups()
about = f"PyTorch {torch.__version__}, {blas()}, {torch.get_num_threads()} thread(s)"
cases = {"matmul": matmul, "xor": xor, "mnist": mnist, "attention": attention, "gpt": gpt, "skipgram": skipgram}
if kind not in cases:
    print(json.dumps({"about": about, "unsupported": True}))
    sys.exit()
step = cases[kind](int(number or 0))
start = time.process_time()
warm = 0
while time.process_time() - start < seconds or warm < 2:
    step()
    warm += 1
steps = math.ceil(0.005 / ((time.process_time() - start) / warm))
times, walls = [], []
end = time.process_time() + seconds
while time.process_time() < end or len(times) < 3:
    before, began = time.process_time(), time.perf_counter()
    for _ in range(steps):
        step()
    walls.append((time.perf_counter() - began) / steps)
    times.append((time.process_time() - before) / steps)
print(json.dumps({"about": about, "times": times, "walls": walls}))
