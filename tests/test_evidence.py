"""Figures beside rules: their shape, how they are told, and that the built-in packs have theirs."""

from __future__ import annotations

import json
from datetime import date

import pytest
from pydantic import ValidationError

from greenrules.engine.loader import load_rule_file
from greenrules.errors import PackError
from greenrules.evidence import PackEvidence, RuleEvidence, doubts, read_evidence, rule_digest
from greenrules.packs import discover

RULE = """\
rules:
  - id: sum-of-range
    tactic: idiom
    summary: Add numbers by the formula
    why: There is a formula.
    level: exact
    match: sum(range($N))
    rewrite: $N * ($N - 1) // 2
"""
DIGEST = "0" * 64


def measurement(case="pays", **more):
    plain = {
        "script": f"evidence/{case}.py",
        "script_sha256": DIGEST,
        "rewritten_sha256": DIGEST,
        "case": case,
        "saving": 0.4,
        "low": 0.35,
        "high": 0.45,
        "runs": 5,
        "cpu_before_s": 2.0,
        "cpu_after_s": 1.2,
        "time_before_s": 2.1,
        "time_after_s": 1.3,
        "quality": {"ok": True, "metric": "accuracy", "before": 0.9, "after": 0.91, "seeds": 5},
        "parameters": {"TREES": 50},
        "applied": ["acme/sum-of-range"],
        "libraries": {"numpy": "2.4.6"},
        "python": "3.11.7",
        "cpu": "a processor",
        "cores": 2,
        "measured": date(2026, 11, 21),
    }
    return {**plain, **more}


BOTH = [measurement(), measurement("idle")]


def rule(text=RULE):
    return load_rule_file("rules.yaml", text.encode())[0]


def pack(folder, evidence):
    (folder / "evidence.json").write_text(evidence if isinstance(evidence, str) else evidence.text(), encoding="utf-8")
    return folder


def test_a_digest_is_of_what_a_rule_does_not_of_its_words():
    same = RULE.replace("Add numbers", "Sum").replace("There is a formula", "It saves much")
    assert rule_digest(rule(same).data) == rule_digest(rule().data)
    assert rule_digest(rule(RULE.replace("// 2", "/ 2")).data) != rule_digest(rule().data)
    assert rule_digest(rule(RULE + "    where: [$N is literal]\n").data) != rule_digest(rule().data)


def test_evidence_survives_its_file(tmp_path):
    whole = PackEvidence(
        rules={
            "sum-of-range": RuleEvidence(digest=DIGEST, measurements=[measurement(), measurement("idle", low=-0.9)]),
            "needs-a-gpu": RuleEvidence(digest=DIGEST, unmeasured="no GPU was at hand"),
        }
    )
    assert read_evidence(pack(tmp_path, whole)) == whole
    assert json.loads(whole.text())["format"] == 1
    assert read_evidence(tmp_path / "nowhere") == PackEvidence()


@pytest.mark.parametrize(
    ("wrong", "word"),
    [
        ({"low": 0.5}, "between"),
        ({"saving": 1.2, "high": 1.3}, "less than 1"),
        ({"cpu_after_s": 0.0}, "greater than 0"),
        ({"case": "perhaps"}, "pays"),
        ({"joules": 3}, "not permitted"),
        ({"script_sha256": "abc"}, "pattern"),
    ],
)
def test_a_figure_that_cannot_be_is_refused(wrong, word):
    with pytest.raises(ValidationError, match=word):
        RuleEvidence(digest=DIGEST, measurements=[measurement(**wrong)])


def test_no_figures_want_a_reason():
    with pytest.raises(ValidationError, match="unmeasured"):
        RuleEvidence(digest=DIGEST)
    with pytest.raises(ValidationError, match="both cases"):
        RuleEvidence(digest=DIGEST, measurements=[measurement()])
    assert RuleEvidence(digest=DIGEST, measurements=[measurement()], unmeasured="the other is not run yet")


def test_a_broken_file_says_where_and_what(tmp_path):
    for text in ("{", '{"format": 2}', '{"rules": {"a": {"digest": "x"}}}'):
        with pytest.raises(PackError, match="not evidence") as found:
            read_evidence(pack(tmp_path, text))
        assert str(found.value.position).endswith("evidence.json")
        assert found.value.remedy


def test_what_is_expected_counts_where_it_does_not_pay_too():
    entry = RuleEvidence(
        digest=DIGEST, measurements=[measurement(), measurement("idle", saving=-0.1, low=-0.3, high=0.05)]
    )
    assert entry.expected is not None
    assert entry.expected.median == pytest.approx(0.15)
    assert (entry.expected.low, entry.expected.high) == (-0.3, 0.45)
    assert RuleEvidence(digest=DIGEST, unmeasured="why not").expected is None
    good, bad = entry.of("pays")[0], measurement(quality={"ok": False, "reason": "worse"})
    assert good.proven
    assert not RuleEvidence(digest=DIGEST, measurements=[bad, measurement("idle")]).of("pays")[0].proven


