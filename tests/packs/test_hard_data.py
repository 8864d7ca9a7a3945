# ruff: noqa: E501
"""Data that a stranger's script may hold: gaps, repeated labels, empty frames, whole numbers, views. The results stay.

Each case names the rule that acts on it, or that must leave it; before and after run with the real libraries.
"""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd
import pytest

HEAD = """
import math
import datetime
import numpy as np
import pandas as pd
df = pd.DataFrame({
    "a": [3, 1, 2, 2, 7, 0],
    "b": [1.5, np.nan, 2.5, -4.0, 1e6, -0.0],
    "c": ["x", "y", "Z z", "x", "", "z"],
    "t": ["x", None, "y", "x", "z", None],
    "d": pd.to_datetime(["2024-01-05", None, "2023-12-31", "2024-02-29", "1970-01-01", "2024-01-05"]),
    "f": [True, False, True, True, False, False],
}, index=[5, 5, 1, 0, 9, -1])
empty = df[df["a"] > 100]
x = np.array([3.0, -1.5, np.nan, 0.0, -0.0, 1e300])
n = np.array([3, -1, 2**40, 0, 5], dtype=np.int64)
u = np.array([200, 100, 3, 0], dtype=np.uint8)
m = np.array(np.arange(12.0).reshape(4, 3))
"""

