"""Score loan applications and write a report.

Reads `data/credit.csv`; writes one prediction per application to `out/predictions.csv` and the scores to
`out/metrics.json`. Every argument has a default, so it runs as it stands:

    python credit_report.py
    python credit_report.py --trees 100 --held-out 0.3
"""

import argparse
import json
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.ensemble import RandomForestClassifier
from sklearn.metrics import accuracy_score, roc_auc_score
from sklearn.model_selection import train_test_split


def load(path: str) -> pd.DataFrame:
    """The applications, without the rows that lack a value."""
    applications = pd.read_csv(path)
    return applications.dropna()


def add_features(applications: pd.DataFrame) -> pd.DataFrame:
    """Columns that the model can use: ratios, flags, and one column per purpose and region."""
    applications = applications.copy()
    # how much of a year's income is owed already
    applications["burden"] = applications.apply(lambda row: row["debt"] / row["income"], axis=1)
    applications["in_arrears"] = applications["late_payments"].apply(lambda n: 1 if n in (1, 2, 3, 4) else 0)
    applications["log_income"] = applications["income"].apply(lambda x: np.log(x + 1))
    return pd.get_dummies(applications, columns=["purpose", "region"])


def segment_table(applications: pd.DataFrame) -> pd.DataFrame:
    """Share of loans repaid, by purpose and region."""
    table = pd.DataFrame()
    for purpose in sorted(applications["purpose"].unique()):
        for region in sorted(applications["region"].unique()):
            part = applications[(applications["purpose"] == purpose) & (applications["region"] == region)]
            row = pd.DataFrame({"purpose": [purpose], "region": [region], "repaid": [part["repaid"].mean()]})
            table = pd.concat([table, row], ignore_index=True)
    return table


def total_exposure(applications: pd.DataFrame) -> float:
    """What is owed by those with late payments, in thousands."""
    exposure = 0.0
    for index, row in applications.iterrows():
        if row["late_payments"] > 0:
            exposure += row["debt"] / 1000
    return exposure


def train(features: pd.DataFrame, target: pd.Series, trees: int) -> RandomForestClassifier:
    """A forest that predicts whether a loan is repaid."""
    model = RandomForestClassifier(n_estimators=trees, random_state=0, n_jobs=-1)
    model.fit(features, target)
    return model


def main() -> None:
    """Read, train, score, write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", default="data/credit.csv", help="table of applications")
    parser.add_argument("--out", default="out", help="folder for the results")
    parser.add_argument("--trees", type=int, default=200, help="trees in the forest")
    parser.add_argument("--held-out", type=float, default=0.25, help="share of rows kept for scoring")
    arguments = parser.parse_args()

    applications = load(arguments.data)
    features = add_features(applications).drop(columns=["repaid"])
    target = applications["repaid"]
    X_train, X_test, y_train, y_test = train_test_split(
        features, target, test_size=arguments.held_out, random_state=0
    )
    model = train(X_train, y_train, arguments.trees)
    predicted = model.predict(X_test)
    chance = model.predict_proba(X_test)[:, 1]

    out = Path(arguments.out)
    out.mkdir(exist_ok=True)
    pd.DataFrame({"repaid": y_test, "predicted": predicted}).to_csv(out / "predictions.csv")
    metrics = {
        "accuracy": accuracy_score(y_test, predicted),
        "auc": roc_auc_score(y_test, chance),
        "exposure": total_exposure(applications),
        "segments": len(segment_table(applications)),
    }
    (out / "metrics.json").write_text(json.dumps(metrics, indent=2) + "\n")
    print("Accuracy:", metrics["accuracy"])
    print("AUC:", metrics["auc"])


if __name__ == "__main__":
    main()
