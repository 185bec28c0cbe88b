"""Makes multilabel.json: scores, truths and what scikit-learn says of them.

Made with Python 3.11.7, numpy 2.4.6 and scikit-learn 1.9.1: python make.py
"""

import json
import pathlib

import numpy as np
from sklearn import metrics


def case(name, seed, rows, labels, threshold, levels):
    """Random scores on a grid of `levels` steps, so that there are ties; label 0 is never true."""
    rng = np.random.default_rng(seed)
    rates = np.concatenate([[0.0], np.linspace(0.05, 0.6, labels - 1)])
    truth = rng.random((rows, labels)) < rates
    raw = 0.45 * truth + 0.6 * rng.random((rows, labels)) * np.linspace(0.3, 1.0, labels)
    scores = (np.round(np.clip(raw, 0, 1) * levels) / levels).astype(np.float32)
    predicted = scores >= np.float32(threshold)
    occurring = truth.any(axis=0)
    f1 = {
        f"{average}_f1": metrics.f1_score(truth, predicted, average=average, zero_division=0)
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
        "expected": {
            "threshold": float(np.float32(threshold)),
            **f1,
            "sample_f1": metrics.f1_score(truth, predicted, average="samples", zero_division=0),
            "precision_at_1": float(np.mean(truth[np.arange(rows), scores.argmax(axis=1)])),
            "mean_average_precision": float(
                np.mean(
                    [metrics.average_precision_score(truth[:, j], scores[:, j]) for j in np.flatnonzero(occurring)]
                )
            ),
            "hamming_loss": metrics.hamming_loss(truth, predicted),
            "subset_accuracy": metrics.accuracy_score(truth, predicted),
        },
        "best_micro_f1": best,
    }


cases = [
    case("many ties", 1, 60, 5, 0.4, 8),
    case("few ties", 2, 80, 7, 0.35, 1000),
    case("nothing reaches the threshold", 3, 20, 4, 1.5, 64),
    case("everything reaches the threshold", 4, 20, 4, 0.0, 64),
]
path = pathlib.Path(__file__).with_name("multilabel.json")
path.write_text("[\n" + ",\n".join(json.dumps(case) for case in cases) + "\n]\n")
