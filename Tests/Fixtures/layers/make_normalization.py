"""Makes the PyTorch fixtures of normalisation: run `python make_normalization.py` with torch and safetensors installed.

See make.py for how the values are made and stored.
"""

import torch
from torch import nn

from make import Random, wanted, write


def row_norm(name, module, random, description):
    """A norm of the last axis, with weights that are not all ones."""
    module = module.double()
    with torch.no_grad():
        for parameter in module.parameters():
            parameter.copy_(random.normal(*parameter.shape))
    x, = wanted(random.normal(3, 4, 5))
    output = module(x)
    upstream = random.normal(3, 4, 5)
    output.backward(upstream)
    tensors = {"input": x, "output": output, "upstream": upstream, "grad_input": x.grad}
    for key, parameter in module.named_parameters():
        tensors |= {key: parameter, f"grad_{key}": parameter.grad}
    write(name, description, tensors)


def layer_norm():
    row_norm("layer_norm", nn.LayerNorm(5), Random("layer_norm"), "nn.LayerNorm(5)")


def rms_norm():
    row_norm("rms_norm", nn.RMSNorm(5, eps=1e-6), Random("rms_norm"), "nn.RMSNorm(5, eps=1e-6)")


if __name__ == "__main__":
    torch.set_num_threads(1)
    layer_norm()
    rms_norm()