#: rule → scripts on which it acts
ACTS = {
    "apply-choice-to-map": [
        'result = df["b"].apply(lambda v: "hi" if v > 1 else "lo")',
        'result = empty["b"].apply(lambda v: 2.5 if v > 1 else 1.5).tolist()',
        'result = df["t"].apply(lambda v: 7 if v == "x" else 8)',
    ],
    "apply-comparison-to-column": [
        'result = df["b"].apply(lambda v: 1 if v <= 1.5 else 0)',
        'result = df["t"].apply(lambda v: 1 if v != "x" else 0)',
        'result = df["a"].map(lambda v: 1 if v * 2 + 1 >= 5 else 0)',
        'result = df["f"].apply(lambda v: 1 if v == 1 else 0)',
        'def f(rows):\n    return rows["b"].apply(lambda v: 1 if v > 1 else 0)\nresult = f(df).tolist() + f(empty).tolist()',
    ],
    "apply-test-to-column": [
        'result = df["b"].apply(lambda v: v > 1.5).tolist()',
        'result = df[df["t"].map(lambda v: v == "x")]',
    ],
    "apply-membership-to-isin": [
        'result = df["b"].apply(lambda v: 1 if v in (1.5, -4, 0) else 0)',
        'result = df["t"].apply(lambda v: 1 if v in ["x", "q"] else 0)',
    ],
    "merged-isin": ['result = df["a"].isin([1, 2]) | df["a"].isin([7])'],
    "row-apply-to-columns": [
        'df["r"] = df.apply(lambda r: r["a"] * 2, axis=1)\nresult = df["r"]',
        'result = df[["a", "b"]].apply(lambda r: r["a"] + r["b"] ** 2, axis=1)',
        'def f(rows):\n    rows["r"] = rows.apply(lambda r: r["a"] * r["b"], axis=1)\n    return rows["r"]\nresult = f(df)',
    ],
    "row-apply-choice-to-map": [
        'result = df.apply(lambda r: "hi" if r["b"] > 1 else "lo", axis=1)',
    ],
    "row-apply-to-records": [
        'result = df.apply(lambda r: str(r["a"]) + r["c"], axis=1)',
        'result = df[["a", "b"]].apply(lambda r: r["a"] * 2.5 if r["b"] > 1 else -1.0, axis=1)',
    ],
    "series-apply-to-formula": [
        'result = df["b"].apply(lambda v: v * 2 - 1)',
        'result = df["a"].apply(lambda v: (v - df["a"].mean()) / df["a"].std())',
        'result = df["a"].apply(lambda v: math.exp(-v))',
        'result = empty["b"].apply(lambda v: v * 2)',
    ],
    "iterrows-to-itertuples": [
        'def f(rows):\n    found = []\n    for _, row in rows.iterrows():\n        found.append(row["c"].strip())\n    return found\nresult = f(df) + f(empty)',
        'result = []\nfor i, row in df.iterrows():\n    result.append((i, row["c"].upper(), row["b"] * 2, row["a"]))\nresult = str(result[2:])',
        'result = []\nfor i, row in empty.iterrows():\n    result.append(row["a"] * 0.5)',
        'total = 0.0\nfor i, row in df[["a", "b"]].iterrows():\n    if row["b"] > 1:\n        total += row["a"]\nresult = str(total)',
        'result = ""\nfor i, row in df[["a", "b"]].iterrows():\n    result += f"{row[\'a\']:.2f} "',
        'result = []\nfor i, row in df[["a", "b"]].iterrows():\n    k = row["a"]\n    result.append(int(k) + math.sqrt(k))\nresult = str(result)',
    ],
    "cell-of-row": ['result = 0.0\nfor i in range(len(df)):\n    result += df.iloc[i]["a"] * 2'],
    "joined-before-loop": [
        'other = pd.DataFrame({"t": ["x", "y"], "w": [1, 2]})\nresult = []\nfor k in [1, 2]:\n    both = df.merge(other, on="t")\n    result.append(both["a"].sum() * k)',
        'result = []\nfor k in range(2):\n    up = df.sort_values("a")\n    result.append(up["a"].iloc[k])',
    ],
    "copy-on-write": [
        'result = []\nfor k in range(3):\n    work = df.copy()\n    work["a"] = k\n    work.loc[5, "b"] = k\n    work["c"].to_list().append(1)\n    result.append(work["a"].sum())\nresult = str(result) + str(df)',
        'result = []\nfor k in range(3):\n    part = df[df["a"] > k].copy()\n    part.sort_values("a", inplace=True)\n    part.iloc[0, 0] = 99\n    result.append(part["a"].sum())\nresult = str(result) + str(df)',
    ],
    "column-before-loop": [
        'result = []\nfor i in range(len(df)):\n    result.append((str(df["d"].iloc[i]), type(df["d"].iloc[i]).__name__))',
        'result = []\nfor i in range(-2, 3):\n    result.append(str(df["b"].iloc[i]) + str(type(df["a"].iat[i])) + str(df["f"].iloc[i - 1]))',
        'df["c"] = df["c"].astype("category")\nresult = []\nfor i in range(3):\n    for j in range(i + 1):\n        result.append(str(df["c"].iloc[j]) + str(df["t"].iloc[i + 1]))',
        'result = []\nfor i in range(len(empty)):\n    result.append(empty["a"].iloc[i])',
    ],
    "labelled-column-before-loop": [
        'q = df.reset_index(drop=True)\nresult = []\nfor i in range(len(q)):\n    result.append(str(q["d"][i]) + str(q.loc[i, "t"]) + str(type(q.at[i, "a"])))',
        'q = pd.DataFrame({"k": [3, 1, 2], "v": [0.5, None, 2]})\nq["w"] = q["k"] * 2\nresult = []\nfor i in range(1, 3):\n    result.append(q["w"][i] - q.loc[i - 1, "w"])',
    ],
    "count-rows-by-mask": [
        'result = len(df[df["b"] > 1])',
        'result = df[(df["t"] == "x") & ~(df["a"] == 1)].shape[0]',
        'result = len(empty[empty["a"] == 1])',
    ],
    "rows-and-column-at-once": [
        'result = df[df["b"] > 1]["c"]',
        'result = df[(df["t"] == "x") | df["a"].isin([7])]["a"].sum()',
        'result = empty[empty["a"] == 1]["b"].tolist()',
        'df.columns = list("abctdd")\nresult = df[df["a"] > 1]["d"]',
    ],
    "count-true": ["result = len(np.where(m > 3)[0])", "result = len(np.where(x)[0])"],
    "builtin-sum": [
        "rng = np.random.default_rng(0)\nresult = sum(rng.normal(0, 1, 5)) + sum(rng.integers(0, 9, 4)) + sum(rng.random(3))",
        "result = sum(n)",
        "result = sum(m)",
        "result = str(sum(x[:3]))",
        "result = sum(np.array([]))",
    ],
    "builtin-sum-of-column": ['result = str(sum(df["b"]))', 'result = sum(df["f"])', 'result = sum(empty["a"])'],
    "smallest-of-sorted": ["result = sorted([3, 1, 2])[0]"],
    "membership-in-set": [
        'known = df["b"].tolist()\nresult = [v in known for v in [1.5, 2, np.nan, 0.0]]',
        'known = list(df["t"].unique())\nresult = [v not in known for v in ["x", None, "q"]]',
    ],
    "group-apply-aggregate": [
        'result = df.groupby("t").apply(lambda g: g["b"].mean())',
        'result = df.groupby(["t", "f"]).apply(lambda g: g["a"].max())',
        'result = df.groupby("f").apply(lambda g: np.sum(g["b"]))',
    ],
    "group-lambda-to-statistic": [
        'result = df.groupby("t")["b"].apply(lambda g: g.median())',
        'result = df.groupby("t")["a"].agg(lambda g: g.max())',
    ],
    "group-transform-to-columns": [
        'result = df.groupby("t")["b"].transform(lambda g: (g - g.mean()) / g.std())',
        'result = df.groupby("f")["a"].transform(lambda g: g / g.max())',
        'result = df.groupby("t")["b"].transform(lambda g: g.mean() * 2 + 1)',
        'def f(rows):\n    return rows.groupby("t")["a"].transform(lambda g: g - g.min())\nresult = f(df)',
    ],
    "group-fill-with-statistic": ['result = df.groupby("t")["b"].transform(lambda g: g.fillna(g.mean()))'],
    "rows-of-each-value": [
        'def f(rows):\n    found = []\n    for k in rows["d"].unique():\n        part = rows[rows["d"] == k]\n        found.append((str(k), len(part)))\n    return found\nresult = f(df)',
        'result = []\nfor k in df["t"].unique():\n    part = df[df["t"] == k]\n    result.append((str(k), part["b"].sum(), len(part)))',
        'result = []\nfor k in df["b"].unique():\n    part = df[df["b"] == k]\n    result.append(len(part))',
        'result = []\nfor k in df["d"].unique():\n    part = df[df["d"] == k]\n    result.append(len(part))',
        'result = []\nfor k in sorted(df["f"].unique()):\n    part = df[df["f"] == k]\n    part = part.assign(q=1)\n    result.append(part["q"].sum())',
    ],
    "text-method": ['result = df["c"].apply(lambda v: v.upper())', 'result = df["c"].map(str.strip)'],
    "text-length": ['result = df["c"].apply(len)'],
    "text-part": ['result = df["c"].apply(lambda v: v[:2])'],
    "text-replace": [
        'result = df["c"].apply(lambda v: v.replace("z", ""))',
        'result = df["c"].map(lambda v: v.replace(" ", "."))',
    ],
    "text-test": ['result = df["c"].apply(lambda v: "z" in v).tolist()'],
    "text-test-as-number": ['result = df["c"].apply(lambda v: 1 if "z" in v else 0)'],
    "once-per-distinct-value": [
        'result = df["c"].apply(lambda v: v.split(" ")[0].upper())',
        'result = df["b"].apply(lambda v: round(v * 2) if v == v else -1)',
        'result = df["t"].map(lambda v: len(str(v)))',
        'result = df["d"].apply(lambda v: str(v)[:4])',
        'result = empty["c"].apply(lambda v: v.strip() + "!").tolist()',
        'result = df["f"].map(lambda v: str(v))',
    ],
    "date-part": ['result = str(df["d"].apply(lambda v: v.year).tolist())'],
    "weekday": ['result = df["d"].dropna().apply(lambda v: v.weekday())'],
    "parse-dates-at-once": [
        'result = df["d"].dropna().astype(str).apply(pd.to_datetime)',
        's = pd.Series(["13/02/2020", "02/03/2020"])\nresult = pd.DataFrame({"s": s})["s"].apply(lambda v: pd.to_datetime(v)).astype(str)',
    ],
    "convert-column": [
        'result = df["a"].apply(float)',
        'df["s"] = [" 1", "2.5", "-0", "1e3", "inf", "7"]\nresult = df["s"].map(float)',
    ],
    "sum-loop": [
        "s = 0\nfor i in range(len(n)):\n    s += n[i] * 2\nresult = s",
        "s = 0.0\nfor i in range(m.shape[0]):\n    s += (m[i] - m[i]) ** 2 + m[i]\nresult = s",
        "e = np.zeros(0)\ns = 0\nfor i in range(len(e)):\n    s += e[i]\nresult = s",
        "s = 0\nfor i in range(len(u)):\n    s += math.sqrt(u[i])\nresult = s",
    ],
    "element-loop": [
        "b = np.zeros(len(x))\nfor i in range(len(x)):\n    b[i] = x[i] * 2\nresult = b",
        "b = np.zeros(len(u))\nfor i in range(len(u)):\n    b[i] = math.sqrt(u[i]) / 3\nresult = b",
        "b = np.zeros(len(n), dtype=int)\nfor i in range(len(n)):\n    b[i] = n[i] / 2\nresult = b",
        "b = np.zeros((4, 3))\nfor i in range(4):\n    b[i] = m[i] * 2\nresult = b",
    ],
    "array-of-formula": [
        "result = np.array([v * 2 for v in m])",
        "result = np.array([math.sqrt(v) for v in u])",
        "result = np.array([v + 1 for v in n])",
    ],
    "numpy-for-list-of-roots": ["result = [math.sqrt(v) for v in u]"],
    "distances-to-one-point": ["p = np.array([1.0, 2.0, 3.0])\nresult = [np.linalg.norm(r - p) for r in m]"],
    "pairwise-row-distances": [
        "D = np.zeros((4, 4))\nfor i in range(4):\n    for j in range(4):\n        D[i, j] = np.linalg.norm(m[i] - m[j])\nresult = D",
        "D = np.zeros((4, 4))\nfor i in range(4):\n    for j in range(i):\n        D[i, j] = np.sqrt(np.sum((m[i] - m[j]) ** 2))\nresult = D",
    ],
    "grown-frame": [
        'r = pd.DataFrame()\nfor k in [1, 2, 3]:\n    part = df[df["a"] == k]\n    r = pd.concat([r, part])\nresult = r',
    ],
    "grown-array": [
        "buffer = np.zeros(2)\nr = np.array([])\nfor k in range(3):\n    buffer[:] = k\n    r = np.append(r, buffer)\nresult = r",
    ],
    "grown-stack": [
        "buffer = np.zeros(3)\nr = np.empty((0, 3))\nfor k in range(3):\n    buffer[:] = k\n    r = np.vstack([r, buffer])\nresult = r",
        "r = np.empty((0, 3))\nfor k in []:\n    r = np.vstack([r, np.ones(3)])\nresult = r",
    ],
    "grown-by-loc": [
        'r = pd.DataFrame(columns=["k", "v"])\nfor k in range(3):\n    r.loc[len(r)] = [k, str(k)]\nresult = r.astype(str)',
        'r = pd.DataFrame(columns=["k", "v", "w"])\nfor k in range(3):\n    r.loc[len(r)] = [k / 2, 0.0, k * 1.5]\nresult = str(r)',
        'r = pd.DataFrame(columns=["m", "k", "v"])\nfor name, k in [("a", 1), ("b", 2)]:\n    r.loc[len(r)] = [name, k, 0.0]\nresult = str(r) + str(r.dtypes)',
        'r = pd.DataFrame(columns=["k", "v"])\nfor k in []:\n    r.loc[len(r)] = [k, str(k)]\nresult = r.astype(str)',
    ],
    "inverse-times": [
        "A = m[:3] + 5 * np.eye(3)\nB = np.ones((3, 2))\nresult = np.linalg.inv(A).dot(B)",
        "A = np.array(m[:3] + 5 * np.eye(3))\nb = np.array([1.0, 2, 3])\nresult = np.linalg.inv(A) @ b",
    ],
    "normal-equations": [
        "X = np.array(m ** 2 + np.eye(4)[:, :3])\ny = np.array([1.0, 2, 3, 4])\nresult = np.linalg.inv(X.T @ X) @ X.T @ y"
    ],
    "pseudo-inverse-times": [
        "y = np.array([1.0, 2, 3, 4])\nresult = np.linalg.pinv(m) @ y",
        "X = np.column_stack([m[:, 0], m[:, 1], 2 * m[:, 0]])\nresult = np.linalg.pinv(X) @ np.ones(4)",
    ],
    "diagonal-of-product": ["result = np.diag(m @ m.T)"],
    "trace-of-product": [
        "result = np.trace(m @ m.T)",
        "C = np.cov(m.T)\nD = np.cov(m[::-1].T ** 2)\nresult = np.trace(np.linalg.pinv(C).dot(D)) + np.trace(np.linalg.inv(C + np.eye(3)) @ D)",
        "rng = np.random.default_rng(0)\nA = rng.normal(0, 1, (3, 4))\nB = rng.normal(0, 1, size=(4, 3))\nresult = np.trace(A @ B)",
    ],
    "cube-by-multiplication": ["result = n[:2] ** 3", "result = m ** 3", 'result = df["b"] ** 3'],
    "fourth-power-by-multiplication": ["result = m ** 4", 'result = df["a"] ** 4'],
    "statistic-before-loop": [
        'result = []\nfor v in df["b"]:\n    result.append(v > df["b"].mean())',
        'result = 0\nfor v in empty["b"]:\n    result += empty["b"].mean()',
    ],
    "array-statistic-before-loop": ["result = []\nfor v in n:\n    result.append(v - np.max(n))"],
    "standard-scores-with-numpy": ["from scipy import stats\nresult = stats.zscore(m)"],
    "pearson-with-numpy": ["from scipy import stats\nresult = stats.pearsonr(m[:, 0] ** 2, m[:, 1])[0]"],
    "euclidean-with-numpy": [
        "from scipy.spatial import distance\nresult = distance.euclidean(u, u[::-1])",
        "from scipy.spatial import distance\nresult = distance.euclidean([1, 2], (3, 5))",
    ],
}

