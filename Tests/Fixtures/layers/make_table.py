"""Makes the PyTorch fixtures of those lines of the conformance table that the other scripts leave out: run
`python make_table.py` with torch and safetensors installed.

See make.py for how the values are made and stored. Each file holds `input` (or `input0`, ...), maybe `lengths`, the
parameters, `output`, `upstream`, and the gradients of (output * upstream).sum(): `grad_` before the name of each. What
PyTorch has no module for is spelled out in its functions. Outputs behind a row's length are zero.
"""

import math

import torch
from torch import nn
from torch.nn import functional
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from make import Random, wanted, write

STEPS = 5
LENGTHS = torch.tensor([5, 3, 1])
VALID = torch.arange(STEPS) < LENGTHS[:, None]
CAUSAL = torch.triu(torch.ones(STEPS, STEPS, dtype=torch.bool), diagonal=1)  # True hides


def line(name, description, inputs, function, parameters={}, lengths=False, constants={}):
    """One file; `function` gets the inputs, the parameters by name and, where rows have lengths, those."""
    random = Random(name)
    inputs = wanted(*[random.normal(*shape) for shape in inputs])
    if isinstance(parameters, nn.Module):
        module = parameters.double()
        with torch.no_grad():
            for parameter in module.parameters():
                parameter.copy_(random.normal(*parameter.shape, scale=0.5))
        parameters = dict(module.named_parameters())
        output = function(module, *inputs)
    else:
        parameters = {key: random.normal(*shape, scale=0.5).requires_grad_() for key, shape in parameters.items()}
        output = function(parameters | constants, *inputs)
    if lengths and output.dim() == 3:
        output = output * VALID[:, :, None]
    upstream = random.normal(*output.shape)
    output.backward(upstream)
    tensors = {"output": output, "upstream": upstream} | ({"lengths": LENGTHS} if lengths else {})
    names = ["input"] if len(inputs) == 1 else [f"input{index}" for index in range(len(inputs))]
    for key, tensor in list(zip(names, inputs)) + list(parameters.items()):
        tensors |= {key: tensor, f"grad_{key}": tensor.grad}
    write(name, description, tensors | constants)


# Recurrent


def packed(x):
    return pack_padded_sequence(x, LENGTHS, batch_first=True)


def unpacked(output):
    return pad_packed_sequence(output, batch_first=True, total_length=STEPS)[0]


def recurrent():
    two = dict(bidirectional=True, batch_first=True)

    def merged(module, x, merge):
        ahead, back = unpacked(module(packed(x))[0]).split(3, 2)
        return merge(ahead, back)

    line("rnn_sum", "nn.RNN(2, 3, bidirectional=True), the sum of both directions", [(3, STEPS, 2)],
         lambda module, x: merged(module, x, torch.add), nn.RNN(2, 3, **two), lengths=True)
    line("gru_mean", "nn.GRU(2, 3, bidirectional=True), the mean of both directions", [(3, STEPS, 2)],
         lambda module, x: merged(module, x, lambda a, b: (a + b) / 2), nn.GRU(2, 3, **two), lengths=True)
    line("lstm_product", "nn.LSTM(2, 3, bidirectional=True), the product of both directions", [(3, STEPS, 2)],
         lambda module, x: merged(module, x, torch.mul), nn.LSTM(2, 3, **two), lengths=True)
    line("rnn_relu_last", "nn.RNN(2, 3, nonlinearity='relu'), h_n", [(3, STEPS, 2)],
         lambda module, x: module(packed(x))[1][0], nn.RNN(2, 3, nonlinearity="relu", batch_first=True), lengths=True)
    line("lstm_last", "nn.LSTM(2, 3, bidirectional=True), h_n of both directions side by side", [(3, STEPS, 2)],
         lambda module, x: torch.cat(list(module(packed(x))[1][0]), 1), nn.LSTM(2, 3, **two), lengths=True)
    line("rnn_state", "nn.RNN(2, 3) from the state input1", [(3, STEPS, 2), (3, 3)],
         lambda module, x, h: unpacked(module(packed(x), h[None])[0]), nn.RNN(2, 3, batch_first=True), lengths=True)
    line("lstm_state", "nn.LSTM(2, 3) from the state input1 and the cell input2", [(3, STEPS, 2), (3, 3), (3, 3)],
         lambda module, x, h, c: unpacked(module(packed(x), (h[None], c[None]))[0]), nn.LSTM(2, 3, batch_first=True),
         lengths=True)


