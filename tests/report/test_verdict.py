from __future__ import annotations

import pytest

from greenrules.models import Interval, Report, Variant
from greenrules.report import tables, verdict
from greenrules.report.disclosure import break_even, moment, payback, reproduce


def chosen_with(report: Report, **changes: object) -> Report:
    candidates = [v.model_copy(update=changes) if v.id == report.selected else v for v in report.candidates]
    return report.model_copy(update={"candidates": candidates})


def headline(report: Report) -> str:
    return verdict.verdict(report).headline.replace("\u00a0", " ")


def test_a_proven_saving_is_told_with_its_interval(saving: Report) -> None:
    assert headline(saving) == "train.green.py uses 36 % [31, 41] less energy than train.py"
    assert verdict.verdict(saving).mood == "better"


def test_an_interval_that_contains_one_is_not_distinguishable(saving: Report) -> None:
    report = chosen_with(saving, energy_ratio=Interval(median=0.9, low=0.8, high=1.01), proven=False)
    assert headline(report).startswith("The energy of train.green.py is not distinguishable from that of train.py")
    assert "not distinguishable" in verdict.tiles(report)[0].bounds


def test_a_flag_alone_proves_nothing(saving: Report) -> None:
    report = chosen_with(saving, energy_ratio=Interval(median=0.9, low=0.8, high=1.01), proven=True)
    assert "less energy" not in headline(report)


def test_an_interval_below_one_that_the_confirmation_did_not_uphold_is_no_saving(saving: Report) -> None:
    report = chosen_with(saving, proven=False)
    assert "not confirmed" in headline(report)
    assert verdict.tiles(report)[0].mood != "better"


def test_a_figure_without_an_interval_is_no_claim(saving: Report) -> None:
    report = chosen_with(saving, energy_ratio=None)
    assert headline(report) == "c7 was chosen; how its energy compares is not known"


def test_more_energy_is_told_as_plainly_as_less(saving: Report) -> None:
    report = chosen_with(saving, energy_ratio=Interval(median=1.2, low=1.1, high=1.3), proven=False)
    assert headline(report) == "train.green.py uses more energy than train.py: +20 % [+10, +30]"
    assert verdict.tiles(report)[0].mood == "worse"


def test_no_change_says_what_the_script_uses_and_why_nothing_was_chosen(no_change: Report) -> None:
    result = verdict.verdict(no_change)
    assert result.headline.replace("\u00a0", " ") == "No change: none of 2 candidates is proven better than train.py"
    assert "412" in result.details[0]
    assert result.details[1] == "No candidate's energy interval lies below the original's."


def test_no_rule_at_all_is_not_a_failed_search(no_candidates: Report) -> None:
    assert headline(no_candidates) == "No change: no rule applies to train.py"


def test_rules_that_were_not_tried_are_not_rules_that_do_not_apply(no_candidates: Report, search: Report) -> None:
    report = no_candidates.model_copy(update={"skipped": search.skipped})
    assert headline(report) == "No change: nothing was tried on train.py, and 2 rules could not be tried"


def test_a_measurement_is_no_verdict(measure: Report) -> None:
    assert headline(measure).startswith("train.py uses 412 J")
    assert verdict.verdict(measure).details == ()


def test_a_lower_loss_is_better(saving: Report) -> None:
    report = chosen_with(saving, quality=Interval(median=0.5, low=0.49, high=0.51))
    lower = report.model_copy(update={"quality": report.quality.model_copy(update={"better": "lower"})})
    assert verdict.tiles(report)[1].mood == "worse"
    assert verdict.tiles(lower)[1].mood == "better"


def test_modelled_joules_say_what_they_cannot_see_and_where_the_saving_ends(saving: Report) -> None:
    words = " ".join(verdict.caveats(saving))
    assert "idle power" in words
    assert "more than 41" in words


def test_gpus_that_were_read_are_not_called_modelled(saving: Report) -> None:
    meter = saving.meter.model_copy(update={"domains": ["cpu", "gpu:0"]})
    words = " ".join(verdict.caveats(saving.model_copy(update={"meter": meter})))
    assert "gpu:0 read from NVML; the processor's share may be off" in words
    assert "accelerators" not in words


def test_measured_joules_need_no_caveat(measure: Report) -> None:
    assert verdict.caveats(measure) == ()


