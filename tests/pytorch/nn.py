"""Reference values by PyTorch: outputs and gradients of modules, paths of optimizers and schedules, written to nn.json.

    /usr/bin/python3 tests/pytorch/nn.py        # Debian's python3-torch, 1.13

Nothing is random: a tensor called `name` holds ((i² · 31 + i · 17 + salt) mod 37 − 18) / 16 at place i in row-major order, where
salt is the sum of the name's character codes. Parameters are called by our names. Everything is float64. Gradients are those
of Σ wᵢ yᵢ over the result's elements, with wᵢ = ((7 i) mod 11 − 4) / 4; attention weights, which we keep outside the graph,
have no part in it.
"""

import json
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import nn

torch.set_default_dtype(torch.float64)


def pattern(name, shape):
    i = torch.arange(torch.Size(shape).numel())
    salt = sum(map(ord, name))
    return (((i * i * 31 + i * 17 + salt) % 37 - 18) / 16).reshape(shape)


def weighted(y):
    i = torch.arange(y.numel())
    return (y.flatten() * (((7 * i) % 11 - 4) / 4)).sum()


def numbers(x):
    return [float(f"{value:.10g}") for value in x.detach().flatten().tolist()]


# Our names for PyTorch's parameters: (name, parameter, the rows of it that are meant).


def plain(module, prefix=""):
    return [(prefix + name, parameter, slice(None)) for name, parameter in module.named_parameters()]


def recurrent(module):
    names = {"weight_ih_l0": "fromInput.weight", "bias_ih_l0": "fromInput.bias"}
    names |= {"weight_hh_l0": "fromHidden.weight", "bias_hh_l0": "fromHidden.bias"}
    return [(names[name], parameter, slice(None)) for name, parameter in module.named_parameters()]


def layers(module):
    linears = [part for part in module if isinstance(part, nn.Linear)]
    return [entry for i, linear in enumerate(linears) for entry in plain(linear, f"layers.{i}.")]


def attention(module, prefix=""):
    size = module.embed_dim
    found = []
    for i, name in enumerate(["query", "key", "value"]):
        rows = slice(i * size, (i + 1) * size)
        found.append((f"{prefix}{name}.weight", module.in_proj_weight, rows))
        if module.in_proj_bias is not None:
            found.append((f"{prefix}{name}.bias", module.in_proj_bias, rows))
    return found + plain(module.out_proj, f"{prefix}output.")


def encoder_layer(module, prefix=""):
    return (
        attention(module.self_attn, f"{prefix}selfAttention.")
        + plain(module.norm1, f"{prefix}selfAttentionNorm.")
        + plain(module.linear1, f"{prefix}feedForward.expand.")
        + plain(module.linear2, f"{prefix}feedForward.contract.")
        + plain(module.norm2, f"{prefix}feedForwardNorm.")
    )


def decoder_layer(module, prefix=""):
    return (
        attention(module.self_attn, f"{prefix}selfAttention.")
        + plain(module.norm1, f"{prefix}selfAttentionNorm.")
        + attention(module.multihead_attn, f"{prefix}crossAttention.")
        + plain(module.norm2, f"{prefix}crossAttentionNorm.")
        + plain(module.linear1, f"{prefix}feedForward.expand.")
        + plain(module.linear2, f"{prefix}feedForward.contract.")
        + plain(module.norm3, f"{prefix}feedForwardNorm.")
    )


def transformer(module):
    found = []
    for i, layer in enumerate(module.encoder.layers):
        found += encoder_layer(layer, f"encoderLayers.{i}.")
    for i, layer in enumerate(module.decoder.layers):
        found += decoder_layer(layer, f"decoderLayers.{i}.")
    return found + plain(module.encoder.norm, "encoderNorm.") + plain(module.decoder.norm, "decoderNorm.")


