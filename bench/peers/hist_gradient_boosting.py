"""Trains scikit-learn's HistGradientBoosting on the rows the benchmark wrote; prints seconds and log loss as JSON."""
import json
import sys
import time

import numpy
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.metrics import log_loss, roc_auc_score

folder, rows, test_rows, columns, rounds = sys.argv[1], *map(int, sys.argv[2:6])
values = numpy.fromfile(f"{folder}/values.f64").reshape(rows + test_rows, columns)
labels = numpy.fromfile(f"{folder}/labels.f64")
model = HistGradientBoostingClassifier(
    max_iter=rounds, learning_rate=0.1, max_leaf_nodes=31, min_samples_leaf=20,
    l2_regularization=1.0, early_stopping=False, random_state=1,
)
seconds, processor = [], []
for _ in range(3):
    started, used = time.perf_counter(), time.process_time()
    model.fit(values[:rows], labels[:rows])
    seconds.append(time.perf_counter() - started)
    processor.append(time.process_time() - used)
predicted = model.predict_proba(values[rows:])[:, 1]
print(json.dumps({
    "seconds": sorted(seconds)[1],
    "processor": sorted(processor)[1],
    "logLoss": log_loss(labels[rows:], predicted),
    "auc": roc_auc_score(labels[rows:], predicted),
}))
