"""The jobs of `cantus bench steps` in PyTorch: same names, shapes, losses, batch and optimizer.

    python steps.py JOB... [--infer] [--sparse] [--repeats N]

Prints a JSON line a job: `job`, `ms` (the median), `min_ms`, `runs`, `threads`, `torch`. A step is forward, loss, backward
and Adam at a learning rate of 0.001, on one random batch. With --sparse, embedding tables have sparse gradients and
SparseAdam steps the rows that the batch touched, as Cantus does; without, Adam steps every row.
"""

import argparse
import json
import statistics
import time

import torch
import torch.nn.functional as F
from torch import nn

IS_SPARSE = False


def table(entries, width):
    return nn.Embedding(entries, width, sparse=IS_SPARSE)


class ChannelsFirst(nn.Module):
    def forward(self, x):
        return x.transpose(1, 2)


class RecurrentModel(nn.Module):
    """An optional table, a recurrent layer, one of its steps or their mean, a linear layer."""

    def __init__(self, kind, inputs, hidden, outputs, entries=None, both=False, summary="last"):
        super().__init__()
        self.table = table(entries, inputs) if entries else nn.Identity()
        self.encoder = getattr(nn, kind)(inputs, hidden, batch_first=True, bidirectional=both)
        self.head = nn.Linear(hidden * (1 + both), outputs)
        self.summary = summary

    def forward(self, x):
        steps, _ = self.encoder(self.table(x))
        return self.head(steps.mean(1) if self.summary == "mean" else steps[:, -1])


class TextConvolution(nn.Module):
    def __init__(self):
        super().__init__()
        self.table, self.convolution, self.head = table(20000, 128), nn.Conv1d(128, 64, 3), nn.Linear(64, 10)

    def forward(self, x):
        return self.head(F.relu(self.convolution(self.table(x).transpose(1, 2))).amax(2))


class LanguageModel(nn.Module):
    def __init__(self):
        super().__init__()
        self.table = table(10000, 200)
        self.encoder = nn.LSTM(200, 200, num_layers=2, batch_first=True)
        self.head = nn.Linear(200, 10000)

    def forward(self, x):
        return self.head(self.encoder(self.table(x))[0]).reshape(-1, 10000)


