"""The plan of an experiment, in a world whose truth is known."""

import math
import random
from dataclasses import replace

from greenrules.events import silent
from greenrules.selection.record import Belief
from greenrules.selection.spending import Cost, Limits
from greenrules.selection.units import Unit
from greenrules.verbs.candidate import BASELINE, BudgetSpent, Candidate, Measured, Tunable
from greenrules.verbs.experiment import Experiment, Findings


class World:
    """Energies by what is switched on, with a little noise; every run is remembered."""

    def __init__(self, effects, *, noise=0.02, parameters=None, broken=(), fickle=(), seed=0):
        self.effects = effects
        self.noise = noise
        self.parameters = parameters or {}
        self.broken = set(broken)
        self.fickle = set(fickle)
        self.random = random.Random(seed)
        self.runs = []

    def truth(self, candidate):
        logs = sum(self.effects[unit] for unit in candidate.units)
        logs += sum(self.parameters.get((*key, value), 0.0) for key, value in candidate.parameters)
        return 100 * math.exp(logs)

    def run(self, candidate, phase, block, *, abort_above_j=None, seed=0):
        energy = self.truth(candidate) * math.exp(self.random.gauss(0, self.noise))
        self.runs.append((phase, candidate, energy))
        if candidate.units & self.broken:
            return Measured(energy, 1.0, False, reason="it prints something else")
        return Measured(energy, energy / 100, True, quality_loss=0.0)

    def name(self, candidate):
        return "+".join(sorted(candidate.units)) + repr(candidate.parameters) if candidate.units else "baseline"

    def refusal(self, candidate):
        return "its quality is worse over the seeds" if candidate.units & self.fickle else ""

    def keep_back(self, reserve):
        self.reserve = reserve

    def expect(self, runs):
        self.foreseen = len(self.runs) + runs


def experiment(world, units, tunables=(), **more):
    return Experiment(
        [Unit(name) if isinstance(name, str) else name for name in units],
        tunables,
        world,
        silent,
        seed=1,
        expected_runs=1000,
        limits=more.pop("limits", Limits()),
        weights=(0.5, 0.3, 0.2),
        blocks=5,
        **more,
    )


def test_what_saves_is_found_proven_and_kept_without_the_rest():
    world = World({"threads": -0.5, "float32": -0.2, "nothing": 0.0, "harm": 0.3})
    found = experiment(world, ["threads", "float32", "nothing", "harm"]).run()
    best = found.finalists[0]
    best = found.leaner.get(best, best)
    assert best.units == {"threads", "float32"}
    assert found.verdicts[found.finalists[0]].proven


def test_when_nothing_saves_nothing_is_confirmed():
    world = World({"nothing": 0.0, "harm": 0.2})
    found = experiment(world, ["nothing", "harm"]).run()
    assert not any(verdict.proven for verdict in found.verdicts.values())


def test_what_does_not_do_its_job_is_never_a_finalist():
    world = World({"cheat": -2.0, "honest": -0.3}, broken={"cheat"})
    found = experiment(world, ["cheat", "honest"]).run()
    assert [one.units for one in found.finalists] == [{"honest"}]


def test_parameters_are_tuned_once_the_units_are_chosen():
    world = World({"batch": -0.2}, parameters={("batch", "SIZE", 32): 0.0, ("batch", "SIZE", 512): -0.7})
    tunable = Tunable("batch", "SIZE", choices=(32, 512, 4096))
    found = experiment(world, ["batch"], [tunable]).run()
    assert found.finalists[0] == Candidate(frozenset({"batch"}), ((("batch", "SIZE"), 512),))


def test_a_search_of_a_handful_of_rewrites_costs_less_than_25_runs():
    for seed in range(10):
        world = World({"a": -0.3, "b": -0.1, "c": 0.0, "d": 0.05, "e": -0.02}, seed=seed)
        experiment(world, list("abcde")).run()
        assert sum(energy for *_, energy in world.runs) <= 24 * world.truth(BASELINE)


