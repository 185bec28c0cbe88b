"""Makes texts.json: made-up texts with labels, and what scikit-learn's TF-IDF and logistic regression say of them.

Made with Python 3.11.7, numpy 2.4.6 and scikit-learn 1.9.1: python make.py
"""

import json
import pathlib

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

TRAINING, SCORING, WORDS, LABELS = 160, 30, 50, 4

rng = np.random.default_rng(7)
affinity = rng.random((LABELS, WORDS)) ** 4


def text():
    """One to two labels, and words that these labels favour; some rows are short or repeat words."""
    labels = sorted(rng.choice(LABELS, size=rng.integers(1, 3), replace=False, p=[0.5, 0.3, 0.15, 0.05]).tolist())
    weights = affinity[labels].sum(axis=0) + 0.1
    words = rng.choice(WORDS, size=rng.integers(1, 9), p=weights / weights.sum())
    return [f"w{word}" for word in words], labels


rows = [text() for _ in range(TRAINING + SCORING)]
# A row of words that no training row has, and one without words, stay without features.
rows[-1] = (["never", "seen"], [0])
rows[-2] = ([], [1])
training, scoring = rows[:TRAINING], rows[TRAINING:]
targets = np.array([[label in labels for label in range(LABELS)] for _, labels in training])


def case(cost, sublinear, minimum):
    vectorizer = TfidfVectorizer(
        ngram_range=(1, 2), tokenizer=lambda words: words, token_pattern=None, lowercase=False,
        sublinear_tf=sublinear, min_df=minimum,
    )
    fitted = vectorizer.fit_transform([words for words, _ in training])
    scored = vectorizer.transform([words for words, _ in scoring])
    probabilities = np.stack(
        [
            LogisticRegression(C=cost, solver="liblinear", tol=1e-10, max_iter=10000)
            .fit(fitted, targets[:, label])
            .predict_proba(scored)[:, 1]
            for label in range(LABELS)
        ],
        axis=1,
    )
    products = (scored[:12] @ fitted[:12].T).toarray()
    return {
        "cost": cost,
        "sublinear": sublinear,
        "minimum_document_frequency": minimum,
        "feature_count": fitted.shape[1],
        # Inner products of the first 12 scored and training rows: they do not depend on the order of the features.
        "products": [round(float(value), 9) for value in products.ravel()],
        "probabilities": [round(float(value), 9) for value in probabilities.ravel()],
    }


content = {
    "label_count": LABELS,
    "training": [words for words, _ in training],
    "targets": [labels for _, labels in training],
    "scoring": [words for words, _ in scoring],
    "cases": [case(1.0, False, 1), case(10.0, True, 1), case(4.0, False, 2)],
}
path = pathlib.Path(__file__).with_name("texts.json")
path.write_text(json.dumps(content) + "\n")
