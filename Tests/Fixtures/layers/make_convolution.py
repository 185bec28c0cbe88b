"""Makes the PyTorch fixtures of convolution: run `python make_convolution.py` with torch and safetensors installed.

Sequences are [N, T, C] in the files, [N, C, T] for PyTorch. See make.py for how the values are made and stored.
"""

import torch
from torch.nn import functional

from make import Random, wanted, write


def layer(name, description, shape, function, **parameter_shapes):
    """A function of a sequence and named parameters, with the gradients of (output * upstream).sum()."""
    random = Random(name)
    x, = wanted(random.normal(*shape))
    parameters = {key: random.normal(*size).requires_grad_() for key, size in parameter_shapes.items()}
    output = function(x.transpose(1, 2), parameters)
    output = output.transpose(1, 2) if output.dim() == 3 else output
    upstream = random.normal(*output.shape)
    output.backward(upstream)
    tensors = {"input": x, "output": output, "upstream": upstream, "grad_input": x.grad}
    for key, parameter in parameters.items():
        tensors |= {key: parameter, f"grad_{key}": parameter.grad}
    write(name, description, tensors)


def convolution(name, inputs=3, outputs=5, size=3, stride=1, dilation=1, padding="valid", groups=1):
    span = (size - 1) * dilation + 1
    before = {"valid": 0, "same": (span - 1) // 2, "causal": span - 1}[padding]
    behind = {"valid": 0, "same": span - 1 - before, "causal": 0}[padding]

    def function(x, parameters):
        options = dict(weight=parameters["weight"], bias=parameters["bias"], dilation=dilation, groups=groups)
        output = functional.conv1d(functional.pad(x, (before, behind)), stride=stride, **options)
        if padding == "same" and stride == 1:
            torch.testing.assert_close(functional.conv1d(x, padding="same", **options), output)
        return output

    layer(name, f"conv1d: stride={stride}, dilation={dilation}, groups={groups}, {padding}: {before} steps of zeros "
          f"before, {behind} behind", (2, 9, inputs), function, weight=(outputs, inputs // groups, size),
          bias=(outputs,))


def pools():
    for padding, count in [("valid", 0), ("same", 1)]:
        layer(f"largest_pool_{padding}", f"max_pool1d(3, padding={count})", (2, 8, 3),
              lambda x, _: functional.max_pool1d(x, 3, padding=count))
        layer(f"mean_pool_{padding}", f"avg_pool1d(3, padding={count}, count_include_pad=False)", (2, 8, 3),
              lambda x, _: functional.avg_pool1d(x, 3, padding=count, count_include_pad=False))


def upsampling():
    layer("upsample_nearest", "interpolate(scale_factor=3, mode='nearest')", (2, 4, 3),
          lambda x, _: functional.interpolate(x, scale_factor=3, mode="nearest"))
    layer("upsample_linear", "interpolate(scale_factor=3, mode='linear', align_corners=False)", (2, 4, 3),
          lambda x, _: functional.interpolate(x, scale_factor=3, mode="linear", align_corners=False))


def text_cnn():
    def function(x, parameters):
        answers = [functional.conv1d(x, parameters[f"{i}.weight"], parameters[f"{i}.bias"], padding="same")
                   for i in range(2)]
        return torch.cat([answer.relu().amax(2) for answer in answers], 1)

    layer("text_cnn", "conv1d of sizes 2 and 3 with padding='same', ReLU, maximum over time, concatenated", (2, 6, 3),
          function, **{"0.weight": (4, 3, 2), "0.bias": (4,), "1.weight": (4, 3, 3), "1.bias": (4,)})


if __name__ == "__main__":
    torch.set_num_threads(1)
    convolution("conv1d")
    convolution("conv1d_stride", stride=2)
    convolution("conv1d_dilation", dilation=2)
    convolution("conv1d_groups", inputs=4, outputs=6, groups=2)
    convolution("conv1d_depthwise", inputs=5, outputs=5, groups=5)
    convolution("conv1d_same", padding="same")
    convolution("conv1d_same_even", size=4, padding="same")
    convolution("conv1d_same_stride", stride=2, padding="same")
    convolution("conv1d_causal", dilation=2, padding="causal")
    pools()
    upsampling()
    text_cnn()
