"""What the linear models of the long-horizon benchmark (Zeng et al. 2023) come to on a made table of its shape, computed
with NumPy alone: the numbers that LongHorizonTests holds Cantus to.

    python make.py            writes expected.json
    python make.py TABLE.csv  writes the table as well

The table has a column `date` and seven columns of 17,420 hourly values. Channel c at hour t is

    a_c (level + shift(t) + day_c cos(2 pi (t - phase_c) / 24) + 0.6 day_c cos(2 pi t / 12) + week cos(2 pi t / 168))
        + b_c w(t) + n_c(t)

with a walk w that all channels share and that is drawn back to zero, noise n_c that remembers three quarters of itself,
and shifts of the level that begin at hours 5,000 and 12,000. Random numbers are splitmix64 of (channel, hour), so that
any language makes the same table.

The protocol: channels scaled by mean and deviation of the first 8,640 hours; a lookback of 336; 2,880 hours choose the
penalty, the next 2,880 are scored, whose windows may look back across the border; weights are shared by all channels;
errors are means over channels, windows and steps. Made with NumPy 2.
"""
import json
import sys

import numpy as np

HOURS, CHANNELS, LOOKBACK, HORIZON, KERNEL = 17_420, 7, 336, 96, 25
TRAIN, VALIDATION, TEST = 8_640, 11_520, 14_400
NAMES = ["HUFL", "HULL", "MUFL", "MULL", "LUFL", "LULL", "OT"]


def normal(stream):
    """Numbers of about the standard normal distribution: sums of four uniform ones."""
    sums = np.zeros(HOURS)
    for part in range(4):
        with np.errstate(over="ignore"):
            z = np.arange(HOURS, dtype=np.uint64) * np.uint64(4) + np.uint64(part) + (np.uint64(stream) << np.uint64(32))
            z = (z + np.uint64(1)) * np.uint64(0x9E3779B97F4A7C15)
            z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
            z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
            z ^= z >> np.uint64(31)
        sums += (z >> np.uint64(11)).astype(np.float64) / 2.0**53
    return (sums - 2) * np.sqrt(3)


def remembered(noise, share):
    result = np.zeros(HOURS)
    last = 0.0
    for hour in range(HOURS):
        last = share * last + noise[hour]
        result[hour] = last
    return result


def table():
    t = np.arange(HOURS)
    walk = remembered(normal(0), 0.995)
    shift = np.where(t >= 12_000, 1.5, np.where(t >= 5_000, -1.0, 0.0))
    columns = []
    for c in range(CHANNELS):
        day = 2 + 0.5 * c
        course = day * np.cos(2 * np.pi * (t - 3 * c) / 24) + 0.6 * day * np.cos(2 * np.pi * t / 12)
        course += 1.2 * np.cos(2 * np.pi * t / 168)
        noise = remembered(normal(c + 1), 0.75)
        columns.append(np.round((1 + 0.3 * c) * (6 + shift + course) + (0.4 + 0.1 * c) * walk + noise, 6))
    return np.stack(columns, axis=1)


def write(path, values):
    start = np.datetime64("2016-07-01T00:00:00")
    with open(path, "w") as file:
        file.write("date," + ",".join(NAMES) + "\n")
        for hour, row in enumerate(values):
            stamp = str(start + np.timedelta64(hour, "h")).replace("T", " ")
            file.write(stamp + "," + ",".join(f"{value:.6f}" for value in row) + "\n")


def windows(values, first, end, horizon):
    """Inputs [N, L] and targets [N, H] of all channels whose targets lie in first..<end."""
    starts = np.arange(max(first - LOOKBACK, 0), end - horizon - LOOKBACK + 1)
    inputs, targets = [], []
    for c in range(CHANNELS):
        seen = np.lib.stride_tricks.sliding_window_view(values[:, c], LOOKBACK)
        come = np.lib.stride_tricks.sliding_window_view(values[:, c], horizon)
        inputs.append(seen[starts])
        targets.append(come[starts + LOOKBACK])
    return np.concatenate(inputs), np.concatenate(targets)


def trend(x):
    before, behind = (KERNEL - 1) // 2, KERNEL // 2
    padded = np.concatenate([np.repeat(x[:, :1], before, 1), x, np.repeat(x[:, -1:], behind, 1)], 1)
    sums = np.cumsum(np.concatenate([np.zeros((len(x), 1)), padded], 1), 1)
    return (sums[:, KERNEL:] - sums[:, :-KERNEL]) / KERNEL


def features(kind, x):
    if kind == "nlinear":
        return x - x[:, -1:]
    if kind == "dlinear":
        return np.concatenate([trend(x), x - trend(x)], 1)
    return x


def solve(kind, parts):
    """Ridge regression in closed form; the penalty is the one of least squared error on the validation part."""
    def rows(part):
        x, y = parts[part]
        level = x[:, -1:] if kind == "nlinear" else 0
        return features(kind, x), y - level

    x, y = rows("train")
    centre, mean = x.mean(0), y.mean(0)
    x, y = x - centre, y - mean
    gram, products = x.T @ x, x.T @ y
    best = None
    for penalty in [1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 1e-1, 1]:
        scaled = penalty * np.trace(gram) / len(gram)
        weights = np.linalg.solve(gram + scaled * np.eye(len(gram)), products)
        def errors(part):
            x, y = rows(part)
            return (x - centre) @ weights + mean - y
        error = (errors("validation") ** 2).mean()
        if best is None or error < best[0]:
            test = errors("test")
            best = (error, (test**2).mean(), np.abs(test).mean())
    return {"mse": best[1], "mae": best[2]}


def expected(values, horizon):
    part = values[:TRAIN]
    scaled = (values - part.mean(0)) / part.std(0)
    parts = {
        "train": windows(scaled, 0, TRAIN, horizon), "validation": windows(scaled, TRAIN, VALIDATION, horizon),
        "test": windows(scaled, VALIDATION, TEST, horizon),
    }
    result = {kind: solve(kind, parts) for kind in ["linear", "nlinear", "dlinear"]}
    counts = {name: len(x) for name, (x, _) in parts.items()}
    repeated = parts["test"][1] - parts["test"][0][:, -1:]
    return {"windows": counts, "persistence": {"mse": (repeated**2).mean(), "mae": np.abs(repeated).mean()}, **result}


if __name__ == "__main__":
    values = table()
    if len(sys.argv) > 1:
        write(sys.argv[1], values)
    with open("expected.json", "w") as file:
        json.dump({"first": values[0].tolist(), "sum": values.sum(), **expected(values, HORIZON)}, file, indent=1)
        file.write("\n")