# Attention


def softmax(scores):
    """Over the valid keys; queries behind their row's end are cut later."""
    return scores.masked_fill(~VALID[:, None, :], -math.inf).softmax(-1)


def additive_scores(q, k, weight):
    return torch.tanh(q[:, :, None] + k[:, None]) @ weight[0]


def rotated(x, heads):
    """Pairs of neighbours in each head, turned by t 10000^(-2i / D)."""
    rows, steps, columns = x.shape
    width = columns // heads
    angles = torch.arange(steps, dtype=torch.float64)[:, None] * 10_000 ** (
        -torch.arange(0, width, 2, dtype=torch.float64) / width)
    pairs = torch.view_as_complex(x.reshape(rows, steps, heads, width // 2, 2))
    turned = pairs * torch.polar(torch.ones_like(angles), angles)[:, None]
    return torch.view_as_real(turned).reshape(x.shape)


def heads(x, count):
    """[N, T, count D] to [N, count, T, D]."""
    return x.unflatten(2, (count, -1)).transpose(1, 2)


def attended(q, k, v, query_heads, key_heads, causal):
    hidden = ~VALID[:, None, None, :] | CAUSAL if causal else ~VALID[:, None, None, :]
    return functional.scaled_dot_product_attention(
        heads(q, query_heads), heads(k, key_heads), heads(v, key_heads), attn_mask=~hidden,
        enable_gqa=query_heads != key_heads).transpose(1, 2).flatten(2)


def grouped(name, key_heads, causal, rotary):
    def function(p, x):
        q, k, v = (x @ p[f"{part}_proj.weight"].T for part in "qkv")
        if rotary:
            q, k = rotated(q, 4), rotated(k, key_heads)
        return attended(q, k, v, 4, key_heads, causal) @ p["out_proj.weight"].T

    sizes = {"q_proj.weight": (8, 8), "k_proj.weight": (2 * key_heads, 8), "v_proj.weight": (2 * key_heads, 8),
             "out_proj.weight": (8, 8)}
    line(name, f"scaled_dot_product_attention(enable_gqa=True) of linear maps, 4 heads over {key_heads}"
         + (", causal" if causal else "") + (", queries and keys turned by rotary positions" if rotary else ""),
         [(3, STEPS, 8)], function, sizes, lengths=True)


def attention():
    line("luong_dot", "softmax(q k^T) v", [(3, STEPS, 3), (3, STEPS, 3), (3, STEPS, 2)],
         lambda p, q, k, v: softmax(q @ k.transpose(1, 2)) @ v, lengths=True)
    line("luong_general", "softmax(q W^T k^T) v", [(3, STEPS, 3), (3, STEPS, 5), (3, STEPS, 2)],
         lambda p, q, k, v: softmax(q @ p["weight"].T @ k.transpose(1, 2)) @ v, {"weight": (5, 3)}, lengths=True)
    line("additive_attention", "softmax(v tanh(W q + b + U k)) x", [(3, STEPS, 3), (3, STEPS, 4), (3, STEPS, 2)],
         lambda p, q, k, v: softmax(additive_scores(
             functional.linear(q, p["query.weight"], p["query.bias"]), k @ p["key.weight"].T, p["score.weight"])) @ v,
         {"query.weight": (5, 3), "query.bias": (5,), "key.weight": (5, 4), "score.weight": (1, 5)}, lengths=True)
    line("additive_pooling", "softmax over t of v tanh(U x + b), times x", [(3, STEPS, 3)],
         lambda p, x: (softmax((torch.tanh(functional.linear(x, p["key.weight"], p["key.bias"])) @ p["score.weight"][0])
                               [:, None]) @ x)[:, 0],
         {"key.weight": (5, 3), "key.bias": (5,), "score.weight": (1, 5)}, lengths=True)
    grouped("grouped_attention", 2, False, False)
    grouped("grouped_attention_rotary", 1, True, True)

    def multi_head(p, x):
        q, k, v = functional.linear(x, p["in_proj_weight"], p["in_proj_bias"]).chunk(3, 2)
        result = attended(rotated(q, 2), rotated(k, 2), v, 2, 2, False)
        return functional.linear(result, p["out_proj.weight"], p["out_proj.bias"])

    line("multi_head_attention_rotary", "Linear maps, scaled_dot_product_attention with rotary positions, 2 heads",
         [(3, STEPS, 8)], multi_head, {"in_proj_weight": (24, 8), "in_proj_bias": (24,), "out_proj.weight": (8, 8),
                                       "out_proj.bias": (8,)}, lengths=True)


# Transformers


def gated(x):
    a, b = x.chunk(2, -1)
    return functional.silu(a) * b


def gelu_tanh(x):
    return functional.gelu(x, approximate="tanh")


def transformers():
    options = dict(dim_feedforward=12, dropout=0, batch_first=True)
    for norm_first, place in [(True, "before"), (False, "after")]:
        def layer(kind, activation="gelu"):
            made = kind(8, 2, activation=activation, norm_first=norm_first, **options)
            if activation is gated:
                made.linear1 = nn.Linear(8, 24)
            return made

        def norm():
            return nn.LayerNorm(8) if norm_first else None

        for name, activation in [("geluTanh", gelu_tanh), ("swiGLU", gated), ("silu", functional.silu)]:
            line(f"transformer_encoder_{place}_{name}", f"nn.TransformerEncoderLayer(8, 2, 12, norm_first={norm_first}) "
                 f"with {name} between its linear layers", [(3, STEPS, 8)],
                 lambda module, x: module(x, src_key_padding_mask=~VALID),
                 layer(nn.TransformerEncoderLayer, activation), lengths=True)
        line(f"transformer_encoder_stack_{place}", "nn.TransformerEncoder of 2 layers"
             + (" and a norm" if norm_first else ""), [(3, STEPS, 8)],
             lambda module, x: module(x, src_key_padding_mask=~VALID),
             nn.TransformerEncoder(layer(nn.TransformerEncoderLayer), 2, norm(), enable_nested_tensor=False),
             lengths=True)
        line(f"transformer_decoder_stack_{place}", "nn.TransformerDecoder of 2 layers"
             + (" and a norm" if norm_first else "") + ", causal, over a memory of the same lengths",
             [(3, STEPS, 8), (3, STEPS, 8)],
             lambda module, x, memory: module(x, memory, tgt_mask=CAUSAL, tgt_key_padding_mask=~VALID,
                                              memory_key_padding_mask=~VALID),
             nn.TransformerDecoder(layer(nn.TransformerDecoderLayer), 2, norm()), lengths=True)

    line("positions_learned", "x plus the rows of weight", [(3, STEPS, 5)], lambda p, x: x + p["weight"][:STEPS],
         {"weight": (8, 5)}, lengths=True)
    angles = torch.arange(STEPS, dtype=torch.float64)[:, None] / 10_000 ** (
        torch.arange(0, 6, 2, dtype=torch.float64) / 6)
    waves = torch.stack([angles.sin(), angles.cos()], 2).flatten(1)
    line("positions_sinusoidal", "x plus sines at even features and cosines at odd ones", [(3, STEPS, 6)],
         lambda p, x: x + waves, lengths=True)


# Everything else


def others():
    line("global_pool_largest", "The largest number of each channel over the row's steps", [(3, STEPS, 3)],
         lambda p, x: x.masked_fill(~VALID[:, :, None], -math.inf).amax(1), lengths=True)
    line("global_pool_mean", "The mean of each channel over the row's steps", [(3, STEPS, 3)],
         lambda p, x: (x * VALID[:, :, None]).sum(1) / LENGTHS[:, None], lengths=True)
    line("batch_norm_rows", "batch_norm(training=True, eps=1e-2) of rows", [(7, 19)],
         lambda p, x: functional.batch_norm(x, None, None, p["weight"], p["bias"], training=True, eps=1e-2),
         {"weight": (19,), "bias": (19,)}, constants={"running_mean": torch.zeros(19), "running_var": torch.ones(19)})
    random = Random("batch_norm_running")
    constants = {"weight": random.normal(5), "bias": random.normal(5), "running_mean": random.normal(5),
                 "running_var": random.uniform(0.5, 2, 5)}
    line("batch_norm_running", "batch_norm(training=False), channels last, on rows of the given lengths",
         [(3, STEPS, 5)],
         lambda p, x: functional.batch_norm(x.transpose(1, 2), p["running_mean"], p["running_var"], p["weight"],
                                            p["bias"], training=False).transpose(1, 2),
         lengths=True, constants=constants)

    line("last_step", "The row's last step", [(3, STEPS, 3)], lambda p, x: x[torch.arange(3), LENGTHS - 1],
         lengths=True)
    backwards = (LENGTHS[:, None] - 1 - torch.arange(STEPS)).clamp(min=0)
    line("reverse", "The row's steps from the last to the first", [(3, STEPS, 3)],
         lambda p, x: x[torch.arange(3)[:, None], backwards], lengths=True)
    line("flatten", "flatten(1), zeros behind the row's end", [(3, STEPS, 3)],
         lambda p, x: (x * VALID[:, :, None]).flatten(1), lengths=True)
    line("repeat_vector", "x[:, None].expand(-1, 4, -1)", [(3, 3)], lambda p, x: x[:, None].expand(-1, 4, -1))
    line("residual", "x + tanh(linear(x))", [(3, 4, 5)],
         lambda p, x: x + torch.tanh(functional.linear(x, p["body.0.weight"], p["body.0.bias"])),
         {"body.0.weight": (5, 5), "body.0.bias": (5,)})
    line("residual_projection", "linear(x) + sigmoid(another linear(x))", [(3, 5)],
         lambda p, x: functional.linear(x, p["projection.weight"], p["projection.bias"])
         + torch.sigmoid(functional.linear(x, p["body.0.weight"], p["body.0.bias"])),
         {"body.0.weight": (2, 5), "body.0.bias": (2,), "projection.weight": (2, 5), "projection.bias": (2,)})
    line("sequential", "The steps backwards, linear, tanh, the last step, linear", [(3, STEPS, 3)],
         lambda p, x: functional.linear(
             torch.tanh(functional.linear(x[:, 0], p["1.0.weight"], p["1.0.bias"])), p["3.weight"], p["3.bias"]),
         {"1.0.weight": (4, 3), "1.0.bias": (4,), "3.weight": (2, 4), "3.bias": (2,)}, lengths=True)
    line("tied_linear", "linear(x) with an embedding's weight", [(3, 4, 4)],
         lambda p, x: functional.linear(x, p["words.weight"], p["head.bias"]),
         {"words.weight": (6, 4), "head.bias": (6,)})

    random = Random("embedding_bag")
    weight, = wanted(random.normal(5, 3))
    ids, offsets = torch.tensor([3, 1, 3, 0, 4, 2]), torch.tensor([0, 3, 3, 4])
    output = functional.embedding_bag(ids, weight, offsets, mode="mean")
    upstream = random.normal(4, 3)
    output.backward(upstream)
    write("embedding_bag", "embedding_bag(mode='mean'): bags 3 1 3, none, 0, 4 2", {
        "ids": ids, "offsets": torch.cat([offsets, torch.tensor([6])]), "weight": weight, "output": output,
        "upstream": upstream, "grad_weight": weight.grad})


if __name__ == "__main__":
    torch.set_num_threads(1)
    recurrent()
    attention()
    transformers()
    others()
