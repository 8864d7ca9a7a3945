"""What is expected of a rewrite before it is run, and what a search leaves for later ones."""

import math
from datetime import date

import pytest

from greenrules.engine.candidates import Unit
from greenrules.evidence import QualityKept, RuleEvidence, RuleMeasurement, rule_digest
from greenrules.requests import RuleChoice
from greenrules.verbs.history import Past, history_file, read_history, remember
from greenrules.verbs.portfolio import assemble
from greenrules.verbs.share import Profile
from greenrules.verbs.worth import Outlook, learned, mean_saving, nearness, outlook, search_unit


@pytest.fixture(autouse=True)
def data_home(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    return tmp_path


@pytest.fixture
def portfolio():
    return assemble(RuleChoice())


@pytest.fixture
def rules(portfolio):
    return [rule for rule in portfolio.rules if rule.pack is not None][:2]


def nothing(rule):
    return None


def unit(rule, **more):
    return Unit(rule.full_id, (rule.full_id,), ("idiom",), "exact", 1, frozenset({3}), **more)


def past(rule, portfolio, script, saving, size=None):
    digest = outlook([unit(rule)], portfolio, [], "mine", None, nothing).digests[rule.full_id]
    return Past(rule.full_id, digest, script, saving, size)


def test_nothing_is_expected_of_what_is_not_known(portfolio, rules):
    known = outlook([unit(rules[0])], portfolio, [], "mine", None, nothing)
    assert (known.expected, known.hopeless) == ({}, {})


def test_what_saved_in_other_scripts_is_expected_to_save_and_less_so_at_another_size(portfolio, rules):
    first, second = rules
    history = [past(first, portfolio, f"s{n}", 0.4, 1_000_000) for n in range(3)]
    history += [past(second, portfolio, "s0", -0.2)]
    near = outlook([unit(first), unit(second)], portfolio, history, "mine", 1_000_000, nothing).expected
    far = outlook([unit(first)], portfolio, history, "mine", 1_000_000_000, nothing).expected
    assert near[first.full_id] == pytest.approx(0.3), "three of 0.4, and one of nothing"
    assert 0 < far[first.full_id] < near[first.full_id] / 2
    assert near[second.full_id] < 0


def test_what_was_seen_of_the_same_script_or_an_older_rule_does_not_count(portfolio, rules):
    old = Past(rules[0].full_id, "0" * 64, "other", 0.5)
    own = past(rules[0], portfolio, "mine", 0.5)
    assert outlook([unit(rules[0])], portfolio, [old, own], "mine", None, nothing).expected == {}


def test_what_never_saved_in_five_scripts_is_not_tried_and_one_saving_is_enough_to_try_it(portfolio, rules):
    history = [past(rules[0], portfolio, f"s{n}", 0.001) for n in range(5)]
    found = outlook([unit(rules[0])], portfolio, history, "mine", None, nothing)
    assert found.hopeless == {rules[0].full_id: "it saved nothing in 5 other scripts on this machine"}
    history.append(past(rules[0], portfolio, "s9", 0.05))
    assert outlook([unit(rules[0])], portfolio, history, "mine", None, nothing).hopeless == {}


def test_evidence_of_the_rule_as_it_is_counts_and_that_of_an_older_one_does_not(portfolio, rules):
    measured = RuleMeasurement(
        script="s.py", script_sha256="0" * 64, rewritten_sha256="1" * 64, case="pays", saving=0.6, low=0.5, high=0.7,
        runs=5, cpu_before_s=2.0, cpu_after_s=0.8, time_before_s=2.0, time_after_s=0.8, quality=QualityKept(ok=True),
        applied=[rules[0].full_id], libraries={}, python="3.12", cpu="any", cores=2, measured=date(2026, 1, 1),
    )  # fmt: skip
    for digest, expected in ((rule_digest(rules[0].data), {rules[0].full_id: pytest.approx(0.2)}), ("0" * 64, {})):
        evidence = RuleEvidence(digest=digest, measurements=[measured], unmeasured="no idle case")
        assert outlook([unit(rules[0])], portfolio, [], "mine", None, lambda rule, of=evidence: of).expected == expected


def profile(training, loading):
    energy = {"training-loop": training, "dataset-ingestion": loading}
    spans = ((1, 1, "imports"), (2, 2, "dataset-ingestion"), (3, 3, "training-loop"))
    return Profile(spans, energy, {1: 1, 2: 2, 3: 3}, True)


def test_the_share_that_it_acts_on_limits_what_is_expected(portfolio, rules):
    one = Unit(rules[0].full_id, (rules[0].full_id,), ("idiom",), "exact", 1, frozenset({3}))
    known = Outlook({}, {one.id: 0.5}, {})
    assert search_unit(one, profile(3.0, 1.0), known, 1000, 5).worth == pytest.approx(math.log(1 - 0.5 * 0.75))
    assert search_unit(one, profile(3.0, 1.0), Outlook({}, {}, {}), 1000, 5).worth is None
    rarely = search_unit(one, profile(1.0, 9.0), Outlook({}, {}, {}), 50, 5)
    assert "of 50 runs it could save at most 10.00%, which does not win back the 5 runs" in rarely.hopeless


def test_what_a_search_learned_is_kept_for_the_next(portfolio, rules, data_home):
    one = unit(rules[0])
    known = outlook([one], portfolio, [], "mine", None, nothing)
    searched = [search_unit(one, profile(1.0, 1.0), known, 1000, 5)]
    remember(learned({one.id: math.log(0.8)}, searched, known, "mine", 4096))
    (kept,) = read_history()
    assert (kept.unit, kept.script, kept.data_bytes) == (one.id, "mine", 4096)
    assert kept.saving == pytest.approx(0.4), "a fifth of the script is two fifths of the half it acts on"
    later = outlook([one], portfolio, read_history(), "yours", 4096, nothing)
    assert later.expected[one.id] == pytest.approx(0.2)


def test_a_damaged_history_is_read_as_far_as_it_goes(data_home):
    remember([Past("a/b", "d", "s", 0.1)])
    with history_file().open("a") as file:
        file.write('{"unit": "x"}\nnot json\n{"unit": "a/c", "digest": "d", "script": "s", "saving": NaN}\n{"unit": ')
    remember([Past("a/d", "d", "s", 0.2)])
    assert [one.unit for one in read_history()] == ["a/b"]


def test_a_history_that_cannot_be_written_is_no_reason_to_stop(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "file"))
    remember([Past("a/b", "d", "s", 0.1)])
    assert read_history() == []


def test_weights():
    assert nearness(1000, 1000) == 1 and nearness(1000, 3000) == nearness(3000, 1000) < 0.5
    assert nearness(None, 5) == nearness(0, 5) == 0.5
    assert mean_saving([(1.0, 0.5)]) == 0.25
    assert mean_saving([(1.0, 99.0)]) == 0.45, "nothing saves more than nine tenths"
