"""Makes the PyTorch reference fixtures of this folder: run `python make.py` with torch and safetensors installed.

Inputs are random float32 values. Outputs, losses and gradients are computed from them in float64 and stored as
float32, so a file holds the exact result to the last bit or so, whatever PyTorch's own float32 kernels round to.
Ids and lengths are int64. Every generator is seeded with its fixture's name: adding a fixture changes no other.
A file's `description` says what it holds and how its names are to be read; `torch` is the version that made it.
"""

import json
import pathlib
import struct
import zlib

import torch
from safetensors.torch import load_file, save
from torch import nn
from torch.nn import functional
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

folder = pathlib.Path(__file__).parent


class Random:
    """Seeded values that float32 holds exactly, handed out as float64."""

    def __init__(self, name):
        self.generator = torch.Generator().manual_seed(zlib.crc32(name.encode()))

    def normal(self, *shape, scale=1.0):
        return (torch.randn(*shape, generator=self.generator) * scale).double()

    def uniform(self, low, high, *shape):
        return (torch.rand(*shape, generator=self.generator) * (high - low) + low).double()

    def integers(self, low, high, *shape):
        return torch.randint(low, high, shape, generator=self.generator)


def write(name, description, tensors):
    """Writes one file, its header's keys sorted: the same run gives the same bytes."""
    exact = {}
    for key, tensor in tensors.items():
        tensor = torch.as_tensor(tensor).detach()
        exact[key] = (tensor.float() if tensor.is_floating_point() else tensor).contiguous().clone()
        assert torch.isfinite(exact[key]).all(), (name, key)
    data = save(exact, metadata={"torch": torch.__version__.split("+")[0], "description": description})
    length = struct.unpack("<Q", data[:8])[0]
    header = json.dumps(json.loads(data[8:8 + length]), sort_keys=True, separators=(",", ":")).encode()
    header += b" " * (-len(header) % 8)
    path = folder / f"{name}.safetensors"
    path.write_bytes(struct.pack("<Q", len(header)) + header + data[8 + length:])
    assert all(torch.equal(value, exact[key]) for key, value in load_file(path).items())
    print(f"{path.name}: {path.stat().st_size} bytes, {len(exact)} tensors")


def wanted(*tensors):
    """Asks PyTorch for the gradients of the tensors."""
    return [tensor.requires_grad_() for tensor in tensors]


def linear():
    random = Random("linear")
    input, weight, bias = wanted(random.normal(3, 4, 5), random.normal(7, 5), random.normal(7))
    output = functional.linear(input, weight, bias)
    upstream = random.normal(3, 4, 7)
    output.backward(upstream)
    write("linear", "output = input weight^T + bias; gradients of (output * upstream).sum()", {
        "input": input, "weight": weight, "bias": bias, "output": output, "upstream": upstream,
        "grad_input": input.grad, "grad_weight": weight.grad, "grad_bias": bias.grad,
    })


def embedding():
    random = Random("embedding")
    ids = torch.tensor([[3, 0, 7, 7, 0, 10], [1, 2, 3, 0, 0, 0], [7, 5, 1, 10, 4, 7]])
    weight = random.normal(11, 5)
    weight[0] = 0
    wanted(weight)
    output = functional.embedding(ids, weight, padding_idx=0)
    upstream = random.normal(3, 6, 5)
    output.backward(upstream)
    write("embedding", "Rows of weight by ids. padding_idx is 0: its row is zero and gets no gradient. Rows 6, 8 "
          "and 9 are not looked up; row 7 is looked up four times", {
              "ids": ids, "weight": weight, "output": output, "upstream": upstream, "grad_weight": weight.grad,
          })


PARAMETERS = ["weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0"]


def lstm_module(random, inputs, hidden):
    module = nn.LSTM(inputs, hidden, batch_first=True).double()
    with torch.no_grad():
        for name in PARAMETERS:
            parameter = getattr(module, name)
            parameter.copy_(random.normal(*parameter.shape, scale=0.5))
    return module


def lstm_tensors(module, x, output, h_n, c_n, random):
    """Back-propagates random upstream gradients and gathers the tensors that the LSTM fixtures share."""
    upstreams = [random.normal(*tensor.shape) for tensor in (output, h_n, c_n)]
    torch.autograd.backward([output, h_n, c_n], upstreams)
    tensors = {
        "x": x, "output": output, "h_n": h_n, "c_n": c_n, "grad_x": x.grad,
        "upstream_output": upstreams[0], "upstream_h_n": upstreams[1], "upstream_c_n": upstreams[2],
    }
    for name in PARAMETERS:
        tensors[name] = getattr(module, name)
        tensors["grad_" + name] = getattr(module, name).grad
    return tensors