def test_a_parameter_whose_first_value_does_not_help_is_given_another_chance():
    parameters = {("batch", "SIZE", 2048): 0.0, ("batch", "SIZE", 128): -0.6}
    world = World({"batch": -0.005}, noise=0.001, parameters=parameters)
    found = experiment(world, ["batch"], [Tunable("batch", "SIZE", choices=(2048, 128, 32))]).run()
    assert found.finalists[0] == Candidate(frozenset({"batch"}), ((("batch", "SIZE"), 128),))
    assert found.verdicts[found.finalists[0]].proven


def test_a_rewrite_that_makes_it_dearer_is_not_tried_with_other_values():
    world = World({"batch": 0.1}, noise=0.001)
    experiment(world, ["batch"], [Tunable("batch", "SIZE", choices=(2048, 128, 32))]).run()
    assert sum("batch" in candidate.units for _, candidate, _ in world.runs) == 1


def test_a_budget_in_time_ends_tuning_and_confirmation_too():
    world = World({"batch": -0.2}, noise=0.2, parameters={("batch", "SIZE", size): 0.0 for size in range(20)})
    limits = Limits(time_s=14.0, baseline_runs=None)
    tunable = Tunable("batch", "SIZE", choices=tuple(range(20)))
    experiment(world, ["batch"], [tunable], limits=limits).run()
    assert sum(energy for *_, energy in world.runs) / 100 <= 15


def test_what_a_run_takes_beside_its_own_time_counts_against_the_budget():
    class Slow(World):
        def run(self, *arguments, **more):
            return replace(super().run(*arguments, **more), overhead_s=1.0)

    world = Slow({"threads": -0.5, "float32": -0.2, "nothing": 0.0})
    limits = Limits(time_s=24.0, baseline_runs=None, overhead_s=1.0)
    found = experiment(world, ["threads", "float32", "nothing"], limits=limits).run()
    assert sum(1 + energy / 100 for *_, energy in world.runs) <= 26
    assert "24 s" in found.stopped


def test_the_runs_foreseen_come_true():
    world = World({"threads": -0.5})
    experiment(world, ["threads"]).run()
    assert world.foreseen == len(world.runs)


def test_where_quality_refuses_the_best_the_next_best_is_confirmed():
    effects = {"model": -1.5, "threads": -0.4, "nothing": 0.0}
    for seed in range(5):
        world = World(effects, fickle={"model"}, seed=seed)
        found = experiment(world, list(effects), retrained=frozenset({"model"})).run()
        refused = [one for one in found.verdicts if "model" in one.units]
        kept = [one for one, verdict in found.verdicts.items() if verdict.proven and one not in refused]
        assert refused, "the best was looked at"
        assert kept and "threads" in kept[0].units and "model" not in kept[0].units
        assert sum(energy for *_, energy in world.runs) <= 25 * world.truth(BASELINE)


def test_what_the_search_could_not_afford_is_named():
    world = World({"a": -0.3, "b": -0.1, "c": 0.0})
    found = experiment(world, ["a", "b", "c"], limits=Limits(energy_j=1150.0, baseline_runs=None)).run()
    untried = {one.id for one in found.untried}
    assert untried and untried < {"a", "b", "c"}
    assert all("1150 J" in one.reason for one in found.untried)
    assert set(found.alone) == {"a", "b", "c"} - untried


def test_what_is_known_to_be_hopeless_is_not_run():
    world = World({"a": -0.3, "b": 0.0})
    found = experiment(world, ["a", Unit("b", hopeless="it never saved anything here")]).run()
    assert [(one.id, one.reason) for one in found.hopeless] == [("b", "it never saved anything here")]
    assert not any("b" in candidate.units for _, candidate, _ in world.runs)


def test_a_run_that_was_stopped_early_is_no_saving_however_little_it_had_used():
    class Impatient(World):
        def run(self, candidate, phase, block, *, abort_above_j=None, seed=0):
            seen = super().run(candidate, phase, block, abort_above_j=abort_above_j, seed=seed)
            if "waits" in candidate.units and abort_above_j is not None:
                return replace(seen, energy_j=5.0, aborted=True)
            return seen

    world = Impatient({"waits": 0.0, "threads": -0.3, "nothing": 0.0})
    found = experiment(world, ["waits", "threads", "nothing"]).run()
    assert found.finalists and "threads" in found.finalists[0].units
    assert not any("waits" in one.units for one in found.finalists)
    assert "waits" not in found.alone