def case(module, named, inputs, run=None):
    """What `module` gives for the inputs, and the gradients of its parameters and inputs, by our names."""
    with torch.no_grad():
        for name, parameter, rows in named:
            parameter[rows] = pattern(name, parameter[rows].shape)
    given = {name: pattern(name, shape).requires_grad_() for name, shape in inputs.items()}
    result = run(module, **given) if run else module(*given.values())
    result = result if isinstance(result, dict) else {"output": result}
    sum(weighted(y) for name, y in result.items() if name != "weights").backward()
    gradients = {name: numbers(parameter.grad[rows]) for name, parameter, rows in named}
    gradients |= {name: numbers(x.grad) for name, x in given.items()}
    return {
        "inputs": {name: list(shape) for name, shape in inputs.items()},
        "outputs": {name: numbers(y) for name, y in result.items()},
        "gradients": gradients,
    }


def causal(size):
    """True where PyTorch's modules must not look."""
    return torch.ones(size, size, dtype=torch.bool).triu(1)


def state(module, x, initial=None):
    output, hidden = module(x) if initial is None else module(x, initial.unsqueeze(0))
    return {"output": output, "hidden": hidden[0]}


def attend(query_mask=None, **options):
    def run(module, query, key=None, value=None):
        key = query if key is None else key
        value = key if value is None else value
        output, weights = module(query, key, value, average_attn_weights=False, **options)
        return {"output": output, "weights": weights}

    return run


def modules():
    made = {}

    def add(name, module, named, inputs, run=None):
        made[name] = case(module, named, inputs, run)

    linear = nn.Linear(3, 4)
    add("Linear of a vector", linear, plain(linear), {"x": (3,)})
    linear = nn.Linear(3, 4)
    add("Linear of a sequence", linear, plain(linear), {"x": (2, 5, 3)})
    linear = nn.Linear(3, 4, bias=False)
    add("Linear without bias", linear, plain(linear), {"x": (5, 3)})
    norm = nn.LayerNorm(5)
    add("LayerNorm", norm, plain(norm), {"x": (2, 3, 5)})

    for name, f in {
        "ReLU": nn.ReLU(),
        "LeakyReLU": nn.LeakyReLU(0.2),
        "ELU": nn.ELU(1.5),
        "GELU": nn.GELU(),
        "GELU by tanh": nn.GELU(approximate="tanh"),
        "Sigmoid": nn.Sigmoid(),
        "Tanh": nn.Tanh(),
        "Softplus": nn.Softplus(),
        "Softmax": nn.Softmax(-1),
    }.items():
        add(name, f, [], {"x": (3, 8)})

    mlp = nn.Sequential(nn.Linear(3, 5), nn.ReLU(), nn.Linear(5, 4), nn.ReLU(), nn.Linear(4, 2))
    add("MLP", mlp, layers(mlp), {"x": (6, 3)})
    mlp = nn.Sequential(nn.Linear(3, 5), nn.Tanh(), nn.Linear(5, 2))
    add("MLP with tanh", mlp, layers(mlp), {"x": (6, 3)})

    for kind in (nn.RNN, nn.GRU):
        net = kind(3, 4, batch_first=True)
        add(kind.__name__, net, recurrent(net), {"x": (2, 5, 3)}, state)
        net = kind(3, 4, batch_first=True)
        add(f"{kind.__name__} from a given state", net, recurrent(net), {"x": (2, 3, 3), "initial": (2, 4)}, state)

    table = nn.Embedding(7, 4)
    index = torch.tensor([[0, 3, 3], [6, 1, 0]])
    add("Embedding", table, plain(table), {}, lambda module: module(index))

    self_inputs = {"query": (2, 5, 8)}
    cross_inputs = {"query": (2, 3, 8), "key": (2, 5, 8), "value": (2, 5, 8)}
    padded = torch.tensor([[False] * 5, [False] * 3 + [True] * 2])
    for name, bias, inputs, options in [
        ("MultiHeadAttention to itself", True, self_inputs, {}),
        ("MultiHeadAttention without bias", False, self_inputs, {}),
        ("MultiHeadAttention, causal", True, self_inputs, {"attn_mask": causal(5)}),
        ("MultiHeadAttention to another sequence", True, cross_inputs, {}),
        ("MultiHeadAttention to a padded sequence", True, cross_inputs, {"key_padding_mask": padded}),
    ]:
        module = nn.MultiheadAttention(8, 2, bias=bias, batch_first=True)
        add(name, module, attention(module), inputs, attend(**options))

    for norm_first in (False, True):
        for activation in ("relu", "gelu"):
            options = {"dim_feedforward": 12, "dropout": 0, "activation": activation, "batch_first": True, "norm_first": norm_first}
            place = f"{'before' if norm_first else 'after'} with {activation}"
            layer = nn.TransformerEncoderLayer(8, 2, **options)
            add(f"TransformerEncoderLayer, norm {place}", layer, encoder_layer(layer), {"x": (2, 4, 8)})
            layer = nn.TransformerDecoderLayer(8, 2, **options)
            inputs = {"x": (2, 3, 8), "memory": (2, 5, 8)}
            run = lambda module, x, memory: module(x, memory, tgt_mask=causal(3))
            add(f"TransformerDecoderLayer, norm {place}", layer, decoder_layer(layer), inputs, run)
        options = {"num_encoder_layers": 2, "num_decoder_layers": 2, "dim_feedforward": 6, "dropout": 0}
        module = nn.Transformer(4, 2, **options, batch_first=True, norm_first=norm_first)
        inputs = {"source": (2, 4, 4), "target": (2, 3, 4)}
        run = lambda module, source, target: module(source, target, tgt_mask=causal(3))
        add(f"Transformer, norm {'before' if norm_first else 'after'}", module, transformer(module), inputs, run)
    return made