def lstm():
    random = Random("lstm")
    module = lstm_module(random, 5, 6)
    x, h0, c0 = wanted(random.normal(3, 7, 5), random.normal(1, 3, 6), random.normal(1, 3, 6))
    output, (h_n, c_n) = module(x, (h0, c0))
    tensors = lstm_tensors(module, x, output, h_n, c_n, random)
    write("lstm", "nn.LSTM(5, 6, batch_first=True) on full-length rows from the state h0, c0; gates in the order "
          "i, f, g, o", tensors | {"h0": h0, "c0": c0, "grad_h0": h0.grad, "grad_c0": c0.grad})


def lstm_lengths():
    random = Random("lstm_lengths")
    module = lstm_module(random, 5, 6)
    lengths = torch.tensor([4, 7, 1])
    x, = wanted(random.normal(3, 7, 5))
    packed = pack_padded_sequence(x, lengths, batch_first=True, enforce_sorted=False)
    packed_output, (h_n, c_n) = module(packed)
    output, _ = pad_packed_sequence(packed_output, batch_first=True, total_length=7)
    tensors = lstm_tensors(module, x, output, h_n, c_n, random)
    write("lstm_lengths", "nn.LSTM(5, 6, batch_first=True) on rows of the given lengths from a zero state. x and "
          "upstream_output are not zero past a row's length: they must change nothing. output is zero there; h_n "
          "and c_n are the states after each row's last step", tensors | {"lengths": lengths})


def lstm_reverse():
    random = Random("lstm_reverse")
    module = lstm_module(random, 5, 6)
    lengths = torch.tensor([4, 7, 1])
    x, = wanted(random.normal(3, 7, 5))
    steps = torch.arange(7).expand(3, 7)
    reversal = torch.where(steps < lengths[:, None], lengths[:, None] - 1 - steps, steps)

    def reverse(tensor):
        return tensor.gather(1, reversal[:, :, None].expand_as(tensor))

    packed = pack_padded_sequence(reverse(x), lengths, batch_first=True, enforce_sorted=False)
    packed_output, (h_n, c_n) = module(packed)
    output = reverse(pad_packed_sequence(packed_output, batch_first=True, total_length=7)[0])
    check_backward_direction(module, x, lengths, output, h_n, c_n)
    tensors = lstm_tensors(module, x, output, h_n, c_n, random)
    write("lstm_reverse", "An LSTM that reads each row backwards within its length, from a zero state, as the "
          "second direction of a bidirectional nn.LSTM does. output stands at the positions that were read; h_n "
          "and c_n are the states after position 0. x and upstream_output past a row's length must change nothing",
          tensors | {"lengths": lengths})


def check_backward_direction(module, x, lengths, output, h_n, c_n):
    """PyTorch's own bidirectional LSTM must say the same as rows reversed by hand."""
    both = nn.LSTM(5, 6, batch_first=True, bidirectional=True).double()
    with torch.no_grad():
        for name in PARAMETERS:
            getattr(both, name + "_reverse").copy_(getattr(module, name))
        packed = pack_padded_sequence(x, lengths, batch_first=True, enforce_sorted=False)
        packed_output, (both_h, both_c) = both(packed)
        both_output, _ = pad_packed_sequence(packed_output, batch_first=True, total_length=7)
    for found, expected in [(both_output[:, :, 6:], output), (both_h[1:], h_n), (both_c[1:], c_n)]:
        torch.testing.assert_close(found, expected.detach(), rtol=1e-12, atol=1e-12)


def mean_over_time():
    random = Random("mean_over_time")
    lengths = torch.tensor([5, 2, 1])
    x, = wanted(random.normal(3, 5, 4))
    valid = (torch.arange(5) < lengths[:, None]).double()
    output = (x * valid[:, :, None]).sum(1) / lengths[:, None]
    upstream = random.normal(3, 4)
    output.backward(upstream)
    write("mean_over_time", "output = mean of each row's first `length` steps; x is not zero past them", {
        "x": x, "lengths": lengths, "output": output, "upstream": upstream, "grad_x": x.grad,
    })


def loss_variants(logits, variants):
    """The loss and its gradient for each variant: `loss` and `grad_logits`, with the variant's name in front."""
    tensors = {}
    for name, loss in variants.items():
        value = loss(logits)
        gradient, = torch.autograd.grad(value, logits)
        tensors |= {name + "loss": value, name + "grad_logits": gradient}
    return tensors


def binary_cross_entropy():
    random = Random("binary_cross_entropy")
    logits = random.normal(4, 6, scale=2)
    logits[0, 1], logits[1, 3], logits[2, 0], logits[3, 5], logits[3, 4] = 80, 80, -80, -80, 0
    wanted(logits)
    targets = random.integers(0, 2, 4, 6).double()
    targets[0, 1], targets[1, 3], targets[2, 0], targets[3, 5] = 1, 0, 1, 0
    weight, pos_weight = random.uniform(0.5, 2, 6), random.uniform(0.5, 4, 6)

    def loss(**weights):
        return lambda logits: functional.binary_cross_entropy_with_logits(logits, targets, **weights)

    tensors = loss_variants(logits, {
        "": loss(weight=weight, pos_weight=pos_weight),
        "plain_": loss(), "weight_only_": loss(weight=weight), "pos_weight_only_": loss(pos_weight=pos_weight),
    })
    write("binary_cross_entropy", "binary_cross_entropy_with_logits, mean over all 24 values. loss and grad_logits: "
          "with weight and pos_weight, one of each a label; plain_: with neither; weight_only_ and "
          "pos_weight_only_: with one. Logits of 80 and -80 stand against both targets",
          tensors | {"logits": logits, "targets": targets, "weight": weight, "pos_weight": pos_weight})


