"""Makes optimizers.safetensors and schedules.safetensors with PyTorch: run `python make_optimizers.py`.

The courses are computed in float64 and stored as float32; make.py says how files are written. `torch` in a file's
metadata is the version that made it.
"""

import warnings

import torch
from torch.optim import lr_scheduler

from make import Random, write

warnings.filterwarnings("ignore", message=".*lr_scheduler.step().*")

OPTIMIZERS = {
    "sgd": (torch.optim.SGD, {"lr": 1e-2}),
    "sgd_decay": (torch.optim.SGD, {"lr": 1e-2, "weight_decay": 0.1}),
    "sgd_momentum": (torch.optim.SGD, {"lr": 1e-2, "momentum": 0.9}),
    "sgd_nesterov": (torch.optim.SGD, {"lr": 1e-2, "momentum": 0.9, "nesterov": True, "weight_decay": 0.1}),
    "adagrad": (torch.optim.Adagrad, {"lr": 5e-2}),
    "adagrad_decay": (torch.optim.Adagrad, {"lr": 5e-2, "weight_decay": 0.1}),
    "adadelta": (torch.optim.Adadelta, {"lr": 1.0}),
    "adadelta_decay": (torch.optim.Adadelta, {"lr": 0.5, "rho": 0.8, "weight_decay": 0.1}),
    "rmsprop": (torch.optim.RMSprop, {"lr": 1e-2}),
    "rmsprop_centered": (torch.optim.RMSprop, {"lr": 1e-2, "alpha": 0.9, "centered": True}),
    "rmsprop_momentum": (torch.optim.RMSprop, {"lr": 1e-3, "momentum": 0.8, "weight_decay": 0.1}),
    "rmsprop_all": (torch.optim.RMSprop,
                    {"lr": 1e-3, "alpha": 0.9, "centered": True, "momentum": 0.8, "weight_decay": 0.1}),
    "adam": (torch.optim.Adam, {"lr": 1e-2}),
    "adam_decay": (torch.optim.Adam, {"lr": 1e-2, "betas": (0.8, 0.99), "weight_decay": 0.1}),
    "adamw": (torch.optim.AdamW, {"lr": 1e-2, "weight_decay": 0.1}),
    "adamax": (torch.optim.Adamax, {"lr": 1e-2}),
    "adamax_decay": (torch.optim.Adamax, {"lr": 1e-2, "betas": (0.8, 0.9), "weight_decay": 0.1}),
    "nadam": (torch.optim.NAdam, {"lr": 1e-2}),
    "nadam_decay": (torch.optim.NAdam, {"lr": 1e-2, "momentum_decay": 0.1, "weight_decay": 0.1}),
}


def optimizers():
    random = Random("optimizers")
    start, centre = random.normal(10), random.normal(10)
    quadratic, quartic = random.uniform(0.5, 3, 10), random.uniform(0.1, 1, 10)

    def run(make, options, dtype):
        x = start.to(dtype, copy=True).requires_grad_()
        optimizer = make([x], **options)
        course = {}
        for step in range(1, 51):
            optimizer.zero_grad()
            away = x - centre.to(dtype)
            (quadratic.to(dtype) * away**2 / 2 + quartic.to(dtype) * away**4 / 4).sum().backward()
            optimizer.step()
            if step in (1, 10, 50):
                course[step] = x.detach().clone()
        return course

    tensors = {"start": start, "centre": centre, "quadratic": quadratic, "quartic": quartic}
    for name, (make, options) in OPTIMIZERS.items():
        exact, rounded = run(make, options, torch.float64), run(make, options, torch.float32)
        for step, value in exact.items():
            # The problem must not magnify float32's rounding, or no float32 optimizer could pass.
            torch.testing.assert_close(rounded[step].double(), value, rtol=4e-6, atol=4e-6)
            tensors[f"{name}_{step}"] = value
    write("optimizers", "PyTorch's optimizers on the sum of quadratic/2 (x - centre)^2 + quartic/4 (x - centre)^4 from "
          "start: x after steps 1, 10 and 50. Numbers that are not PyTorch's defaults: "
          + "; ".join(f"{name}: {options}" for name, (_, options) in OPTIMIZERS.items()), tensors)


def rates(make, steps, scores=None):
    """The learning rate of each step, for a learning rate of 1."""
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=1.0)
    scheduler = make(optimizer)
    found = []
    for step in range(steps):
        found.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        scheduler.step(*([] if scores is None else [scores[step]]))
    return torch.tensor(found, dtype=torch.float64)


def schedules():
    scores = torch.tensor([1, 2, 2.05, 2.2, 2.1, 2, 2.2, 2.21, 2.2, 3, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2], dtype=torch.float32)

    def warm_up(optimizer):
        rise = lr_scheduler.LinearLR(optimizer, start_factor=1 / 6, total_iters=5)
        fall = lr_scheduler.CosineAnnealingLR(optimizer, T_max=25)
        return lr_scheduler.SequentialLR(optimizer, [rise, fall], milestones=[5])

    write("schedules", "Learning rates of PyTorch's schedulers for a learning rate of 1, step by step. step: StepLR(7, "
          "0.3); exponential: ExponentialLR(0.9); polynomial: PolynomialLR(30, power 2); cosine: CosineAnnealingLR(30, "
          "eta_min 0.1); restarts: CosineAnnealingWarmRestarts(10, 2), three cycles; one_cycle: OneCycleLR of 30 steps; "
          "warm_up: LinearLR from 1/6 over 5 steps, then CosineAnnealingLR(25); plateau: ReduceLROnPlateau on scores, "
          "mode max, factor 0.5, patience 2, absolute threshold 0.1, min_lr 0.2", {
              "step": rates(lambda o: lr_scheduler.StepLR(o, 7, 0.3), 30),
              "exponential": rates(lambda o: lr_scheduler.ExponentialLR(o, 0.9), 30),
              "polynomial": rates(lambda o: lr_scheduler.PolynomialLR(o, 30, 2), 30),
              "cosine": rates(lambda o: lr_scheduler.CosineAnnealingLR(o, 30, 0.1), 30),
              "restarts": rates(lambda o: lr_scheduler.CosineAnnealingWarmRestarts(o, 10, 2), 70),
              "one_cycle": rates(lambda o: lr_scheduler.OneCycleLR(o, 1.0, 30), 30),
              "warm_up": rates(warm_up, 30),
              "scores": scores,
              "plateau": rates(lambda o: lr_scheduler.ReduceLROnPlateau(
                  o, "max", 0.5, 2, threshold=0.1, threshold_mode="abs", min_lr=0.2), 20, scores.tolist()),
          })


if __name__ == "__main__":
    torch.set_num_threads(1)
    optimizers()
    schedules()