def test_every_tile_says_on_how_many_runs_it_rests(saving: Report) -> None:
    assert [tile.basis for tile in verdict.tiles(saving)] == ["n = 5", "n = 5, 3 seeds", "n = 5"]


def test_warm_ups_and_failed_runs_are_not_counted(saving: Report) -> None:
    assert verdict.basis(saving.baseline) == "n = 5"
    assert verdict.basis(Variant(id="c9")) == "no runs"


def test_a_rule_shows_what_it_saved_alone(saving: Report) -> None:
    alone = {row.rule: row.alone.replace("\u00a0", " ") for row in tables.contributions(saving)}
    assert alone["sklearn/extra-trees"] == "−29 % [−34, −24]"


def test_a_rule_that_was_run_once_alone_shows_that_run(search: Report) -> None:
    alone = {row.rule: row.alone.replace("\u00a0", " ") for row in tables.contributions(search)}
    assert alone["numpy/einsum"] == "about −18 % (1 run)"


def test_a_rule_that_was_only_measured_with_another_says_with_which(saving: Report) -> None:
    lone = [v for v in saving.candidates if v.rules != ["numpy/float32-features"]]
    report = saving.model_copy(update={"candidates": lone})
    alone = {row.rule: row.alone.replace("\u00a0", " ") for row in tables.contributions(report)}
    assert alone["numpy/float32-features"] == "−32 % [−37, −27] together with sklearn/extra-trees"


def test_what_was_run_once_stands_behind_what_was_confirmed_and_says_so(search: Report) -> None:
    rows = tables.measured_rows(search)
    assert [row.name for row in rows] == ["original", "c9", "c3", "c2", "c1"]
    assert [str(row.change).replace("\u00a0", " ") for row in rows[2:]] == [
        "about −18 % (1 run)",
        "about −5 % (1 run)",
        "about −1 % (1 run)",
    ]


def test_outputs_say_what_came_of_the_comparison(search: Report) -> None:
    outputs = search.model_copy(
        update={
            "quality": search.quality.model_copy(update={"metric": None, "source": "outputs"}),
            "baseline": search.baseline.model_copy(update={"quality": None}),
        }
    )
    outputs = chosen_with(outputs, quality=None)
    assert verdict.verdict(outputs).details[0] == "Its outputs are the original's, within the tolerance."
    assert verdict.tiles(outputs)[1].value == "the same"


def test_no_change_names_what_saved_and_why_it_was_turned_down(search: Report) -> None:
    nothing = search.model_copy(update={"candidates": search.candidates[3:5], "selected": None, "front": []})
    result = verdict.verdict(nothing)
    assert result.headline.replace("\u00a0", " ") == "No change: none of 2 candidates could be used"
    told = result.details[-1].replace("\u00a0", " ")
    assert told == "c4 (energy about −40 % (1 run)) was turned down: its outputs are not the original's."


def test_break_even_has_an_interval_and_says_never(saving: Report) -> None:
    assert break_even(saving).replace("\u00a0", " ") == "107 runs [93, 125]"
    runs = saving.search.break_even_runs
    assert runs is not None
    open_end = saving.search.model_copy(update={"break_even_runs": runs.model_copy(update={"high": None})})
    report = saving.model_copy(update={"search": open_end})
    assert break_even(report).replace("\u00a0", " ") == "107 runs [93, never]"


def test_nothing_pays_back_what_saved_nothing(no_change: Report) -> None:
    assert "pays for itself" not in payback(no_change)


@pytest.mark.parametrize(
    ("command", "again"),
    [
        (["/usr/bin/greenrules", "apply", "a b.py"], "greenrules apply 'a b.py' --seed 20261120"),
        (["greenrules", "apply", "t.py", "--seed", "7"], "greenrules apply t.py --seed 7"),
        (["apply", "t.py", "--", "--seed", "7"], "greenrules apply t.py --seed 20261120 -- --seed 7"),
    ],
)
def test_the_command_to_reproduce_carries_the_seed(saving: Report, command: list[str], again: str) -> None:
    assert reproduce(saving.model_copy(update={"command": command})) == again


def test_a_measurement_has_no_seed_to_repeat(measure: Report) -> None:
    assert reproduce(measure) == "greenrules measure train.py --repeat 7"


def test_times_are_readable_and_nonsense_stays() -> None:
    assert moment("2026-11-20T15:03:11+01:00") == "2026-11-20 14:03 UTC"
    assert moment("yesterday") == "yesterday"
