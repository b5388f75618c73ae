"""Writes metrics.json: scores and truth, and what scikit-learn and scipy say of them.

Run with scikit-learn and scipy installed: python generate.py
"""

import json
import pathlib

import numpy as np
import scipy.stats
import sklearn
from sklearn import metrics

rng = np.random.default_rng(7)
clips, classes = 40, 5

truth = rng.integers(0, classes - 1, clips)  # The last class never occurs.
predicted = np.where(rng.random(clips) < 0.6, truth, rng.integers(0, classes, clips))
single = {
    "truth": truth.tolist(),
    "predicted": predicted.tolist(),
    "accuracy": metrics.accuracy_score(truth, predicted),
    "confusion": metrics.confusion_matrix(truth, predicted, labels=range(classes)).tolist(),
}
for average in ["macro", "micro", "weighted"]:
    p, r, f, _ = metrics.precision_recall_fscore_support(
        truth, predicted, average=average, zero_division=0
    )
    single[average] = [p, r, f]

# Rounded, so that there are ties.
scores = np.round(rng.random((clips, classes)), 1)
labels = rng.random((clips, classes)) < 0.3
labels[:, 0] |= ~labels.any(axis=1)
multi = {
    "scores": scores.tolist(),
    "truth": labels.tolist(),
    "ap": metrics.average_precision_score(labels, scores, average=None).tolist(),
    "map": metrics.average_precision_score(labels, scores, average="macro"),
    "auc": metrics.roc_auc_score(labels, scores, average=None).tolist(),
    "lwlrap": metrics.label_ranking_average_precision_score(
        labels, scores, sample_weight=labels.sum(axis=1)
    ),
}
p = [1e-300, 1e-12, 0.01, 0.074, 0.0751, 0.5, 0.7, 0.9249, 0.93, 0.999, 1 - 1e-12]
normal = {"p": p, "x": scipy.stats.norm.ppf(p).tolist()}

out = {
    "versions": {"scikit-learn": sklearn.__version__, "scipy": scipy.__version__},
    "single": single,
    "multi": multi,
    "normal": normal,
}
pathlib.Path(__file__).with_name("metrics.json").write_text(json.dumps(out, indent=1) + "\n")
