"""Makes the PyTorch fixture of the activations: run `python make_activations.py` beside make.py.

One file for all: `NAME` is the output for `input`, `grad_NAME` the gradient of (output * upstream).sum().
"""

import torch
from torch.nn import functional

from make import Random, wanted, write

ACTIVATIONS = {
    "sigmoid": torch.sigmoid, "tanh": torch.tanh, "relu": torch.relu,
    "leakyReLU": functional.leaky_relu, "leakyReLU(0.2)": lambda x: functional.leaky_relu(x, 0.2),
    "relu6": functional.relu6, "elu": functional.elu, "elu(0.5)": lambda x: functional.elu(x, 0.5),
    "gelu": functional.gelu, "geluTanh": lambda x: functional.gelu(x, approximate="tanh"),
    "silu": functional.silu, "softplus": functional.softplus, "softmax": lambda x: functional.softmax(x, -1),
    "hardSigmoid": functional.hardsigmoid, "linear": lambda x: x * 1,
}


def activations():
    random = Random("activations")
    input, upstream = random.normal(4, 9, scale=3), random.normal(4, 9)
    tensors = {"input": input, "upstream": upstream, "step": torch.heaviside(input, torch.ones(()).double())}
    for name, function in ACTIVATIONS.items():
        x, = wanted(input.clone())
        tensors[name] = function(x)
        tensors[name].backward(upstream)
        tensors["grad_" + name] = x.grad
    write("activations", "Each activation by its name, and grad_ with its name, the gradient of "
          "(output * upstream).sum(); step has none", tensors)


if __name__ == "__main__":
    torch.set_num_threads(1)
    activations()
