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


def batch_norm():
    """One step's gradients; three steps of running statistics and what they make of an input."""
    random = Random("batch_norm")
    module = nn.BatchNorm1d(5).double()
    with torch.no_grad():
        for parameter in module.parameters():
            parameter.copy_(random.normal(*parameter.shape))
        module.running_mean.copy_(random.normal(5))
        module.running_var.copy_(random.uniform(0.5, 2, 5))
    tensors = {key: value.clone() for key, value in module.state_dict().items() if "running" in key}

    def normalize(x):
        return module(x.transpose(1, 2)).transpose(1, 2)

    x, = wanted(random.normal(3, 4, 5))
    upstream = random.normal(3, 4, 5)
    output = normalize(x)
    output.backward(upstream)
    tensors |= {"input": x, "output": output, "upstream": upstream, "grad_input": x.grad}
    for key, parameter in module.named_parameters():
        tensors |= {key: parameter, f"grad_{key}": parameter.grad}
    with torch.no_grad():
        for step in (1, 2):
            # Rounded, as float32 is what the file holds.
            tensors[f"input_{step}"] = (random.normal(3, 4, 5) * (1 + step) + step).float().double()
            normalize(tensors[f"input_{step}"])
        tensors |= {"mean_after": module.running_mean, "var_after": module.running_var}
        module.eval()
        tensors["inference"] = normalize(x)
    write("batch_norm", "nn.BatchNorm1d(5) in training on input [3, 4, 5], channels last; running_mean and running_var "
          "as they were before. mean_after and var_after: the same after three steps, on input, input_1 and input_2. "
          "inference: what the module in eval mode then makes of input", tensors)


if __name__ == "__main__":
    torch.set_num_threads(1)
    layer_norm()
    rms_norm()
    batch_norm()
