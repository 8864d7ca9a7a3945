"""The role of each statement, and the calls that read quality."""

import ast

from greenrules.engine.facts import Facts
from greenrules.engine.source import read_source
from greenrules.engine.stages import metric_calls, stages
from greenrules.packs import discover

SCRIPT = """\
import pandas as pd
from sklearn.svm import SVC
from sklearn.metrics import accuracy_score
SEED = 0

def prepare(frame):
    frame = frame.dropna()
    return frame

def train(model, x, y):
    for epoch in range(3):
        model.fit(x, y)
    return model

def main():
    df = pd.read_csv("a.csv")
    print(len(df))
    df = prepare(df)
    x, y = df[["a"]], df["b"]
    model = SVC()
    model = train(model, x, y)
    predictions = model.predict(x)
    print(accuracy_score(y, predictions))

if __name__ == "__main__":
    main()
"""


def roles(kit, code):
    return {span.start_line: span.role for span in stages(kit.facts(code))}


def test_a_script_with_functions(kit):
    found = roles(kit, SCRIPT)
    assert found[1] == found[4] == "imports"
    assert found[16] == "dataset-ingestion"
    assert found[17] == found[18] == found[19] == "feature-engineering"
    assert found[7] == found[8] == "feature-engineering"
    assert found[20] == "model-instantiation"
    assert found[21] == found[11] == found[12] == "training-loop"
    assert found[22] == "inference"
    assert found[23] == "quality-evaluation"
    assert found[26] == "training-loop"


def test_every_statement_has_one_span(kit):
    spans = stages(kit.facts(SCRIPT))
    statements = [node for node in ast.walk(ast.parse(SCRIPT)) if isinstance(node, ast.stmt)]
    assert len(spans) == len(statements)


def test_the_outermost_known_call_gives_the_role(kit):
    code = (
        "from sklearn.svm import SVC\nfrom sklearn.metrics import accuracy_score\nm = SVC().fit(x, y)\n"
        "print(accuracy_score(y, m.predict(x)))\n"
    )
    found = roles(kit, code)
    assert found[3] == "training-loop"
    assert found[4] == "quality-evaluation"


def test_a_loop_takes_the_weightiest_role_it_holds(kit):
    found = roles(
        kit, "from sklearn.svm import SVC\nm = SVC()\nfor i in range(3):\n    a = m.predict(i)\n    m.fit(i)\n"
    )
    assert found[3] == "training-loop"
    assert found[4] == "inference"


def test_methods_carry_roles_to_their_calls(kit):
    code = (
        "import pandas as pd\nclass P:\n    def load(self):\n        return pd.read_csv('a')\np = P()\nd = p.load()\n"
    )
    assert roles(kit, code)[6] == "dataset-ingestion"


def test_metrics_as_functions_methods_and_attributes(kit):
    code = (
        "from sklearn.metrics import accuracy_score as acc\nacc(y, p)\nm.score(x, y)\nsearch.best_score_\n"
        "score(1)\nbest_score_ = 2\n"
    )
    found = [(call.node.lineno, call.metric, call.better, call.argument) for call in metric_calls(kit.facts(code))]
    assert found == [
        (2, "accuracy_score", "higher", "y_pred"),
        (3, "score", "higher", None),
        (4, "best_score_", "higher", None),
    ]


def test_metrics_of_a_type_are_found_where_another_library_gives_it():
    code = "import xgboost as xgb\nm = xgb.XGBClassifier()\nm.fit(x, y)\nm.score(x, y)\nm.evals_result()\n"
    facts = Facts(read_source("a.py", code.encode()), discover().knowledge())
    found = [(call.node.lineno, call.metric) for call in metric_calls(facts)]
    assert found == [(3, "fit"), (4, "score"), (5, "evals_result")]


def test_a_script_without_any_known_call_still_has_roles(kit):
    assert set(roles(kit, "a = 1\nprint(a)\n").values()) == {"imports"}


def test_a_function_that_is_handed_on_has_the_role_of_the_statement_that_takes_it(kit):
    code = (
        "import pandas as pd\ndf = pd.read_csv('a')\ndef far(row):\n    return row['a'] * 2\n"
        "df['b'] = df.apply(far, axis=1)\nfrom sklearn.svm import SVC\nSVC().fit(df, df)\n"
    )
    assert roles(kit, code)[4] == "feature-engineering"


def test_what_follows_a_loop_goes_on_from_its_body(kit):
    code = (
        "import pandas as pd\nfrom sklearn.svm import SVC\nm = SVC()\nfor n in names:\n    d = pd.read_csv(n)\n"
        "    m.predict(d)\nprint('done')\n"
    )
    assert roles(kit, code)[7] == "inference"


def test_an_instance_of_an_own_class_has_the_role_of_its_init(kit):
    code = (
        "import pandas as pd\nfrom sklearn.svm import SVC\nclass M:\n    def __init__(self):\n        self.m = SVC()\n"
        "d = pd.read_csv('a')\nm = M()\n"
    )
    assert roles(kit, code)[7] == "model-instantiation"


def test_the_outermost_call_counts_whoever_knows_it(kit):
    code = (
        "from sklearn.svm import SVC\ndef learn(m, x):\n    m.fit(x)\nlearn(SVC(), x)\n"
        "from sklearn.metrics import log_loss\nd['p'] = m.predict(x)\nprint(log_loss(y, m.predict(x)))\n"
    )
    found = roles(kit, code)
    assert (found[4], found[6], found[7]) == ("training-loop", "inference", "quality-evaluation")


def test_names_of_a_star_import_of_a_known_library_have_their_role(kit):
    code = "from sklearn.datasets import *\nX, y = load_iris()\n"
    assert {span.start_line: span.role for span in stages(kit.facts(code))}[2] == "dataset-ingestion"
    unknown = "from helpers import *\nX, y = load_iris()\n"
    assert {span.start_line: span.role for span in stages(kit.facts(unknown))}[2] != "dataset-ingestion"
