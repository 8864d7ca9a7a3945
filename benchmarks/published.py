# ruff: noqa: E501, ISC004 (pieces of the workloads, as they stand there)
"""The published method's eight tactics, one at a time, as a practitioner would write them into the workloads.

T1 smaller numbers, T2 a cheaper model, T3 larger batches, T4 work done once, T5 vectorised, T6 one thread, T7 another
backend, T8 earlier stopping. Each is a few literal replacements; a tactic that has nothing to act on in a script is
not there.
"""

from __future__ import annotations

from collections.abc import Mapping

Replacements = tuple[tuple[str, str], ...]

_ONE_THREAD = "import os\nfor _name in ('OMP_NUM_THREADS', 'OPENBLAS_NUM_THREADS', 'MKL_NUM_THREADS'):\n"
_ONE_THREAD += "    os.environ[_name] = '1'\n"


def _first(line: str) -> Replacements:
    """One thread, set above the first import."""
    return ((line, _ONE_THREAD + line),)


def _polars(name: str) -> Replacements:
    return ((f'pd.read_csv("data/{name}.csv")', f'__import__("polars").read_csv("data/{name}.csv").to_pandas()'),)


def _float32(line: str) -> Replacements:
    """Features in single precision, in the line that splits them."""
    return ((line, line.replace("(X, y", '(X.astype("float32"), y')),)


_HISTOGRAM = (
    ("import RandomForestClassifier", "import HistGradientBoostingClassifier"),
    ("RandomForestClassifier(n_estimators=200, random_state=42)", "HistGradientBoostingClassifier(random_state=42)"),
)
_W1_SPLIT = "train_test_split(X, y, test_size=0.2, random_state=42)"
_W2_SPLIT = "train_test_split(X, y, test_size=0.25, random_state=42)"
_FIVE_SPLIT = "train_test_split(X, y, test_size=0.2, random_state=0)"
_PLAIN_SPLIT = "train_test_split(X, y, random_state=0)"