#: rule → scripts that it must leave
LEAVES = {
    "pairwise-row-distances": [
        "A = np.arange(27.0).reshape(3, 3, 3)\nD = np.zeros((3, 3))\nfor i in range(3):\n    for j in range(3):\n        D[i, j] = np.linalg.norm(A[i] - A[j])\nresult = D"
    ],
    "distances-to-one-point": [
        "A = np.arange(27.0).reshape(3, 3, 3)\ndef f(faces: np.ndarray, face: np.ndarray):\n    return [np.linalg.norm(each - face) for each in faces]\nresult = f(A, A[0])"
    ],
    "any-of-list": ["a = iter([1, 5, 7])\nresult = [any([v > 4 for v in a]), list(a)]"],
    "scalar-loc-to-at": [
        'q = df.set_index(["a", "c"])\nresult = []\nfor i in range(2, 4):\n    result.append(len(q.loc[i, "b"]))'
    ],
    "joined-before-loop": [
        'result = []\nfor k in [1, 2]:\n    both = df.merge(df[df["a"] == k], on="c")\n    result.append(len(both))',
        'result = []\nfor k in [1, 2]:\n    up = df.sort_values("a")\n    df["a"] = -df["a"]\n    result.append(up["a"].iloc[0])',
        'result = []\nfor k in [1, 2]:\n    done = df.sort_values("a", inplace=True)\n    df.loc[5, "a"] = k\n    result.append(len(df))',
    ],
    "column-before-loop": [
        'result = []\nfor i in range(3):\n    result.append(df["a"].iloc[i] + df["a"].iloc[i:].sum())',
        'result = []\nfor i in range(3):\n    df.iat[i, 0] = i\n    result.append(df["a"].iloc[i])',
        'def change(frame):\n    frame["a"] = 0\nresult = []\nfor i in range(3):\n    change(df)\n    result.append(df["a"].iloc[i])',
    ],
    "labelled-column-before-loop": [
        'result = []\nfor i in range(0, 2):\n    result.append(df.loc[i, "a"] if i in (0, 1) else 0)',
        'q = df.reset_index(drop=True)\nq.index = q.index + 1\nresult = []\nfor i in range(1, 3):\n    result.append(q["a"][i])',
        'q = df.reset_index(drop=True)\nq.drop(0, inplace=True)\nresult = []\nfor i in range(1, 3):\n    result.append(q.loc[i, "a"])',
        'q = df.reset_index(drop=True)\nresult = []\nfor i in range(1, 3):\n    result.append(q["a"][i:].sum() + q["a"][i])',
    ],
    "builtin-sum": [
        "rng = np.random.default_rng(0)\nvalue = rng.normal(0, 1)\nresult = sum([value]) if value == 9 else 0"
    ],
    "inverse-times": [
        "A = np.eye(4) * 2\nB = np.arange(24.0).reshape(2, 4, 3)\nresult = np.dot(np.linalg.inv(A), B)",
        "A = np.zeros((5, 2, 2)) + np.eye(2)\nb = np.ones(2)\nresult = np.linalg.inv(A) @ b",
    ],
    "pseudo-inverse-times": ["A = np.arange(24.0).reshape(2, 4, 3)\nb = np.ones(4)\nresult = np.linalg.pinv(A) @ b"],
    "trace-of-product": [
        "result = np.trace(np.ones((4, 3)) @ np.ones((3, 5)))",
        "A = np.ones((2, 3, 3))\nresult = np.trace(A @ A)",
        "A = np.ones((3, 4))\nB = np.cov(m.T)\nresult = np.trace(B @ A)",
    ],
    "cell-of-row": ['result = []\nfor i in range(3):\n    result.append(str(df[["a", "b"]].iloc[i]["a"]))'],
    "series-apply-to-formula": ['result = df["b"].apply(lambda v: v)'],
    "row-apply-to-columns": [
        'result = df.apply(lambda r: r["a"], axis=1)',
        'result = df.apply(lambda r: r["a"] * 2, axis=1)',
    ],
    "row-apply-to-records": [
        'result = df.apply(lambda r: r["b"] / r["a"], axis=1)',
        'result = df.apply(lambda r: [r["a"], r["b"]], axis=1)',
        'result = df[["b"]].apply(lambda r: float(r["b"].round(1)), axis=1)',
        'result = df[["a", "b"]].apply(lambda r: str(r["a"]) + "/" + str(r["b"]), axis=1).tolist()',
    ],
    "iterrows-to-itertuples": [
        'for i, row in df.iterrows():\n    result = row["b"] / row["a"]',
        'for i, row in df.iterrows():\n    result = row["b"].round(1)',
        'result = ""\nfor i, row in df[["a", "b"]].iterrows():\n    result += str(row["a"])',
        'result = 0\nfor i, row in df[["a", "b"]].iterrows():\n    result += row["a"]\nresult = str(result)',
        'result = []\nfor i, row in df[["a", "b"]].iterrows():\n    k = row["a"]\n    result.append((k, k + 0.5))\nresult = str(result)',
        'df["Index"] = 1\nfor i, row in df.iterrows():\n    result = row["Index"]',
    ],
    "apply-membership-to-isin": [
        'result = df["b"].apply(lambda v: 1 if v in (None, 1) else 0)',
        'result = df["a"].apply(lambda v: 1 if v in (1, "x") else 0)',
        'result = df["a"].apply(lambda v: 1 if v in (True, 2) else 0)',
    ],
    "count-rows-by-mask": [
        'result = len(df[df[["a"]] == 3])',
        'other = df.copy()\nresult = len(df[other["a"] == 3])',
    ],
    "rows-and-column-at-once": ['result = df[:2]["a"]', 'mask = df["a"] > 1\nresult = df[mask]["a"]'],
    "smallest-of-sorted": ["try:\n    result = sorted([])[0]\nexcept IndexError:\n    result = None"],
    "grown-frame": [
        'row = pd.DataFrame({"n": [0]})\nr = pd.DataFrame()\nfor k in range(3):\n    row.loc[0, "n"] = k\n    r = pd.concat([r, row])\nresult = r',
        "r = pd.DataFrame()\nfor k in [1, 2]:\n    r = pd.concat([r, df * k], axis=1)\nresult = r",
    ],
    "grown-by-loc": [
        'r = pd.DataFrame(columns=["k"])\nfor k in range(3):\n    r.loc[len(r)] = [k + len(r)]\nresult = r',
        'r = pd.DataFrame(columns=["k", "v"])\nfor k in range(3):\n    r.loc[len(r)] = [k, k * 0.5]\nresult = str(r)',
    ],
    "grown-stack": [
        "r = np.empty((0, 3))\nfor k in range(3):\n    r = np.vstack([r, np.ones(3) * len(r)])\nresult = r"
    ],
    "element-loop": [
        "b = x[1:]\nfor i in range(len(b)):\n    b[i] = x[i] * 0.5\nresult = x",
        "b = np.array(x)\na = b[1:]\nfor i in range(len(a)):\n    b[i] = a[i] * 0.5\nresult = b",
        "k = len(x) - 9\nb = np.zeros(4)\nfor i in range(k):\n    b[i] = x[i] * 0.5\nresult = b",
    ],
    "sum-loop": ["s = 0\nk = -2\nfor i in range(k):\n    s += n[i]\nresult = s"],
    "membership-in-set": ['known = df["c"].tolist()\nresult = [v in known for v in "ab"] + known'],
    "once-per-distinct-value": [
        'seen = []\nresult = df["c"].apply(lambda v: seen.append(v))',
        'result = df["b"].apply(lambda v: np.random.rand() + v)',
    ],
    "group-apply-aggregate": ['result = df.groupby("t").apply(lambda g: np.std(g["b"]))'],
    "group-transform-to-columns": ['result = df.groupby("t")["b"].transform(lambda g: g * 2)'],
    "apply-test-to-column": [
        'def f(groups):\n    return groups["b"].apply(lambda g: g > 1)\nresult = f(df.groupby("c"))'
    ],
    "rows-of-each-value": [
        'for k in df["t"].unique():\n    part = df[df["t"] == k]\n    df.loc[part.index, "a"] = 0\nresult = df',
    ],
    "statistic-before-loop": ['for i in range(3):\n    df.iloc[i, 1] = df["b"].mean()\nresult = df["b"]'],
    "array-statistic-before-loop": ["for i in range(3):\n    x[i] = np.max(x)\nresult = x"],
    "remembered-results": [
        "def f(v):\n    if len(v) < 2:\n        return 1\n    return f(v[1:]) + f(v[2:])\nresult = f([1, 2, 3])",
        "calls = []\ndef f(k):\n    calls.append(k)\n    return 1 if k < 2 else f(k - 1) + f(k - 2)\nf(5)\nresult = calls",
    ],
    "compiled-function": [
        "def f(v):\n    h = 1\n    for i in range(len(v)):\n        h = h * 1000003 + i\n    return h\nresult = f(x)",
        "def f(v, k):\n    s = 0.0\n    for i in range(k):\n        s += v[i]\n    return s\ntry:\n    result = f(x, 99)\nexcept IndexError:\n    result = None",
        "def f(v):\n    s = []\n    for i in range(len(v)):\n        s.append(v[i])\n    return s\nresult = f(x)",
    ],
    "unused-heavy-import": [
        "import matplotlib.pyplot as plt\nresult = eval('plt is not None')",
        "import matplotlib.pyplot as plt\nimport sys\nresult = sys.modules['__main__'] is not None",
        "import matplotlib.pyplot as plt\ntemplate = 'plt.plot(x)'\nresult = 1",
        "import matplotlib.pyplot as plt\n__all__ = ['plt']\nresult = 1",
        "import matplotlib.pyplot as plt  # noqa: F401\nresult = 1",
    ],
}


