"""The Pareto front, against two independent implementations where they are right."""

import moocore
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from pymoo.util.nds.non_dominated_sorting import NonDominatedSorting

from greenrules.selection import pareto_front

#: Few distinct values, so that ties and duplicates are common.
COARSE = st.integers(-3, 3).map(float)
FINE = st.floats(-1e6, 1e6, allow_nan=False)
ODD = st.sampled_from([np.nan, np.inf, -np.inf])


def tables(values, least=1, most=12):
    shapes = st.tuples(st.integers(least, most), st.integers(1, 4))
    return shapes.flatmap(lambda shape: arrays(np.float64, shape, elements=values))


@given(tables(COARSE) | tables(FINE))
def test_agrees_with_moocore_and_pymoo_on_finite_costs(costs):
    ours = pareto_front(costs).tolist()
    assert ours == np.flatnonzero(moocore.is_nondominated(costs, keep_weakly=True)).tolist()
    assert ours == sorted(NonDominatedSorting().do(costs, only_non_dominated_front=True).tolist())


@given(tables(COARSE, most=2))
def test_one_and_two_candidates_ties_included(costs):
    ours = pareto_front(costs).tolist()
    assert ours == np.flatnonzero(moocore.is_nondominated(costs, keep_weakly=True)).tolist()
    assert ours == sorted(NonDominatedSorting().do(costs, only_non_dominated_front=True).tolist())
    if len(costs) == 1 or (costs[0] == costs[-1]).all():
        assert ours == list(range(len(costs)))


@given(tables(COARSE), st.data())
def test_a_front_with_duplicates_is_that_without_them_with_each_as_often_as_it_stands(costs, data):
    again = data.draw(st.lists(st.integers(0, len(costs) - 1), max_size=4))
    doubled = np.concatenate([costs, costs[again]])
    plain = {tuple(row) for row in costs[pareto_front(costs)]}
    assert [i for i, row in enumerate(doubled) if tuple(row) in plain] == pareto_front(doubled).tolist()


@given(tables(st.one_of(COARSE, ODD)))
def test_with_nan_and_infinities_the_oracles_agree_on_the_rows_that_are_left(costs):
    finite = np.flatnonzero(np.isfinite(costs).all(axis=1))
    expected = finite[moocore.is_nondominated(costs[finite], keep_weakly=True)] if len(finite) else finite
    assert pareto_front(costs).tolist() == expected.tolist()


@given(tables(st.one_of(COARSE, ODD)))
def test_rows_that_are_not_finite_are_as_if_they_were_not_there(costs):
    finite = np.flatnonzero(np.isfinite(costs).all(axis=1))
    assert pareto_front(costs).tolist() == finite[pareto_front(costs[finite])].tolist()


def test_a_missing_reading_does_not_win():
    assert pareto_front([[1, np.nan], [2, 3], [3, 4]]).tolist() == [1]
    assert pareto_front([[-np.inf, -np.inf], [2, 3]]).tolist() == [1]


def test_nothing_finite_gives_an_empty_front():
    assert pareto_front([[np.nan, 1.0], [np.inf, 0.0]]).tolist() == []


def test_an_empty_table_gives_an_empty_front():
    assert pareto_front(np.empty((0, 3))).tolist() == []
    assert pareto_front([]).tolist() == []


def test_duplicates_stay():
    assert pareto_front([[1, 2], [2, 1], [1, 2], [3, 3]]).tolist() == [0, 1, 2]


def test_one_candidate_is_the_front():
    assert pareto_front([[5.0, 5.0, 5.0]]).tolist() == [0]


def test_a_weakly_dominated_row_is_off():
    assert pareto_front([[0, 1, 5], [0, 1, 3], [1, 0, 0]]).tolist() == [1, 2]


def test_the_pinned_example():
    costs = [
        [100, 0.10, 10],
        [60, 0.12, 9],
        [80, 0.10, 9.5],
        [50, 0.30, 4],
        [120, 0.09, 12],
        [60, 0.12, 9],
        [90, 0.11, 11],
    ]
    assert pareto_front(costs).tolist() == [1, 2, 3, 4, 5]


@given(tables(FINE), st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(costs, random):
    order = list(range(len(costs)))
    random.shuffle(order)
    assert sorted(order[i] for i in pareto_front(costs[order])) == pareto_front(costs).tolist()


def test_a_vector_is_refused():
    with pytest.raises(ValueError, match="table"):
        pareto_front([1.0, 2.0])


def test_ten_thousand_rows_take_no_time_worth_mentioning():
    costs = np.random.default_rng(0).random((10_000, 3))
    assert len(pareto_front(costs)) > 10
