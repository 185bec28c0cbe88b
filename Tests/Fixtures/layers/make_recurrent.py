"""Makes the fixtures of recurrent layers: run `python make_recurrent.py` with torch and safetensors installed.

Values, precision and files are as in make.py. Inputs behind a row's length are not zero: they must change nothing.
Each file holds `input` (or `input0`, ...), maybe `lengths`, the parameters, `output`, `upstream`, and the gradients of
(output * upstream).sum(): `grad_` before the name of each.
"""

import torch
from torch import nn
from torch.nn import functional
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from make import Random, wanted, write

INPUTS, HIDDEN, STEPS = 2, 3, 6
LENGTHS = torch.tensor([4, 6, 1])


def randomised(module, random):
    """The module in float64, with random parameters."""
    module = module.double()
    with torch.no_grad():
        for parameter in module.parameters():
            parameter.copy_(random.normal(*parameter.shape, scale=0.5))
    return module


def gathered(inputs, parameters, output, random):
    """Back-propagates a random upstream gradient and gathers what every file holds."""
    upstream = random.normal(*output.shape)
    output.backward(upstream)
    tensors = {"output": output, "upstream": upstream}
    for name, tensor in (inputs | parameters).items():
        tensors |= {name: tensor, "grad_" + name: tensor.grad}
    return tensors


def every_step(module, x):
    packed = pack_padded_sequence(x, LENGTHS, batch_first=True, enforce_sorted=False)
    return pad_packed_sequence(module(packed)[0], batch_first=True, total_length=STEPS)[0]


def with_lengths(name, module, description):
    random = Random(name)
    randomised(module, random)
    x, = wanted(random.normal(3, STEPS, INPUTS))
    tensors = gathered({"input": x}, dict(module.named_parameters()), every_step(module, x), random)
    write(name, description + ", on rows of the given lengths", tensors | {"lengths": LENGTHS})


def relu_reverse():
    """The reverse half of a bidirectional layer, under its own names."""
    random = Random("rnn_relu_reverse")
    module = randomised(
        nn.RNN(INPUTS, HIDDEN, nonlinearity="relu", batch_first=True, bidirectional=True), random)
    x, = wanted(random.normal(3, STEPS, INPUTS))
    parameters = {name: value for name, value in module.named_parameters() if name.endswith("_reverse")}
    tensors = gathered({"input": x}, parameters, every_step(module, x)[:, :, HIDDEN:], random)
    write("rnn_relu_reverse", "The second direction of nn.RNN(2, 3, nonlinearity='relu', bidirectional=True), on "
          "rows of the given lengths", tensors | {"lengths": LENGTHS})


def gru_state():
    random = Random("gru_state")
    module = randomised(nn.GRU(INPUTS, HIDDEN, batch_first=True), random)
    x, start = wanted(random.normal(3, STEPS, INPUTS), random.normal(3, HIDDEN))
    output = module(x, start[None])[0]
    tensors = gathered({"input0": x, "input1": start}, dict(module.named_parameters()), output, random)
    write("gru_state", "nn.GRU(2, 3) from the state input1, on full-length rows", tensors)


def lstm_normalized():
    """No module of PyTorch's has this cell; its steps are spelled out (Ba et al. 2016)."""
    random = Random("lstm_normalized")
    parameters = {
        "weight_ih_l0": random.normal(4 * HIDDEN, INPUTS, scale=0.5),
        "weight_hh_l0": random.normal(4 * HIDDEN, HIDDEN, scale=0.5),
        "bias_ih_l0": random.normal(4 * HIDDEN, scale=0.5), "bias_hh_l0": random.normal(4 * HIDDEN, scale=0.5),
        "gain_ih_l0": random.uniform(0.5, 1.5, 4 * HIDDEN), "gain_hh_l0": random.uniform(0.5, 1.5, 4 * HIDDEN),
        "gain_cell_l0": random.uniform(0.5, 1.5, HIDDEN), "bias_cell_l0": random.normal(HIDDEN, scale=0.5),
    }
    x, *_ = wanted(random.normal(3, STEPS, INPUTS), *parameters.values())
    p = parameters
    h = c = torch.zeros(3, HIDDEN, dtype=torch.float64)
    outputs = []
    for step in range(STEPS):
        gates = functional.layer_norm(
            functional.linear(x[:, step], p["weight_ih_l0"]), [4 * HIDDEN], p["gain_ih_l0"], p["bias_ih_l0"])
        gates = gates + functional.layer_norm(
            functional.linear(h, p["weight_hh_l0"]), [4 * HIDDEN], p["gain_hh_l0"], p["bias_hh_l0"])
        i, f, g, o = gates.chunk(4, 1)
        c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
        h = torch.sigmoid(o) * torch.tanh(functional.layer_norm(c, [HIDDEN], p["gain_cell_l0"], p["bias_cell_l0"]))
        outputs.append(h)
    tensors = gathered({"input": x}, parameters, torch.stack(outputs, 1), random)
    write("lstm_normalized", "An LSTM with layer_norm on both products and on the cell before its tanh, on "
          "full-length rows", tensors)


if __name__ == "__main__":
    torch.set_num_threads(1)
    both = dict(num_layers=2, bidirectional=True, batch_first=True)
    with_lengths("rnn_tanh", nn.RNN(INPUTS, HIDDEN, batch_first=True), "nn.RNN(2, 3)")
    relu_reverse()
    with_lengths("gru", nn.GRU(INPUTS, HIDDEN, batch_first=True), "nn.GRU(2, 3)")
    with_lengths("gru_stack", nn.GRU(INPUTS, HIDDEN, **both), "nn.GRU(2, 3, num_layers=2, bidirectional=True)")
    with_lengths("lstm_stack", nn.LSTM(INPUTS, HIDDEN, **both), "nn.LSTM(2, 3, num_layers=2, bidirectional=True)")
    gru_state()
    lstm_normalized()