def cases(table):
    return [
        pytest.param(rule, text, id=f"{rule}-{number}")
        for rule, texts in table.items()
        for number, text in enumerate(texts)
    ]


def ran(text):
    space = {"__name__": "script"}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        exec(compile(text, "script.py", "exec"), space)
    return space["result"]


def assert_alike(left, right):
    if isinstance(left, pd.Series):
        pd.testing.assert_series_equal(left, right, check_dtype=False)
    elif isinstance(left, pd.DataFrame):
        pd.testing.assert_frame_equal(left, right, check_dtype=False)
    elif isinstance(left, str | tuple) or (isinstance(left, list) and left and isinstance(left[0], tuple | str)):
        assert left == right
    else:
        np.testing.assert_allclose(left, right, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize(("rule", "text"), cases(ACTS))
def test_the_rule_acts_and_the_result_stays(rule, text, rewrite):
    after = rewrite(HEAD + text + "\n", f"numpy_pandas/{rule}")
    assert after != HEAD + text + "\n"
    assert_alike(ran(HEAD + text), ran(after))


@pytest.mark.parametrize(("rule", "text"), cases(LEAVES))
def test_the_rule_leaves_it(rule, text, rewrite):
    assert rewrite(HEAD + text + "\n", f"numpy_pandas/{rule}") == HEAD + text + "\n"
