"""Ten scripts that trip up naive rewriters, taken through real tactics of the built-in packs, to the character."""

from __future__ import annotations

import textwrap

import pytest
from installed import Installed

from greenrules.engine.candidates import first_values
from greenrules.engine.compose import apply_rules
from greenrules.engine.loader import load_rule_file
from greenrules.engine.predicates import with_predicates
from greenrules.engine.source import read_source
from greenrules.packs import discover

BOOSTING = "sklearn/random-forest-to-hist-gradient-boosting"
MINIBATCH = "sklearn/kmeans-to-minibatch"
HALVING = "sklearn/grid-search-to-halving"
SINGLE = "numpy_pandas/float64-arrays"
SMALLEST = "numpy_pandas/smallest-of-sorted"
DISTINCT = "count-distinct"
#: a rule of the user's own beside those of the packs
OWN = """
rules:
  - id: count-distinct
    tactic: idiom
    summary: Count distinct values without listing them
    level: exact
    match: len($S.unique())
    where: [$S is pandas.Series]
    rewrite: $S.nunique(dropna=False)
"""
ANY = "numpy_pandas/any-of-list"
COUNT = "numpy_pandas/count-rows-by-mask"
TUPLES = "numpy_pandas/iterrows-to-itertuples"

#: what estimators have, so that the test asks no library
ESTIMATOR = frozenset({"fit", "predict", "score", "predict_proba", "fit_predict", "labels_", "cluster_centers_"})


class Target(Installed):
    """Every estimator has the usual methods, so that the test asks no library."""

    def attributes(self, qualified):
        return ESTIMATOR


@pytest.fixture(scope="module")
def portfolio():
    registry = discover()
    loaded = (*registry.rules(list(registry.packs.values())), *load_rule_file("own.yaml", OWN.encode()))
    rules = with_predicates(loaded, registry.predicates)
    return {rule.full_id: rule for rule in rules}, registry.knowledge()


def dedent(text):
    return textwrap.dedent(text).lstrip("\n")