def losses():
    """Losses and their gradients where a careless formula overflows."""
    made = {}

    def add(name, f, values):
        x = torch.tensor(values, requires_grad=True)
        y = f(x)
        y.backward()
        made[name] = {"value": y.item(), "gradient": x.grad.tolist()}

    rows = [[1000.0, -1000.0, 0.0], [1000.0, 1001.0, 999.0], [-1000.0, -1000.0, -1000.0]]
    add("crossEntropy", lambda x: F.cross_entropy(x, torch.tensor([1, 0, 2])), rows)
    shares = torch.tensor([[0.5, 0.25, 0.25], [1.0, 0.0, 0.0], [0.0, 0.5, 0.5]])
    add("crossEntropy of probabilities", lambda x: F.cross_entropy(x, shares), rows)
    y = torch.tensor([1.0, 0.0, 0.0, 1.0, 0.5])
    add("binaryCrossEntropyWithLogits", lambda x: F.binary_cross_entropy_with_logits(x, y), [1000.0, -1000.0, 1000.0, -1000.0, 0.0])
    add("binaryCrossEntropy", lambda x: F.binary_cross_entropy(x, y), [1.0, 0.0, 1.0, 0.0, 0.5])
    w, p = torch.tensor([2.0, 0.5, 1.0, 0.25, 3.0]), torch.tensor([3.0, 0.5, 1.5, 2.0, 4.0])
    add("binaryCrossEntropyWithLogits, weighted", lambda x: F.binary_cross_entropy_with_logits(x, y, weight=w, pos_weight=p), [1000.0, -1000.0, 1000.0, -1000.0, 0.3])
    add("binaryCrossEntropyWithLogits, positives weighted", lambda x: F.binary_cross_entropy_with_logits(x, y, pos_weight=p[4]), [3.0, -1.5, 0.2, -30.0, 40.0])
    add("binaryCrossEntropy, weighted", lambda x: F.binary_cross_entropy(x, y, weight=w), [0.9, 0.2, 0.5, 0.125, 0.7])
    add("mseLoss", lambda x: F.mse_loss(x, y), [1000.0, -1000.0, 1000.0, -1000.0, 0.0])
    return made