class TransformerBlock(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.heads = heads
        self.norm1, self.norm2 = nn.LayerNorm(width), nn.LayerNorm(width)
        self.project_in, self.project_out = nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.linear1, self.linear2 = nn.Linear(width, 4 * width), nn.Linear(4 * width, width)

    def forward(self, x):
        parts = self.project_in(self.norm1(x)).chunk(3, dim=-1)
        query, key, value = (part.unflatten(-1, (self.heads, -1)).transpose(1, 2) for part in parts)
        mixed = F.scaled_dot_product_attention(query, key, value, is_causal=True)
        x = x + self.project_out(mixed.transpose(1, 2).flatten(2))
        return x + self.linear2(F.gelu(self.linear1(self.norm2(x))))


class Transformer(nn.Module):
    def __init__(self, blocks, width, heads, steps):
        super().__init__()
        self.table = table(65, width)
        self.positions = nn.Parameter(0.02 * torch.randn(steps, width))
        self.blocks = nn.Sequential(*(TransformerBlock(width, heads) for _ in range(blocks)))
        self.norm, self.head = nn.LayerNorm(width), nn.Linear(width, 65)

    def forward(self, x):
        return self.head(self.norm(self.blocks(self.table(x) + self.positions))).reshape(-1, 65)


class Translator(nn.Module):
    """A bidirectional GRU, and a GRU that attends to its states and is told the right word at every step."""

    def __init__(self):
        super().__init__()
        self.source, self.target = table(5000, 128), table(5000, 128)
        self.encoder = nn.GRU(128, 128, batch_first=True, bidirectional=True)
        self.decoder = nn.GRUCell(384, 128)
        self.key, self.query = nn.Linear(256, 128, bias=False), nn.Linear(128, 128)
        self.score, self.head = nn.Linear(128, 1, bias=False), nn.Linear(384, 5000)

    def forward(self, x):
        memory, _ = self.encoder(self.source(x))
        keys, words = self.key(memory), self.target(x)
        state, outputs = memory.new_zeros(len(x), 128), []
        for step in range(x.shape[1]):
            scores = self.score(torch.tanh(keys + self.query(state).unsqueeze(1)))
            context = (scores.softmax(1) * memory).sum(1)
            state = self.decoder(torch.cat((words[:, step], context), 1), state)
            outputs.append(torch.cat((state, context), 1))
        return self.head(torch.stack(outputs, 1)).reshape(-1, 5000)


def forecast_convolution():
    return nn.Sequential(
        ChannelsFirst(), nn.Conv1d(1, 64, 3), nn.ReLU(), nn.Conv1d(64, 32, 5), nn.ReLU(), nn.Flatten(),
        nn.Linear(162 * 32, 64), nn.ReLU(), nn.Linear(64, 1))


def audio_convolution():
    layers, channels = [ChannelsFirst()], 1
    for filters, width in ((8, 13), (16, 11), (32, 9), (64, 7)):
        layers += [nn.Conv1d(channels, filters, width), nn.ReLU(), nn.MaxPool1d(3)]
        channels = filters
    head = [nn.Flatten(), nn.Linear(194 * 64, 256), nn.ReLU(), nn.Linear(256, 128), nn.ReLU(), nn.Linear(128, 10)]
    return nn.Sequential(*layers, *head)


def normal(*shape):
    return torch.randn(shape)


def below(count, *shape):
    return torch.randint(count, shape)


def binary(*shape):
    return torch.randint(2, shape).float()


series = (lambda: normal(32, 168, 1), lambda: normal(32, 1), F.mse_loss)
words = (lambda: below(20000, 64, 100), lambda: binary(64, 10), F.binary_cross_entropy_with_logits)


def classes(rows, count, x):
    return x, lambda: below(count, rows), F.cross_entropy


JOBS = {
    "forecast.rnn": (lambda: RecurrentModel("RNN", 1, 64, 1), *series),
    "forecast.lstm": (lambda: RecurrentModel("LSTM", 1, 64, 1), *series),
    "forecast.gru": (lambda: RecurrentModel("GRU", 1, 64, 1), *series),
    "forecast.conv1d": (forecast_convolution, *series),
    "tag.lstm": (lambda: RecurrentModel("LSTM", 128, 128, 10, 20000), *words),
    "tag.gru": (lambda: RecurrentModel("GRU", 128, 128, 10, 20000), *words),
    "tag.bilstm": (lambda: RecurrentModel("LSTM", 128, 128, 10, 20000, both=True), *words),
    "tag.conv1d": (TextConvolution, *words),
    "audio.conv1d": (audio_convolution, *classes(32, 10, lambda: normal(32, 16000, 1))),
    "audio.bigru": (
        lambda: RecurrentModel("GRU", 64, 128, 10, both=True, summary="mean"),
        *classes(32, 10, lambda: normal(32, 101, 64))),
    "lm.lstm": (LanguageModel, *classes(400, 10000, lambda: below(10000, 20, 20))),
    "lm.gpt.small": (lambda: Transformer(4, 128, 4, 64), *classes(768, 65, lambda: below(65, 12, 64))),
    "lm.gpt.base": (lambda: Transformer(6, 384, 6, 256), *classes(2048, 65, lambda: below(65, 8, 256))),
    "lstm.large": (
        lambda: RecurrentModel("LSTM", 512, 512, 10), *classes(64, 10, lambda: normal(64, 64, 512))),
    "seq2seq.attention": (Translator, *classes(640, 5000, lambda: below(5000, 32, 20))),
}


def time_job(name, infer, repeats):
    make_model, make_x, make_y, loss = JOBS[name]
    torch.manual_seed(0)
    model, x, y = make_model(), make_x(), make_y()
    if infer:
        model.eval()

        @torch.inference_mode()
        def run():
            model(x[:1])
    else:
        tables = [part.weight for part in model.modules() if isinstance(part, nn.Embedding) and part.sparse]
        others = [weight for weight in model.parameters() if all(weight is not one for one in tables)]
        optimizers = [torch.optim.Adam(others, lr=1e-3)]
        if tables:
            optimizers.append(torch.optim.SparseAdam(tables, lr=1e-3))

        def run():
            for optimizer in optimizers:
                optimizer.zero_grad()
            loss(model(x), y).backward()
            for optimizer in optimizers:
                optimizer.step()

    # As in `cantus bench steps`: half a second at least, and a fifth of that to warm up.
    begin, runs = time.perf_counter(), 0
    while runs < 3 or time.perf_counter() - begin < 0.1:
        run()
        runs += 1
    times = []
    while (len(times) < repeats or sum(times) < 0.5) and (sum(times) < 12 or len(times) < 5):
        start = time.perf_counter()
        run()
        times.append(time.perf_counter() - start)
    return {
        "job": name, "ms": round(1e3 * statistics.median(times), 3), "min_ms": round(1e3 * min(times), 3),
        "runs": len(times), "threads": torch.get_num_threads(), "torch": torch.__version__.split("+")[0],
    }


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("jobs", nargs="*", choices=[[], *JOBS], default=[])
    parser.add_argument("--infer", action="store_true")
    parser.add_argument("--sparse", action="store_true")
    parser.add_argument("--repeats", type=int, default=15)
    arguments = parser.parse_args()
    IS_SPARSE = arguments.sparse
    for job in arguments.jobs or JOBS:
        print(json.dumps(time_job(job, arguments.infer, arguments.repeats)), flush=True)
