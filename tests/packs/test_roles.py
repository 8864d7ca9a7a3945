"""The roles that the built-in packs give to the statements of scripts that a reader has labelled."""

import json
import re
from collections import Counter
from pathlib import Path

import pytest

from greenrules.engine.facts import Facts
from greenrules.engine.source import read_source
from greenrules.engine.stages import stages
from greenrules.engine.target import NoTarget

CORPUS = Path(__file__).parents[1] / "corpus" / "stages"
SCRIPTS = sorted(CORPUS.glob("*.py"))
ROLES = {
    "I": "imports",
    "D": "dataset-ingestion",
    "F": "feature-engineering",
    "M": "model-instantiation",
    "T": "training-loop",
    "Q": "quality-evaluation",
    "P": "inference",
}
LABEL = re.compile(r"#\s([IDFMTQP])$")
WORKLOADS = Path(__file__).parents[2] / "benchmarks" / "workloads"
#: the same for the scripts that we measure on, which stay as they are: line and letter
LABELS = {
    "grid_search_forest.py": "5D 6F 7F 9M 10T 12Q",
    "hist_boosting.py": "6D 7F 8F 9F 10M 11T 12Q",
    "kmeans_blobs.py": "5D 6F 7M 8T 9Q",
    "pairwise_loops.py": "4D 5F 6F 9F 10F 12F 13F 14F 20Q",
    "repeated_preprocessing.py": "10D 11F 12F 15T 16F 17F 18M 19M 20T 21Q 22Q",
    "sgd_partial_fit.py": "8D 9F 10F 11F 12F 13M 16T 17T 18T 19T 20T 21Q 22Q",
    "support_vector_rbf.py": "7D 8F 9F 10F 11F 12F 13M 14T 15Q",
    "taxi_features.py": "7D 10F 11F 12F 14F 15F 17F 18F 19F 21F 22F 23F 24F 25F 26F 28T 29Q",
    "w1_linear_regression.py": "8D 9F 10F 11F 12F 13F 14F 15M 16T 17P 18Q 19Q",
    "w2_random_forest.py": "6D 7F 8F 9F 10M 11T 12P 13Q",
    "w3_multilayer_perceptron.py": "7D 8F 9F 10F 11F 12F 13F 14M 15T 16P 17Q",
    "w4_cascade_detection.py": "4M 5D 9D 10F 11P 15Q",
    "xgboost_classifier.py": "6D 7F 8F 9M 10T 11Q",
}


def source_of(path):
    """A script as it stands, or as the notebook that its cells make."""
    text = path.read_text()
    if not path.name.startswith("nb_"):
        return read_source(path.name, text.encode())
    cells = [
        {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None, "source": cell.strip("\n")}
        for cell in re.split(r"^# %%\n", text, flags=re.M)[1:]
    ]
    document = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    return read_source(path.with_suffix(".ipynb").name, json.dumps(document).encode())


@pytest.fixture(scope="module")
def knowledge(registry):
    return registry.knowledge()


def tagged(path, knowledge):
    """Pairs of the role that the reader gave and the one that was found, with the place."""
    source = source_of(path)
    labels = dict(re.findall(r"(\d+)(\w)", LABELS.get(path.name, "")))
    found = {}
    for span in stages(Facts(source, knowledge, NoTarget())):
        found.setdefault(span.start_line, span.role)
    for number, line in enumerate(source.text.splitlines(), 1):
        written = LABEL.search(line)
        letter = written[1] if written else labels.get(str(number))
        if letter:
            yield ROLES[letter], found[number], f"{path.name}:{number}: {line.strip()}"


@pytest.fixture(scope="module")
def everything(knowledge):
    return [each for path in (*SCRIPTS, *(WORKLOADS / name for name in LABELS)) for each in tagged(path, knowledge)]


def test_there_are_enough_scripts_of_every_library():
    text = [path.read_text() for path in SCRIPTS]
    assert len(text) >= 60
    for root in ("sklearn", "tensorflow", "torch", "cv2", "xgboost", "lightgbm"):
        assert sum(bool(re.search(rf"^(?:import|from) {root}\b", each, re.M)) for each in text) >= 5, root
    assert sum(path.name.startswith("nb_") for path in SCRIPTS) >= 4


@pytest.mark.parametrize("role", ROLES.values())
def test_precision_and_recall_of_a_role(role, everything):
    counts = Counter()
    wrong = []
    for said, found, place in everything:
        counts[said == role, found == role] += 1
        if (said == role) != (found == role):
            wrong.append(f"{place}   said {said}, found {found}")
    right = counts[True, True]
    precision = right / (right + counts[False, True])
    recall = right / (right + counts[True, False])
    assert min(precision, recall) >= 0.95, f"{precision=:.3f} {recall=:.3f}\n" + "\n".join(wrong)