CASES = {
    "aliases: each place keeps its own way to import": (
        [BOOSTING],
        """
        import sklearn.ensemble as ens
        from sklearn.ensemble import RandomForestClassifier as Forest

        a = Forest(n_estimators=50, random_state=0)
        b = ens.RandomForestClassifier(n_jobs=-1)
        a.fit(X, y)
        b.fit(X, y)
        print(a.score(X, y), b.score(X, y))
        """,
        """
        import sklearn.ensemble as ens
        from sklearn.ensemble import HistGradientBoostingClassifier

        a = HistGradientBoostingClassifier(random_state=0)
        b = ens.HistGradientBoostingClassifier()
        a.fit(X, y)
        b.fit(X, y)
        print(a.score(X, y), b.score(X, y))
        """,
    ),
    "nested calls: four rules in one another": (
        [DISTINCT, SMALLEST, ANY, COUNT],
        """
        import pandas as pd

        df = pd.read_csv("a.csv")
        if any([len(df["kind"].unique()) > sorted(row)[0] for row in rows]):
            print(sorted([len(df[df["kind"] == "a"]), sorted(sorted(rows)[0])[0]])[0])
        """,
        """
        import pandas as pd

        df = pd.read_csv("a.csv")
        if any(df["kind"].nunique(dropna=False) > min(row) for row in rows):
            print(min([int((df["kind"] == "a").sum()), min(min(rows))]))
        """,
    ),
    "comments inside a call: those of arguments that go stay": (
        [BOOSTING],
        """
        from sklearn.ensemble import RandomForestClassifier

        clf = RandomForestClassifier(  # the model
            # how many
            n_estimators=200,  # trees
            n_jobs=-1,  # every core
            random_state=0,  # fixed
            # the end
        )  # done
        clf.fit(X, y)
        """,
        """
        from sklearn.ensemble import HistGradientBoostingClassifier

        clf = HistGradientBoostingClassifier(  # the model
            # how many
            # trees
            # every core
            random_state=0,  # fixed
            # the end
        )  # done
        clf.fit(X, y)
        """,
    ),
    "positional arguments: bound by the signature": (
        [MINIBATCH, SINGLE],
        """
        import numpy as np
        from sklearn.cluster import KMeans

        labels = KMeans(8, n_init=10).fit_predict(X)
        grid = np.zeros((n, m), float)
        flat = np.full(n, 0.5, "float64")
        ordered = np.zeros(n, float, "F")
        """,
        """
        import numpy as np
        from sklearn.cluster import MiniBatchKMeans

        labels = MiniBatchKMeans(8, n_init=10).fit_predict(X)
        grid = np.zeros((n, m), "float32")
        flat = np.full(n, 0.5, "float32")
        ordered = np.zeros(n, float, "F")
        """,
    ),
    "shadowed names: neither read nor written under another meaning": (
        [SMALLEST, SINGLE],
        """
        import numpy as np


        def min(values):
            return values[0]


        print(sorted(a)[0])


        def local(np):
            return np.zeros(3, dtype="float64")


        def other(zeros):
            return np.zeros(3, dtype="float64") + zeros
        """,
        """
        import numpy as np


        def min(values):
            return values[0]


        print(sorted(a)[0])


        def local(np):
            return np.zeros(3, dtype="float64")


        def other(zeros):
            return np.zeros(3, dtype="float32") + zeros
        """,
    ),
    "**kwargs: what may hide in them is not guessed at": (
        [BOOSTING],
        """
        from sklearn.ensemble import RandomForestClassifier

        params = {"n_jobs": 2}
        a = RandomForestClassifier(**params).fit(X, y)
        b = RandomForestClassifier(random_state=0, **options).fit(X, y)
        c = RandomForestClassifier(*given).fit(X, y)
        d = RandomForestClassifier(random_state=0).fit(X, y)
        """,
        """
        from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier

        params = {"n_jobs": 2}
        a = RandomForestClassifier(**params).fit(X, y)
        b = RandomForestClassifier(random_state=0, **options).fit(X, y)
        c = RandomForestClassifier(*given).fit(X, y)
        d = HistGradientBoostingClassifier(random_state=0).fit(X, y)
        """,
    ),
    "conditional imports: the new name is tried with the old": (
        [BOOSTING, SINGLE],
        """
        try:
            from sklearn.ensemble import RandomForestClassifier  # maybe
        except ImportError:
            RandomForestClassifier = None

        if fast:
            import numpy as np
        else:
            import numpy as np

        clf = RandomForestClassifier(n_estimators=10, random_state=0)
        clf.fit(X, np.zeros(3, dtype="float64"))
        """,
        """
        try:
            from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier  # maybe
        except ImportError:
            RandomForestClassifier = None

        if fast:
            import numpy as np
        else:
            import numpy as np

        clf = HistGradientBoostingClassifier(random_state=0)
        clf.fit(X, np.zeros(3, dtype="float32"))
        """,
    ),
    "methods on values: only of the type that they are proven, or shown by their use, to have": (
        [TUPLES, DISTINCT],
        """
        import pandas as pd

        df = pd.read_csv("a.csv")
        total = 0.0
        for i, row in df.iterrows():  # rows
            total += row["price"] * row["items"]  # sum
        for i, row in other.iterrows():
            total += row["price"]
        for i, row in df.iterrows():
            total += row["count"]
        kinds = len(df["kind"].unique()) + len(other["kind"].unique())
        """,
        """
        import pandas as pd

        df = pd.read_csv("a.csv")
        total = 0.0
        for row in df.itertuples():  # rows
            total += row.price * row.items  # sum
        for row in other.itertuples():
            total += row.price
        for i, row in df.iterrows():
            total += row["count"]
        kinds = df["kind"].nunique(dropna=False) + len(other["kind"].unique())
        """,
    ),
    "holes of f-strings: quotes, formats and the text around stay": (
        [DISTINCT, SMALLEST],
        '''
        import pandas as pd

        df = pd.read_csv("a.csv")
        print(f"{len(df['kind'].unique())} kinds, {sorted(prices)[0]:.2f} {name!r} {{}} {sorted(x)[0]=}")
        print(
            f"""{len(
                df["kind"].unique()
            ):>5}"""
        )
        ''',
        '''
        import pandas as pd

        df = pd.read_csv("a.csv")
        print(f"{df['kind'].nunique(dropna=False)} kinds, {min(prices):.2f} {name!r} {{}} {sorted(x)[0]=}")
        print(
            f"""{df["kind"].nunique(dropna=False):>5}"""
        )
        ''',
    ),
    "calls over many lines: layout and trailing commas stay": (
        [HALVING],
        """
        from sklearn.model_selection import (
            GridSearchCV,
            train_test_split,
        )
        from sklearn.svm import SVC

        search = GridSearchCV(
            SVC(
                C=1.0,
            ),
            {"C": [1, 10]},
            cv=5,
        )
        search.fit(X, y)
        """,
        """
        from sklearn.experimental import enable_halving_search_cv  # noqa: F401

        from sklearn.model_selection import (
            HalvingGridSearchCV,
            train_test_split,
        )
        from sklearn.svm import SVC

        search = HalvingGridSearchCV(
            SVC(
                C=1.0,
            ),
            {"C": [1, 10]},
            cv=5,
            random_state=0,
        )
        search.fit(X, y)
        """,
    ),
}


@pytest.mark.parametrize("name", CASES, ids=lambda name: name.partition(":")[0])
def test_a_hard_script_comes_out_as_it_should(portfolio, name):
    rules, knowledge = portfolio
    ids, before, after = CASES[name]
    chosen = [rules[each] for each in ids]
    values = {rule.full_id: first_values(rule) for rule in chosen}

    def apply(text):
        source = read_source("script.py", text.encode())
        return apply_rules(source, chosen, knowledge, Target(), chosen=set(ids), parameters=values)

    made = apply(dedent(before))
    assert made.text == dedent(after)
    assert apply(made.text).text == made.text