#: workload → tactic → replacements, each of which occurs in the script
PUBLISHED: Mapping[str, Mapping[str, Replacements]] = {
    "w1_linear_regression": {
        "T1": _float32(_W1_SPLIT),
        "T6": _first("import numpy as np\n"),
        "T7": _polars("w1"),
    },
    "w2_random_forest": {
        "T1": _float32(_W2_SPLIT),
        "T2": _HISTOGRAM,
        "T6": _first("import pandas as pd\n"),
        "T7": _polars("w2"),
        "T8": (("n_estimators=200", "n_estimators=100"),),
    },
    "w3_multilayer_perceptron": {
        "T1": (
            ("scaler.fit_transform(X_train)", 'scaler.fit_transform(X_train).astype("float32")'),
            ("scaler.transform(X_test)", 'scaler.transform(X_test).astype("float32")'),
        ),
        "T3": (("max_iter=100,", "max_iter=100, batch_size=512,"),),
        "T6": _first("import pandas as pd\n"),
        "T7": _polars("w3"),
        "T8": (("max_iter=100,", "max_iter=100, early_stopping=True,"),),
    },
    "w4_cascade_detection": {
        "T6": (("import cv2\n", "import cv2\ncv2.setNumThreads(1)\n"),),
        "T7": (
            ("cv2.imread(path)", "cv2.imread(path, cv2.IMREAD_GRAYSCALE)"),
            ("cv2.cvtColor(img, cv2.COLOR_BGR2GRAY)", "img"),
        ),
    },
    "grid_search_forest": {
        "T1": _float32(_PLAIN_SPLIT),
        "T6": (("random_state=0, n_jobs=-1)", "random_state=0, n_jobs=1)"),),
        "T7": _polars("grid"),
        "T8": (
            (
                "from sklearn.model_selection import GridSearchCV",
                "from sklearn.experimental import enable_halving_search_cv\n"
                "from sklearn.model_selection import HalvingGridSearchCV",
            ),
            ("grid = GridSearchCV(", "grid = HalvingGridSearchCV("),
        ),
    },
    "hist_boosting": {
        "T1": _float32(_W2_SPLIT),
        "T6": _first("import pandas as pd\n"),
        "T7": _polars("w2"),
        "T8": (("Classifier(random_state=42)", "Classifier(early_stopping=True, random_state=42)"),),
    },
    "kmeans_blobs": {
        "T1": (("fit_transform(X)", 'fit_transform(X).astype("float32")'),),
        "T2": (("import KMeans", "import MiniBatchKMeans"), ("km = KMeans(", "km = MiniBatchKMeans(")),
        "T6": _first("import pandas as pd\n"),
        "T7": _polars("km"),
        "T8": (("n_init=10", "n_init=1"),),
    },
    "pairwise_loops": {
        "T1": ((".values[:700]\ny", '.values[:700].astype("float32")\ny'),),
        "T5": (
            (
                "        s = 0.0\n        for k in range(X.shape[1]):\n            s += (X[i, k] - X[j, k]) ** 2\n",
                "        s = ((X[i] - X[j]) ** 2).sum()\n",
            ),
        ),
        "T7": (
            ("n = len(X)\n", "from numba import njit\n\nn = len(X)\n\n@njit\ndef distances(X, n):\n"),
            (
                "D = np.zeros((n, n))\nfor i in range(n):\n    for j in range(n):\n        s = 0.0\n"
                "        for k in range(X.shape[1]):\n            s += (X[i, k] - X[j, k]) ** 2\n"
                "        D[i, j] = np.sqrt(s)\n",
                "    D = np.zeros((n, n))\n    for i in range(n):\n        for j in range(n):\n            s = 0.0\n"
                "            for k in range(X.shape[1]):\n                s += (X[i, k] - X[j, k]) ** 2\n"
                "            D[i, j] = np.sqrt(s)\n    return D\n\nD = distances(X, n)\n",
            ),
        ),
    },
    "repeated_preprocessing": {
        "T4": (("def load_clean(path)", "from functools import lru_cache\n\n@lru_cache\ndef load_clean(path)"),),
        "T6": _first("import numpy as np\n"),
        "T7": (("pd.read_csv(path)", '__import__("polars").read_csv(path).to_pandas()'),),
    },
    "sgd_partial_fit": {
        "T1": (
            (
                "sc.transform(X_train), sc.transform(X_test)",
                'sc.transform(X_train).astype("float32"), sc.transform(X_test).astype("float32")',
            ),
        ),
        "T3": (("batch_size = 32", "batch_size = 2048"),),
        "T4": (
            ("batch_size = 32\n", "batch_size = 32\nclasses = np.unique(y)\n"),
            ("classes=np.unique(y))", "classes=classes)"),
        ),
        "T6": _first("import numpy as np\n"),
        "T7": _polars("sgd"),
        "T8": (
            ("for epoch in range(20):\n", "best, stalled = 0, 0\nfor epoch in range(20):\n"),
            (
                '    print("epoch", epoch, "accuracy:", acc)',
                '    print("epoch", epoch, "accuracy:", acc)\n    stalled = 0 if acc > best else stalled + 1\n'
                "    best = max(best, acc)\n    if stalled == 3:\n        break",
            ),
        ),
    },
    "support_vector_rbf": {
        "T1": _float32(_FIVE_SPLIT),
        "T2": (
            ("from sklearn.svm import SVC", "from sklearn.linear_model import SGDClassifier"),
            ('SVC(kernel="rbf", C=1.0)', "SGDClassifier(random_state=0)"),
        ),
        "T6": _first("import pandas as pd\n"),
        "T7": _polars("svc"),
        "T8": (('kernel="rbf", C=1.0', 'kernel="rbf", C=1.0, tol=1e-2'),),
    },
    "taxi_features": {
        "T5": (
            (
                'df["hour"].apply(lambda h: 1 if h in (7, 8, 17, 18) else 0)',
                'df["hour"].isin((7, 8, 17, 18)).astype(int)',
            ),
            (
                'cost = []\nfor i, row in df.iterrows():\n    cost.append(row["dist"] * 0.5 + row["passengers"] * 0.1)\n'
                'df["cost"] = cost',
                'df["cost"] = df["dist"] * 0.5 + df["passengers"] * 0.1',
            ),
        ),
        "T6": _first("import math\n"),
        "T7": _polars("taxi"),
    },
    "xgboost_classifier": {
        "T1": _float32(_W2_SPLIT.replace("42", "0")),
        "T6": (("n_estimators=300,", "n_estimators=300, n_jobs=1,"),),
        "T7": _polars("gbm"),
        "T8": (
            ("n_estimators=300,", "n_estimators=300, early_stopping_rounds=10,"),
            ("model.fit(X_train, y_train)", "model.fit(X_train, y_train, eval_set=[(X_test, y_test)], verbose=False)"),
        ),
    },
}


def published(name: str, text: str) -> dict[str, str]:
    """The script with each tactic that applies to it, by the tactic's number.

    Args:
        name: of the workload.
        text: the workload.

    Raises:
        ValueError: the workload was changed and a replacement does not fit any more.
    """
    forms = {}
    for tactic, replacements in PUBLISHED.get(name, {}).items():
        form = text
        for old, new in replacements:
            if form.count(old) != 1:
                raise ValueError(f"{name} {tactic}: {old!r} occurs {form.count(old)} times")
            form = form.replace(old, new)
        forms[tactic] = form
    return forms