class Rationed(World):
    """Ends what goes beyond the budget, as the bench does; ``slower`` tells how much longer runs are from then on."""

    def __init__(self, effects, budget_s, slower=(10**9, 1.0), **more):
        super().__init__(effects, **more)
        self.budget_s = budget_s
        self.slower = slower
        self.spent_s = 0.0
        self.begun = 0
        self.reserve = Cost()

    def run(self, candidate, phase, block, **more):
        if self.spent_s + self.reserve.time_s >= self.budget_s:
            raise BudgetSpent("the budget is used up")
        self.begun += 1
        seen = super().run(candidate, phase, block, **more)
        time_s = seen.time_s * (self.slower[1] if len(self.runs) > self.slower[0] else 1.0)
        left = self.budget_s - self.spent_s - self.reserve.time_s
        self.spent_s += min(left, time_s)
        if time_s > left:
            self.runs.pop()
            raise BudgetSpent("a run was ended", 0.0, left)
        return replace(seen, time_s=time_s)


def rationed(effects, budget_s, **more):
    world = Rationed(effects, budget_s, **more)
    found = experiment(world, list(effects), limits=Limits(time_s=budget_s, baseline_runs=None)).run()
    confirmed = [candidate for phase, candidate, _ in world.runs if phase == "confirmation"]
    return world, found, confirmed


def test_no_budget_is_exceeded_and_what_cannot_be_ended_is_not_begun():
    effects = {"threads": -0.5, "float32": -0.2, "nothing": 0.0}
    proven = []
    for budget_s in range(2, 40):
        world, found, confirmed = rationed(effects, float(budget_s))
        assert world.spent_s <= budget_s
        assert world.begun == len(world.runs), f"a run was cut off at {budget_s} s"
        assert not confirmed or len(confirmed) >= 10, f"a confirmation was begun for nothing at {budget_s} s"
        if not confirmed:
            assert found.needed is not None and found.needed.time_s > budget_s and f"{budget_s} s" in found.stopped
        if any(verdict.proven for verdict in found.verdicts.values()):
            proven.append(budget_s)
    assert proven and proven == list(range(proven[0], 40)), "more budget never proves less"
    assert proven[0] <= 14


def test_the_budget_said_to_be_needed_is_one_that_does():
    effects = {"threads": -0.5}
    for budget_s in (3.0, 6.0, 9.0):
        _, found, confirmed = rationed(effects, budget_s)
        assert not confirmed
        _, found, _ = rationed(effects, found.needed.time_s * 1.05)
        assert any(verdict.proven for verdict in found.verdicts.values())


def test_a_machine_that_slows_down_ends_the_confirmation_before_the_budget_is_gone():
    for made in range(3, 9):
        world, found, confirmed = rationed({"threads": -0.5}, 16.0, slower=(made, 3.0))
        assert world.spent_s <= 16.0
        assert not any(verdict.proven for verdict in found.verdicts.values())
        assert found.needed is not None and found.needed.time_s > 16.0
        if confirmed:
            assert "of the confirmation" in found.stopped


def test_the_most_promising_goes_first_where_there_is_room_for_one_only():
    units = [Unit("import", worth=-0.02), Unit("nothing"), Unit("model", worth=-0.9), Unit("harm", worth=0.1)]
    world = Rationed({"import": -0.02, "nothing": 0.0, "model": -1.0, "harm": 0.1}, 12.0)
    found = experiment(world, units, limits=Limits(time_s=12.0, baseline_runs=None)).run()
    first = next(candidate for _, candidate, _ in world.runs if candidate.units)
    assert first.units == {"model"}
    assert "model" in found.finalists[0].units and found.verdicts[found.finalists[0]].proven


def test_a_rewrite_is_not_dropped_because_the_budget_ended_the_runs_without_it():
    for seed in range(6):
        world = Rationed({"a": -0.35, "b": -0.04}, 24.0, slower=(20 + seed, 4.0), seed=seed)
        found = experiment(world, ["a", "b"], limits=Limits(time_s=24.0, baseline_runs=None)).run()
        assert world.spent_s <= 24.0
        for outcomes in found.pruned.values():
            assert all(one.outcome == "kept" for one in outcomes if "budget" in one.reason)