def cross_entropy():
    random = Random("cross_entropy")
    logits = random.normal(5, 7, scale=2)
    logits[2, 3], logits[2, 4], logits[4, 0] = 80, -80, 80
    wanted(logits)
    targets = torch.tensor([0, 6, 3, 2, 1])
    targets_ignored = torch.tensor([0, -100, 3, -100, 1])
    weight = random.uniform(0.5, 2, 7)

    def loss(targets=targets, **options):
        return lambda logits: functional.cross_entropy(logits, targets, **options)

    tensors = loss_variants(logits, {
        "": loss(), "weight_": loss(weight=weight), "smoothing_": loss(label_smoothing=0.1),
        "weight_smoothing_": loss(weight=weight, label_smoothing=0.1),
        "ignored_": loss(targets_ignored), "weight_ignored_": loss(targets_ignored, weight=weight),
    })
    write("cross_entropy", "cross_entropy over 7 classes, mean over rows. weight_: one weight a class, divided by "
          "the sum of the targets' weights; smoothing_: label_smoothing=0.1; ignored_: with targets_ignored, whose "
          "-100 rows count neither above nor below the fraction",
          tensors | {"logits": logits, "targets": targets, "targets_ignored": targets_ignored, "weight": weight})


def adam():
    random = Random("adam")
    start, centre = random.normal(10), random.normal(10)
    quadratic, quartic = random.uniform(0.5, 3, 10), random.uniform(0.1, 1, 10)

    def run(weight_decay, dtype):
        x = start.to(dtype, copy=True).requires_grad_()
        optimizer = torch.optim.Adam([x], lr=1e-2, weight_decay=weight_decay)
        trajectory = {}
        for step in range(1, 51):
            optimizer.zero_grad()
            away = x - centre.to(dtype)
            (quadratic.to(dtype) * away**2 / 2 + quartic.to(dtype) * away**4 / 4).sum().backward()
            optimizer.step()
            if step in (1, 10, 50):
                trajectory[f"step_{step}"] = x.detach().clone()
        state = optimizer.state[x]
        return trajectory | {"exp_avg_50": state["exp_avg"], "exp_avg_sq_50": state["exp_avg_sq"]}

    tensors = {"start": start, "centre": centre, "quadratic": quadratic, "quartic": quartic}
    for prefix, weight_decay in [("", 0.0), ("decay_", 0.01)]:
        exact, rounded = run(weight_decay, torch.float64), run(weight_decay, torch.float32)
        for key, value in exact.items():
            # The problem must not magnify float32's rounding, or no float32 optimizer could pass.
            torch.testing.assert_close(rounded[key].double(), value, rtol=2e-6, atol=2e-6)
            tensors[prefix + key] = value
    write("adam", "torch.optim.Adam, learning rate 0.01, betas 0.9 and 0.999, eps 1e-8, on the sum of "
          "quadratic/2 (x - centre)^2 + quartic/4 (x - centre)^4 from start: x after steps 1, 10 and 50, and both "
          "moments after step 50. decay_: with weight_decay=0.01, which is added to the gradient", tensors)


def clip():
    random = Random("clip")
    shapes = {"a": (3, 4), "b": (5,), "c": (2, 2, 2)}
    tensors = {}
    for prefix, scale in [("", 1.0), ("small_", 0.1)]:
        parameters = [torch.zeros(*shape, dtype=torch.float64) for shape in shapes.values()]
        for name, parameter in zip(shapes, parameters):
            parameter.grad = random.normal(*parameter.shape, scale=scale)
            tensors[f"{prefix}grad_{name}"] = parameter.grad.clone()
        tensors[prefix + "total_norm"] = nn.utils.clip_grad_norm_(parameters, max_norm=1.0)
        for name, parameter in zip(shapes, parameters):
            tensors[f"{prefix}clipped_{name}"] = parameter.grad
    assert tensors["total_norm"] > 1 and tensors["small_total_norm"] < 1
    write("clip", "clip_grad_norm_ with max_norm=1.0 over three gradients together: their scale is "
          "max_norm / (total_norm + 1e-6) where that is below one. small_: a norm below one, left alone", tensors)


if __name__ == "__main__":
    torch.set_num_threads(1)
    for make in [linear, embedding, lstm, lstm_lengths, lstm_reverse, mean_over_time, binary_cross_entropy,
                 cross_entropy, adam, clip]:
        make()
