"""Makes multilabel.json, classes.json and numbers.json: predictions, truths and what scikit-learn says of them.

Made with Python 3.11.7, numpy 2.4.6 and scikit-learn 1.9.1: python make.py
"""

import json
import pathlib

import numpy as np
from sklearn import metrics


def row_weights(rng, rows):
    """Random weights, about a fifth of which are zero."""
    return np.round(rng.uniform(0, 2, rows) * (rng.random(rows) < 0.8), 2).astype(np.float32)


def case(name, seed, rows, labels, threshold, levels, weighted=False):
    """Random scores on a grid of `levels` steps, so that there are ties; label 0 is never true."""
    rng = np.random.default_rng(seed)
    rates = np.concatenate([[0.0], np.linspace(0.05, 0.6, labels - 1)])
    truth = rng.random((rows, labels)) < rates
    raw = 0.45 * truth + 0.6 * rng.random((rows, labels)) * np.linspace(0.3, 1.0, labels)
    scores = (np.round(np.clip(raw, 0, 1) * levels) / levels).astype(np.float32)
    predicted = scores >= np.float32(threshold)
    weights = row_weights(rng, rows) if weighted else None
    counted = np.ones(rows, dtype=bool) if weights is None else weights > 0
    occurring = truth[counted].any(axis=0)
    weight = {"sample_weight": None if weights is None else weights.astype(float)}
    f1 = {
        f"{average}_f1": metrics.f1_score(truth, predicted, average=average, zero_division=0, **weight)
        for average in ["micro", "macro", "weighted"]
    }
    best = max(
        metrics.f1_score(truth, scores >= cut, average="micro", zero_division=0) for cut in np.unique(scores)
    )
    return {
        "name": name,
        "label_count": labels,
        "scores": [float(score) for score in scores.ravel()],
        "truths": [np.flatnonzero(row).tolist() for row in truth],
        "weights": None if weights is None else [float(weight) for weight in weights],
        "expected": {
            "threshold": float(np.float32(threshold)),
            **f1,
            "sample_f1": metrics.f1_score(truth, predicted, average="samples", zero_division=0, **weight),
            "precision_at_1": float(
                np.average(truth[np.arange(rows), scores.argmax(axis=1)], weights=weight["sample_weight"])
            ),
            "mean_average_precision": float(
                np.mean(
                    [
                        metrics.average_precision_score(truth[:, j], scores[:, j], **weight)
                        for j in np.flatnonzero(occurring)
                    ]
                )
            ),
            "hamming_loss": metrics.hamming_loss(truth, predicted, **weight),
            "subset_accuracy": metrics.accuracy_score(truth, predicted, **weight),
        },
        "best_micro_f1": best,
    }


def classes_case(name, seed, rows, classes, levels, weighted):
    """Scores of classes, of which one is right; scores on a grid, so that there are ties."""
    rng = np.random.default_rng(seed)
    targets = np.concatenate([np.arange(classes), rng.integers(0, classes, rows - classes)])
    raw = 0.5 * np.eye(classes)[targets] + rng.random((rows, classes))
    scores = (np.round(raw / raw.sum(axis=1, keepdims=True) * levels) / levels).astype(np.float32)
    predictions = scores.argmax(axis=1)
    weights = row_weights(rng, rows) if weighted else None
    labels = {"labels": range(classes), "sample_weight": weights, "zero_division": 0}
    measures = {"precision": metrics.precision_score, "recall": metrics.recall_score, "f1": metrics.f1_score}
    binary = [(targets == index).astype(int) for index in range(classes)]
    areas = [metrics.roc_auc_score(binary[index], scores[:, index], sample_weight=weights) for index in range(classes)]
    averages = [
        metrics.average_precision_score(binary[index], scores[:, index], sample_weight=weights)
        for index in range(classes)
    ]
    return {
        "name": name,
        "class_count": classes,
        "scores": [float(score) for score in scores.ravel()],
        "targets": targets.tolist(),
        "weights": None if weights is None else [float(weight) for weight in weights],
        "confusion": metrics.confusion_matrix(
            targets, predictions, labels=range(classes), sample_weight=weights).astype(float).ravel().tolist(),
        "accuracy": metrics.accuracy_score(targets, predictions, sample_weight=weights),
        "by_class": {
            key: measure(targets, predictions, average=None, **labels).tolist() for key, measure in measures.items()
        },
        "averages": {
            key: {
                average: float(measure(targets, predictions, average=average, **labels))
                for average in ["micro", "macro", "weighted"]
            }
            for key, measure in measures.items()
        },
        "areas": areas,
        "average_precisions": averages,
    }


def numbers_case(name, seed, rows, level, weighted):
    """Forecasts of numbers and of three quantiles, around a level."""
    rng = np.random.default_rng(seed)
    targets = (level + rng.normal(0, 3, rows)).astype(np.float32)
    predictions = (targets + rng.normal(0.5, 1, rows)).astype(np.float32)
    quantiles = [0.1, 0.5, 0.9]
    forecast = (predictions[:, None] + np.array([-1.0, 0.0, 1.2])).astype(np.float32)
    weights = row_weights(rng, rows) if weighted else None
    shares = np.ones(rows) if weights is None else weights.astype(float)
    exact, wanted = predictions.astype(float), targets.astype(float)
    error, weight = np.abs(exact - wanted), {"sample_weight": weights}
    return {
        "name": name,
        "predictions": predictions.tolist(),
        "targets": targets.tolist(),
        "weights": None if weights is None else weights.tolist(),
        "quantiles": quantiles,
        "forecast": forecast.ravel().tolist(),
        "mean_squared_error": metrics.mean_squared_error(wanted, exact, **weight),
        "mean_absolute_error": metrics.mean_absolute_error(wanted, exact, **weight),
        "r_squared": metrics.r2_score(wanted, exact, **weight),
        # What scikit-learn lacks, in numpy.
        "symmetric_percentage_error": float(np.average(2 * error / (np.abs(exact) + np.abs(wanted)), weights=shares)),
        "weighted_percentage_error": float((shares * error).sum() / (shares * np.abs(wanted)).sum()),
        "seasonal_scale": float(np.abs(wanted[7:] - wanted[:-7]).mean()),
        "pinball_losses": [
            metrics.mean_pinball_loss(
                wanted, forecast[:, index].astype(float), alpha=float(np.float32(quantile)), **weight)
            for index, quantile in enumerate(quantiles)
        ],
        "coverage": float(np.average((forecast[:, 0] <= targets) & (targets <= forecast[:, 2]), weights=shares)),
    }


def write(name, cases):
    path = pathlib.Path(__file__).with_name(f"{name}.json")
    path.write_text("[\n" + ",\n".join(json.dumps(case) for case in cases) + "\n]\n")


write("multilabel", [
    case("many ties", 1, 60, 5, 0.4, 8),
    case("few ties", 2, 80, 7, 0.35, 1000),
    case("nothing reaches the threshold", 3, 20, 4, 1.5, 64),
    case("everything reaches the threshold", 4, 20, 4, 0.0, 64),
    case("weighted, many ties", 10, 60, 6, 0.4, 8, weighted=True),
    case("weighted, few ties", 11, 50, 4, 0.35, 1000, weighted=True),
])
write("classes", [
    classes_case("two classes, many ties", 5, 40, 2, 10, False),
    classes_case("five classes", 6, 60, 5, 1000, False),
    classes_case("five classes, weighted, many ties", 7, 60, 5, 20, True),
])
write("numbers", [
    numbers_case("around zero", 8, 50, 0.0, False),
    numbers_case("around a thousand, weighted", 9, 50, 1000.0, True),
])