def test_doubts_name_strangers_and_figures_older_than_their_rule():
    known = rule()
    current = RuleEvidence(digest=rule_digest(known.data), measurements=BOTH)
    old = RuleEvidence(digest=DIGEST, measurements=BOTH)
    assert not doubts([known], PackEvidence(rules={"sum-of-range": current}))
    found = doubts([known], PackEvidence(rules={"sum-of-range": old, "gone": current}))
    assert "changed" in found["sum-of-range"]
    assert "no such rule" in found["gone"]


def test_pack_check_looks_at_the_evidence(tmp_path):
    from greenrules.verbs.pack_author import pack_check
    from greenrules.verbs.scaffold import pack_new

    files = pack_new("acme", tmp_path)
    folder = next(path for path in files if path.name == "pack.yaml").parent
    before = [str(problem) for problem in pack_check(folder)]
    entry = RuleEvidence(digest=DIGEST, measurements=BOTH)
    pack(folder, PackEvidence(rules={"no-rule-of-this-pack": entry}))
    added = [str(problem) for problem in pack_check(folder) if str(problem) not in before]
    assert len(added) == 1
    assert "no-rule-of-this-pack: there is no such rule" in added[0]
    pack(folder, "[]")
    added = [str(problem) for problem in pack_check(folder) if str(problem) not in before]
    assert len(added) == 1
    assert "not evidence" in added[0]


@pytest.fixture
def told(monkeypatch):
    """Rules of the built-in packs, told with evidence of ours."""
    from greenrules.verbs import measured
    from greenrules.verbs.catalogue import find_rule

    chosen = find_rule("sklearn/fewer-trees")

    def tell(entry):
        found = PackEvidence(rules={"fewer-trees": entry}) if isinstance(entry, RuleEvidence) else entry
        monkeypatch.setattr(measured, "_of_pack", lambda pack: found)
        return chosen

    return tell


def test_explain_shows_the_figures_and_whether_they_are_current(told):
    from greenrules.verbs.catalogue import explain, rule_facts
    from greenrules.verbs.measured import saves

    chosen = told(RuleEvidence(digest=DIGEST, measurements=[measurement(), measurement("idle", saving=0.36)]))
    text = explain(chosen)
    assert "before the rule was last changed" in text
    assert "where it pays: saves 40 % [35, 45] of the CPU seconds (2.00 → 1.20 s), accuracy 0.9 → 0.91" in text
    assert "TREES=50, 5 runs each on 2 CPUs" in text
    assert text.index("where it pays") < text.index("where it does not")
    assert rule_facts(chosen)["evidence"]["current"] is False
    assert saves(chosen) == "40 %"
    chosen = told(RuleEvidence(digest=rule_digest(chosen.data), measurements=[measurement()], unmeasured="no time"))
    assert "nothing more: no time" in explain(chosen)
    assert "before the rule" not in explain(chosen)
    assert rule_facts(chosen)["evidence"]["current"] is True


def test_explain_says_why_there_are_no_figures(told):
    from greenrules.verbs.catalogue import explain, rule_facts
    from greenrules.verbs.measured import saves

    chosen = told(RuleEvidence(digest=DIGEST, unmeasured="no GPU was at hand"))
    assert "measured: nothing: no GPU was at hand" in explain(chosen)
    assert saves(chosen) == ""
    told(PackEvidence())
    assert "nothing is recorded" in explain(chosen)
    assert "evidence" not in rule_facts(chosen)
    told(PackError("not evidence: rules.a: Field required"))
    assert "not evidence: rules.a" in explain(chosen)
    assert saves(chosen) == ""


def test_loss_of_quality_is_not_a_saving(told):
    from greenrules.verbs.catalogue import explain
    from greenrules.verbs.measured import saves

    worse = measurement(quality={"ok": False, "metric": "r2", "before": 0.9, "after": 0.7, "reason": "0.2 is lost"})
    chosen = told(RuleEvidence(digest=DIGEST, measurements=[worse, measurement("idle")]))
    assert saves(chosen) == ""
    assert "in doubt: 0.2 is lost" in explain(chosen)


@pytest.mark.parametrize("name", sorted(discover().packs))
def test_every_built_in_rule_has_evidence_of_its_present_form(name):
    registry = discover()
    evidence, remedy = registry.evidence(name), f"python -m benchmarks.rules --pack {name} --write"
    assert not doubts(registry.packs[name].rules, evidence), remedy
    assert {rule.id for rule in registry.packs[name].rules if rule.spec.writes} == set(evidence.rules), remedy
