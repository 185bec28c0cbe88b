"""Makes losses.safetensors, the PyTorch reference of the losses: run `python make_losses.py`, as make.py beside it.

Every case holds its inputs, its `loss`, and a `grad_` for each input that has one; names begin with the case's. What
PyTorch has is PyTorch's own; masked means and what it lacks are written out here and differentiated by it.
"""

import torch
from torch import nn
from torch.nn import functional

from make import Random, wanted, write

tensors = {}


def add(case, inputs, loss, constants=None):
    """The loss of the inputs and its gradients."""
    value = loss(*inputs.values())
    gradients = torch.autograd.grad(value, list(inputs.values()))
    tensors.update({f"{case}.{key}": tensor for key, tensor in (inputs | (constants or {})).items()})
    tensors.update({f"{case}.grad_{key}": gradient for key, gradient in zip(inputs, gradients)})
    tensors[f"{case}.loss"] = value


def masked(losses, mask):
    """The mean over what counts, where each weight stands for all that follows on later axes."""
    mask = mask.reshape(mask.shape + (1,) * (losses.dim() - mask.dim())).expand_as(losses)
    return (losses * mask).sum() / mask.sum()


def elementwise():
    for name, loss in {
        "mean_squared": functional.mse_loss, "mean_absolute": functional.l1_loss,
        "huber": lambda x, t, **options: functional.huber_loss(x, t, delta=0.7, **options),
    }.items():
        random = Random(name)
        x, = wanted(random.normal(3, 4, 2))
        t, mask = random.normal(3, 4, 2), random.uniform(0, 2, 3, 4)
        mask[0, 2:] = 0
        add(name, {"x": x}, lambda x: loss(x, t), {"targets": t})
        add(name + "_masked", {"x": x}, lambda x: masked(loss(x, t, reduction="none"), mask),
            {"targets": t, "mask": mask})

    random = Random("hinge")
    x, = wanted(random.normal(3, 5))
    t = random.integers(0, 2, 3, 5).double() * 2 - 1
    add("hinge", {"x": x}, lambda x: functional.relu(1 - t * x).mean(), {"targets": t})
    add("squared_hinge", {"x": x}, lambda x: functional.relu(1 - t * x).square().mean(), {"targets": t})


def classes():
    random = Random("binary_smoothing")
    x, = wanted(random.normal(4, 3, scale=2))
    t, weight, positive = random.integers(0, 2, 4, 3).double(), random.uniform(0.5, 2, 3), random.uniform(0.5, 4, 3)
    mask = torch.tensor([1.0, 0, 0.5, 2]).double()

    def binary(x, reduction):
        return functional.binary_cross_entropy_with_logits(
            x, 0.9 * t + 0.05, weight=weight, pos_weight=positive, reduction=reduction)

    constants = {"targets": t, "weight": weight, "pos_weight": positive}
    add("binary_smoothing", {"x": x}, lambda x: binary(x, "mean"), constants)
    add("binary_smoothing_masked", {"x": x}, lambda x: masked(binary(x, "none"), mask), constants | {"mask": mask})

    random = Random("cross_entropy_steps")
    x, = wanted(random.normal(3, 4, 5, scale=2))
    t, weight = random.integers(0, 5, 3, 4), random.uniform(0.5, 2, 5)
    t[0, 3], t[2, 1] = -100, -100
    add("cross_entropy_steps", {"x": x}, lambda x: functional.cross_entropy(
        x.transpose(1, 2), t, weight=weight, label_smoothing=0.2), {"targets": t, "weight": weight})

    random = Random("multi_class_hinge")
    x, = wanted(random.normal(4, 5))
    t, weight = random.integers(0, 5, 4), random.uniform(0.5, 2, 5)
    constants = {"targets": t, "weight": weight}
    for power in [1, 2]:
        add(f"multi_class_hinge_{power}", {"x": x}, lambda x: functional.multi_margin_loss(
            x, t, p=power, margin=0.8, weight=weight), constants)


def distributions():
    random = Random("quantile")
    x, = wanted(random.normal(2, 4, 3))
    t, mask = random.normal(2, 4), torch.tensor([[1, 1, 1, 0], [1, 1, 0, 0]]).double()
    quantiles = torch.tensor([0.1, 0.5, 0.9]).double()

    def pinball(x):
        return torch.maximum(quantiles * (t[..., None] - x), (quantiles - 1) * (t[..., None] - x))

    add("quantile", {"x": x}, lambda x: pinball(x).mean(), {"targets": t})
    add("quantile_masked", {"x": x}, lambda x: masked(pinball(x), mask), {"targets": t, "mask": mask})

    random = Random("gaussian")
    x, = wanted(random.normal(3, 4, 2))
    t = random.normal(3, 4)
    likelihood = nn.GaussianNLLLoss(full=True, eps=1e-12)
    add("gaussian", {"x": x}, lambda x: likelihood(
        x[..., 0], t, (functional.softplus(x[..., 1]) + 0.01).square()), {"targets": t})


def pairs():
    random = Random("pairs")
    a, b, c = wanted(random.normal(6, 5), random.normal(6, 5), random.normal(6, 5))
    t = torch.tensor([1, -1, 1, -1, -1, 1]).double()
    with torch.no_grad():
        b[4] = a[4] + 0.3 * b[4]  # near, and not alike
        b[5] = a[5] + 0.3 * b[5]
    b = b.detach().requires_grad_()
    add("cosine", {"a": a, "b": b}, lambda a, b: functional.cosine_embedding_loss(a, b, t, margin=0.2), {"targets": t})

    def contrastive(a, b):
        distance = (a - b).norm(dim=1)
        return torch.where(t > 0, distance.square(), functional.relu(2 - distance).square()).mean() / 2

    add("contrastive", {"a": a, "b": b}, contrastive, {"targets": t})
    add("triplet", {"a": a, "b": b, "c": c}, lambda a, b, c: functional.triplet_margin_loss(a, b, c, margin=1, eps=0))


def ctc():
    random = Random("ctc")
    x, = wanted(random.normal(5, 9, 4, scale=2))
    with torch.no_grad():
        x[0, 3, 1], x[0, 3, 2] = 40, -40
    targets = torch.tensor([[1, 1, 3, 0], [0, 3, 0, 0], [1, 0, 1, 3], [3, 0, 0, 0], [0, 0, 0, 0]])
    lengths, target_lengths = torch.tensor([9, 6, 4, 1, 5]), torch.tensor([3, 2, 4, 1, 0])
    add("ctc", {"x": x}, lambda x: functional.ctc_loss(
        functional.log_softmax(x, -1).transpose(0, 1), targets, lengths, target_lengths, blank=2),
        {"targets": targets, "lengths": lengths, "target_lengths": target_lengths})
    # Rows 0 and 2 become infeasible: a repeat too many for the steps, and fewer steps than targets.
    short = torch.tensor([3, 6, 3, 1, 5])
    add("ctc_infeasible", {"x": x}, lambda x: functional.ctc_loss(
        functional.log_softmax(x, -1).transpose(0, 1), targets, short, target_lengths, blank=2, zero_infinity=True),
        {"targets": targets, "lengths": short, "target_lengths": target_lengths})


if __name__ == "__main__":
    torch.set_num_threads(1)
    for make in [elementwise, classes, distributions, pairs, ctc]:
        make()
    write("losses", "Losses with their gradients, one case a prefix; the options stand in make_losses.py", tensors)
