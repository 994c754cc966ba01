"""PyTorch's answers to random programs: one program a line on standard input, one answer a line on standard output."""

import json
import sys
from pathlib import Path

import torch

sys.path.insert(0, str(Path(__file__).parent.parent / "pytorch"))
from edges import gradients, weighted  # noqa: E402
from operations import call, numbers  # noqa: E402


def answer(program, dtype):
    inputs = [torch.tensor(one["values"], dtype=dtype).reshape(one["shape"]).requires_grad_() for one in program["inputs"]]
    made = list(inputs)
    for step in program["steps"]:
        args = [{"float32": dtype, "float64": dtype}.get(arg, arg) if step["op"] == "to" else arg for arg in step["args"]]
        made.append(made[int(args[0][1:])].to(dtype) if step["op"] == "to" else call(step["op"], args, made))
    y = made[-1]
    first = gradients(weighted([y]), inputs)
    second = gradients(weighted(first), inputs)
    return {"shape": list(y.shape), "values": numbers(y), "gradients": [numbers(g) for g in first], "second": [numbers(g) for g in second]}


for line in sys.stdin:
    program = json.loads(line)
    try:
        result = answer(program, getattr(torch, program["dtype"]))
        if program["dtype"] == "float32":
            result["exact"] = answer(program, torch.float64)
    except Exception as error:
        result = {"error": f"{type(error).__name__}: {error}"}
    print(json.dumps(result, separators=(",", ":")), flush=True)