def optimizers():
    """Where parameters a, b stand after each of 12 steps on Σ (x² − 1)² / 4; b has a gradient on even steps only."""
    made = {}
    for name, make in {
        "SGD": lambda p: torch.optim.SGD(p, lr=0.1),
        "SGD with momentum": lambda p: torch.optim.SGD(p, lr=0.1, momentum=0.9),
        "SGD with Nesterov momentum and weight decay": lambda p: torch.optim.SGD(p, lr=0.1, momentum=0.8, nesterov=True, weight_decay=0.05),
        "RMSprop": lambda p: torch.optim.RMSprop(p),
        "RMSprop with options": lambda p: torch.optim.RMSprop(p, lr=0.05, alpha=0.9, eps=1e-4, weight_decay=0.1),
        "Adam": lambda p: torch.optim.Adam(p),
        "Adam with options": lambda p: torch.optim.Adam(p, lr=0.1, betas=(0.8, 0.95), eps=1e-5, weight_decay=0.1),
        "AdamW": lambda p: torch.optim.AdamW(p),
        "AdamW with options": lambda p: torch.optim.AdamW(p, lr=0.1, betas=(0.8, 0.95), weight_decay=0.3),
    }.items():
        a, b = (pattern(name, shape).requires_grad_() for name, shape in {"a": (3,), "b": (2, 2)}.items())
        optimizer = make([a, b])
        path = []
        for step in range(12):
            optimizer.zero_grad(set_to_none=True)
            loss = ((a**2 - 1) ** 2).sum() / 4
            if step % 2 == 0:
                loss = loss + ((b**2 - 1) ** 2).sum() / 4
            loss.backward()
            optimizer.step()
            path.append(numbers(a) + numbers(b))
        made[name] = path
    return made


def schedules():
    def rates(make):
        parameter = torch.zeros(1, requires_grad=True)
        optimizer = torch.optim.SGD([parameter], lr=0.5)
        schedule = make(optimizer)
        found = []
        for _ in range(12):
            found.append(optimizer.param_groups[0]["lr"])
            optimizer.step()
            schedule.step()
        return found

    lr = torch.optim.lr_scheduler
    return {
        "constantRate": rates(lambda o: lr.LambdaLR(o, lambda _: 1)),
        "stepDecay": rates(lambda o: lr.StepLR(o, 3, 0.5)),
        "cosineDecay": rates(lambda o: lr.CosineAnnealingLR(o, 11, 0.05)),
        "linearDecay": rates(lambda o: lr.LinearLR(o, 1, 0.2, 8)),
        "linearWarmup": rates(lambda o: lr.SequentialLR(o, [lr.LinearLR(o, 1 / 4, 1, 3), lr.CosineAnnealingLR(o, 8)], [4])),
    }


def clipping():
    def gradients():
        found = [torch.zeros(shape, requires_grad=True) for shape in [(3,), (2, 2)]]
        for name, parameter in zip("ab", found):
            parameter.grad = pattern(name, parameter.shape)
        return found

    made = {}
    for limit in (0.5, 100.0):
        both = gradients()
        norm = nn.utils.clip_grad_norm_(both, limit).item()
        made[f"norm {limit:g}"] = {"norm": norm, "gradients": [numbers(p.grad) for p in both]}
    both = gradients()
    nn.utils.clip_grad_value_(both, 0.5)
    made["value 0.5"] = {"gradients": [numbers(p.grad) for p in both]}
    return made


def lines(section):
    return ",\n".join(f"{json.dumps(name)}: {json.dumps(value, separators=(',', ':'))}" for name, value in section.items())


if __name__ == "__main__":
    sections = {
        "modules": modules(),
        "losses": losses(),
        "optimizers": optimizers(),
        "schedules": schedules(),
        "clipping": clipping(),
    }
    text = ",\n".join(f"{json.dumps(name)}: {{\n{lines(section)}\n}}" for name, section in sections.items())
    Path(__file__).with_name("nn.json").write_text(f"{{\n{text}\n}}\n")
