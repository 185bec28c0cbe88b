"""Makes the PyTorch fixture of an output layer tied to an embedding: run `python make_composition.py` by make.py."""

import torch
from torch.nn import functional

from make import Random, wanted, write


def tied():
    random = Random("tied")
    ids = torch.tensor([[3, 0, 7, 7, 0], [1, 2, 3, 0, 6]])
    weight = random.normal(8, 5)
    weight[0] = 0
    bias = random.normal(8)
    wanted(weight, bias)
    output = functional.linear(torch.tanh(functional.embedding(ids, weight, padding_idx=0)), weight, bias)
    upstream = random.normal(2, 5, 8)
    output.backward(upstream)
    write("tied", "tanh of the rows of weight by ids, times weight^T, plus bias: one table on both sides. padding_idx "
          "is 0: looking it up gives no gradient, the output layer does", {
              "ids": ids, "weight": weight, "bias": bias, "output": output, "upstream": upstream,
              "grad_weight": weight.grad, "grad_bias": bias.grad,
          })


if __name__ == "__main__":
    torch.set_num_threads(1)
    tied()
