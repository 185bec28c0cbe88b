"""Makes the PyTorch fixtures of attention and transformers: run `python make_attention.py` with torch and safetensors
installed.

See make.py for how the values are made and stored. Rows of a given length are cut by masks; outputs and upstream
gradients behind a row's length are zero.
"""

import torch
from torch import nn
from torch.nn import functional

from make import Random, wanted, write

LENGTHS = torch.tensor([5, 3, 1])
VALID = torch.arange(5) < LENGTHS[:, None]
CAUSAL = torch.triu(torch.ones(5, 5, dtype=torch.bool), diagonal=1)  # True hides


def heads(x, count):
    """[N, T, count D] to [N, count, T, D]."""
    return x.view(x.shape[0], x.shape[1], count, -1).transpose(1, 2)


def scaled_dot_product(name, query_heads, key_heads, steps, description, with_lengths=False, **options):
    random = Random(name)
    q, k, v = wanted(random.normal(3, 5, query_heads * 4), random.normal(3, steps, key_heads * 4),
                     random.normal(3, steps, key_heads * 2))
    if with_lengths:
        options["attn_mask"] = VALID[:, None, None, :]
    output = functional.scaled_dot_product_attention(
        heads(q, query_heads), heads(k, key_heads), heads(v, key_heads), enable_gqa=query_heads != key_heads, **options)
    output = output.transpose(1, 2).flatten(2)
    if with_lengths:
        output = output * VALID[:, :, None]
    upstream = random.normal(*output.shape)
    output.backward(upstream)
    tensors = {"input0": q, "input1": k, "input2": v, "output": output, "upstream": upstream,
               "grad_input0": q.grad, "grad_input1": k.grad, "grad_input2": v.grad}
    write(name, description, tensors | ({"lengths": LENGTHS} if with_lengths else {}))


def module(name, made, description, call, memory_steps=None):
    """Outputs and gradients of a module with random weights, on rows of LENGTHS."""
    random = Random(name)
    made = made.double()
    with torch.no_grad():
        for parameter in made.parameters():
            parameter.copy_(random.normal(*parameter.shape, scale=0.5))
    inputs = wanted(*[random.normal(3, steps, 8) for steps in [5] + ([memory_steps] if memory_steps else [])])
    output = call(made, *inputs) * VALID[:, :, None]
    upstream = random.normal(*output.shape)
    output.backward(upstream)
    tensors = {"lengths": LENGTHS, "output": output, "upstream": upstream}
    for index, x in enumerate(inputs):
        key = f"input{index}" if memory_steps else "input"
        tensors |= {key: x, f"grad_{key}": x.grad}
    for key, parameter in made.named_parameters():
        tensors |= {key: parameter, f"grad_{key}": parameter.grad}
    write(name, description, tensors)


def multi_head(name, causal, description):
    module(name, nn.MultiheadAttention(8, 2, batch_first=True), description,
           lambda layer, x: layer(x, x, x, key_padding_mask=~VALID, attn_mask=CAUSAL if causal else None)[0])


def encoder(name, activation, norm_first):
    layer = nn.TransformerEncoderLayer(8, 2, 12, dropout=0, activation=activation, batch_first=True,
                                       norm_first=norm_first)
    module(name, layer, f"nn.TransformerEncoderLayer(8, 2, 12, activation={activation!r}, norm_first={norm_first})",
           lambda layer, x: layer(x, src_key_padding_mask=~VALID))


def decoder(name, activation, norm_first):
    layer = nn.TransformerDecoderLayer(8, 2, 12, dropout=0, activation=activation, batch_first=True,
                                       norm_first=norm_first)
    module(name, layer, f"nn.TransformerDecoderLayer(8, 2, 12, activation={activation!r}, norm_first={norm_first}) "
           "with a causal mask over a memory of 4 steps, all valid",
           lambda layer, x, memory: layer(x, memory, tgt_mask=CAUSAL, tgt_key_padding_mask=~VALID), memory_steps=4)


if __name__ == "__main__":
    torch.set_num_threads(1)
    scaled_dot_product("attention", 2, 2, 7, "scaled_dot_product_attention of 5 queries over 7 keys, 2 heads")
    scaled_dot_product("attention_causal", 4, 2, 5, "4 heads of queries over 2 of keys, is_causal", is_causal=True)
    scaled_dot_product("attention_lengths", 2, 2, 5, "2 heads, keys masked by lengths", with_lengths=True)
    multi_head("multi_head_attention", False, "nn.MultiheadAttention(8, 2), keys masked by lengths")
    multi_head("multi_head_attention_causal", True, "nn.MultiheadAttention(8, 2), a causal mask and lengths")
    module("multi_head_attention_memory", nn.MultiheadAttention(8, 2, batch_first=True),
           "nn.MultiheadAttention(8, 2) of input0 over the memory input1",
           lambda layer, x, memory: layer(x, memory, memory)[0], memory_steps=4)
    encoder("transformer_encoder_after_relu", "relu", False)
    encoder("transformer_encoder_before_gelu", "gelu", True)
    decoder("transformer_decoder_after_relu", "relu", False)
    decoder("transformer_decoder_before_gelu", "gelu", True)