def test_a_poor_figure_is_blamed_on_what_trains_another_model_and_on_nothing_else():
    """Two models that are good alone and poor together are tried together once, whatever stands beside them."""
    effects = {"starts": -0.8, "batches": -0.6, "threads": -0.4, "float32": -0.1, "startup": -0.05}
    models = frozenset({"starts", "batches"})

    class Poor(World):
        def run(self, candidate, phase, block, **more):
            seen = super().run(candidate, phase, block, **more)
            poor = models <= candidate.units
            return replace(seen, feasible=not poor, quality_loss=9.0) if poor else seen

    world = Poor(effects)
    found = experiment(world, list(effects), remodelled=models, retrained=models).run()
    assert sum(models <= candidate.units for _, candidate, _ in world.runs) == 1
    assert any(verdict.proven for verdict in found.verdicts.values())


def test_something_is_proven_even_where_every_other_model_is_refused():
    effects = {"starts": -0.9, "batches": -0.8, "threads": -0.5}
    models = frozenset({"starts", "batches"})
    world = World(effects, fickle=models)
    found = experiment(world, list(effects), remodelled=models, retrained=models).run()
    proven = [one.units for one, verdict in found.verdicts.items() if verdict.proven and not world.refusal(one)]
    assert proven == [{"threads"}]
    assert sum(energy for *_, energy in world.runs) <= 26 * world.truth(BASELINE)


def test_two_forms_whose_quality_the_seeds_may_refuse_are_not_confirmed_at_once(monkeypatch):
    models = frozenset({"starts", "batches"})
    one = experiment(World({}), ["starts", "batches", "threads"], remodelled=models, retrained=models)
    wanted = [frozenset({"starts"}), frozenset({"batches"}), frozenset({"threads"})]

    def finalists(*_, **__):
        return [Belief(subset, 0.5, 0.5, 0.01, None) for subset in wanted]

    monkeypatch.setattr(one._search, "finalists", finalists)
    assert [each.units for each in one._next_finalists(Findings())] == [wanted[0], wanted[2]]
    wanted.reverse()
    assert [each.units for each in one._next_finalists(Findings())] == wanted


def test_a_proof_that_the_runs_to_come_do_not_win_back_is_not_begun():
    world = World({"a": -0.3})
    few = Experiment(
        [Unit("a")],
        (),
        world,
        silent,
        seed=1,
        expected_runs=20,
        limits=Limits(),
        weights=(0.5, 0.3, 0.2),
        blocks=5,
    ).run()
    assert not few.verdicts and "a seemed to save" in few.stopped and "over 20 runs" in few.stopped
    assert few.needed is None and not any(phase == "confirmation" for phase, *_ in world.runs)


def test_a_run_of_the_search_that_takes_long_does_not_take_what_the_proof_needs():
    class Stuck(Rationed):
        def run(self, candidate, phase, block, **more):
            if "stuck" in candidate.units:
                self.slower = (0, 100.0)
            try:
                return super().run(candidate, phase, block, **more)
            finally:
                self.slower = (10**9, 1.0)

    units = [Unit("good", worth=-0.5), Unit("stuck", worth=-0.1)]
    world = Stuck({"good": -0.5, "stuck": 0.0}, 30.0)
    found = experiment(world, units, limits=Limits(time_s=30.0, baseline_runs=None)).run()
    assert world.spent_s <= 30.0
    assert [one.units for one in found.finalists] == [{"good"}] and found.verdicts[found.finalists[0]].proven


def test_what_cannot_be_combined_with_the_best_is_tried_alone():
    """Two rewrites of one call that exclude each other without saying so."""
    effects = {"lightgbm": -0.2, "trees": -0.6, "threads": -0.1, "leaves": 0.1, "gc": 0.0, "steps": 0.05}

    class Excluding(World):
        def run(self, candidate, phase, block, **more):
            if {"lightgbm", "trees"} <= candidate.units:
                return Measured(None, 0.0, False, reason="only one of them can be applied")
            return super().run(candidate, phase, block, **more)

    worth = {"lightgbm": -0.9}
    units = [Unit(name, worth=worth.get(name)) for name in effects]
    for limits in (Limits(), Limits(baseline_runs=20)):
        world = Excluding(effects)
        experiment(world, units, limits=limits).run()
        assert any("trees" in candidate.units for _, candidate, _ in world.runs)
