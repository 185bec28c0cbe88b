"""Makes the loss curves of six whole models in training: run `python make_curves.py` beside make.py.

Each file holds a model's first parameters by name, one batch, and `losses`: the loss before each of ten steps of
torch.optim.Adam on that batch, in float64.
"""

import torch
from torch import nn
from torch.nn import functional
from torch.nn.utils.rnn import pack_padded_sequence

from make import Random, write

LEARNING_RATE = 0.02


class Average(nn.Module):
    """The mean of word vectors, and a linear map."""

    def __init__(self):
        super().__init__()
        self.words = nn.Embedding(20, 5, padding_idx=0)
        self.head = nn.Linear(5, 4)

    def forward(self, ids, lengths):
        return self.head(mean(self.words(ids), lengths))


class LastState(nn.Module):
    """A recurrent layer's last state, and a linear map."""

    def __init__(self, kind, inputs, hidden, outputs):
        super().__init__()
        self.encoder = kind(inputs, hidden, batch_first=True)
        self.head = nn.Linear(hidden, outputs)

    def forward(self, x, lengths=None):
        if lengths is not None:
            x = pack_padded_sequence(x, lengths, batch_first=True, enforce_sorted=False)
        state = self.encoder(x)[1]
        return self.head((state[0] if isinstance(state, tuple) else state)[0])


class Convolution(nn.Module):
    """A convolution along time, the largest of each channel, and a linear map."""

    def __init__(self):
        super().__init__()
        self.convolution = nn.Conv1d(4, 6, 3, padding=1)
        self.head = nn.Linear(6, 3)

    def forward(self, x):
        return self.head(torch.relu(self.convolution(x.transpose(1, 2))).amax(2))


class Transformer(nn.Module):
    """Word vectors, a block of a transformer encoder, their mean, and a linear map."""

    def __init__(self):
        super().__init__()
        self.words = nn.Embedding(15, 8)
        self.encoder = nn.TransformerEncoder(
            nn.TransformerEncoderLayer(8, 2, 16, dropout=0, activation="relu", batch_first=True), 1)
        self.head = nn.Linear(8, 3)

    def forward(self, ids, lengths):
        padding = torch.arange(ids.shape[1]) >= lengths[:, None]
        return self.head(mean(self.encoder(self.words(ids), src_key_padding_mask=padding), lengths))


def mean(x, lengths):
    valid = (torch.arange(x.shape[1]) < lengths[:, None]).double()
    return (x * valid[:, :, None]).sum(1) / lengths[:, None]


def curve(name, description, module, random, loss, batch, targets):
    """Ten steps on one batch; `batch` holds the arguments of the model by name."""
    module = module.double().train()
    with torch.no_grad():
        for parameter in module.parameters():
            parameter.copy_(random.normal(*parameter.shape, scale=0.5))
        for part in module.modules():
            if isinstance(part, nn.Embedding) and part.padding_idx is not None:
                part.weight[part.padding_idx] = 0
    tensors = {key: parameter.detach().clone() for key, parameter in module.named_parameters()}
    optimizer = torch.optim.Adam(module.parameters(), lr=LEARNING_RATE)
    losses = []
    for _ in range(10):
        optimizer.zero_grad()
        value = loss(module(**batch), targets)
        value.backward()
        optimizer.step()
        losses.append(value.detach())
    assert losses[-1] < 0.9 * losses[0], (name, losses)
    write(f"curve_{name}", f"{description}; Adam with learning rate {LEARNING_RATE}",
          tensors | batch | {"targets": targets, "losses": torch.stack(losses)})


def curves():
    random = Random("curve_mlp")
    curve("mlp", "Linear, ReLU, Linear; cross-entropy", nn.Sequential(nn.Linear(6, 8), nn.ReLU(), nn.Linear(8, 3)),
          random, functional.cross_entropy, {"input": random.normal(12, 6)}, random.integers(0, 3, 12))

    random = Random("curve_average")
    lengths = torch.tensor([4, 7, 1, 5, 2, 6])
    ids = random.integers(1, 20, 6, 7) * (torch.arange(7) < lengths[:, None])
    curve("average", "Embedding, mean over time, Linear; binary cross-entropy on logits", Average(), random,
          functional.binary_cross_entropy_with_logits, {"ids": ids, "lengths": lengths},
          random.integers(0, 2, 6, 4).double())

    random = Random("curve_lstm")
    curve("lstm", "LSTM's last state, Linear; cross-entropy", LastState(nn.LSTM, 4, 6, 3), random,
          functional.cross_entropy, {"x": random.normal(6, 7, 4), "lengths": lengths}, random.integers(0, 3, 6))

    random = Random("curve_gru")
    curve("gru", "GRU's last state, Linear; mean squared error", LastState(nn.GRU, 2, 6, 1), random,
          functional.mse_loss, {"x": random.normal(6, 9, 2)}, random.normal(6, 1))

    random = Random("curve_convolution")
    curve("convolution", "Conv1d of 3 steps and padding 1, ReLU, largest over time, Linear; cross-entropy",
          Convolution(), random, functional.cross_entropy, {"x": random.normal(6, 9, 4)}, random.integers(0, 3, 6))

    random = Random("curve_transformer")
    ids = random.integers(0, 15, 6, 7)
    curve("transformer", "Embedding, encoder block of 2 heads with norms behind its parts, mean over time, Linear; "
          "cross-entropy", Transformer(), random, functional.cross_entropy, {"ids": ids, "lengths": lengths},
          random.integers(0, 3, 6))


if __name__ == "__main__":
    torch.set_num_threads(1)
    curves()
