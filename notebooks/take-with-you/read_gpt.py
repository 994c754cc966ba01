"""Read gpt.safetensors, which notebook 4 writes, and go on with a prompt: python3 read_gpt.py gpt.safetensors the cat sat on the mat ="""
import json, struct, sys
import torch
import torch.nn.functional as F

with open(sys.argv[1], "rb") as file:
    header = json.loads(file.read(struct.unpack("<Q", file.read(8))[0]))
    numbers = torch.frombuffer(bytearray(file.read()), dtype=torch.float32)
notes = header.pop("__metadata__")
w = {name: numbers[at["data_offsets"][0] // 4 : at["data_offsets"][1] // 4].view(at["shape"]) for name, at in header.items()}
words, heads, layers = notes["words"].split(" "), int(notes["heads"]), len({name.split(".")[1] for name in w if name.startswith("blocks")})
norm = lambda x, name: F.layer_norm(x, x.shape[-1:], w[name + ".weight"], w[name + ".bias"])
linear = lambda x, name: F.linear(x, w[name + ".weight"], w.get(name + ".bias"))
split = lambda x: x.view(len(x), heads, -1).transpose(0, 1)

def scores(tokens):
    x = w["tokens.weight"][tokens] + w["positions.weight"][: len(tokens)]
    for block in (f"blocks.{i}." for i in range(layers)):
        n = norm(x, block + "selfAttentionNorm")
        q, k, v = (split(linear(n, f"{block}selfAttention.{part}")) for part in ("query", "key", "value"))
        future = torch.ones(len(x), len(x), dtype=torch.bool).triu(1)
        weights = (q @ k.transpose(-2, -1) / k.shape[-1] ** 0.5).masked_fill(future, -torch.inf).softmax(-1)
        attended = (weights @ v).transpose(0, 1).reshape(x.shape)
        x = x + linear(attended, block + "selfAttention.output")
        x = x + linear(F.gelu(linear(norm(x, block + "feedForwardNorm"), block + "feedForward.expand")), block + "feedForward.contract")
    return linear(norm(x, "norm"), "head")

tokens = [words.index(word) for word in sys.argv[2:]]
print(json.dumps(scores(tokens)[-1].tolist()))
while words[tokens[-1]] != "</s>" and len(tokens) < len(w["positions.weight"]):
    tokens.append(scores(tokens)[-1].argmax().item())
print(" ".join(words[token] for token in tokens))
