"""The augmented Chebyshev distance: pinned figures, edge cases, and pymoo as oracle."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from pymoo.decomposition.aasf import AASF
from pymoo.decomposition.tchebicheff import Tchebicheff

from greenrules.selection import chebyshev_scores, ideal_and_nadir, pareto_front
from greenrules.selection.chebyshev import augmented_chebyshev, distances

CUBE = np.array(
    [[100, 0.10, 10], [60, 0.12, 9], [80, 0.10, 9.5], [50, 0.30, 4], [120, 0.09, 12], [60, 0.12, 9], [90, 0.11, 11]]
)
WEIGHTS = [0.5, 0.3, 0.2]


def test_the_pinned_cube():
    ideal, nadir = ideal_and_nadir(CUBE)
    assert ideal.tolist() == [50, 0.09, 4]
    assert nadir.tolist() == [120, 0.30, 12]
    everywhere = distances(CUBE, ideal, nadir)
    plain = [0.3571428571, 0.125, 0.2142857143, 0.3, 0.5, 0.125, 0.2857142857]
    augmented = [0.3832142857, 0.1369642857, 0.2325892857, 0.315, 0.535, 0.1369642857, 0.3101785714]
    assert augmented_chebyshev(everywhere, WEIGHTS, 0.0) == pytest.approx(plain)
    assert augmented_chebyshev(everywhere, WEIGHTS, 0.05) == pytest.approx(augmented)
    scores = chebyshev_scores(CUBE, WEIGHTS, rho=0.05)
    assert np.isnan(scores[[0, 6]]).all()
    assert scores[1:6] == pytest.approx(augmented[1:6])
    assert np.nanargmin(scores) == 1


@given(arrays(np.float64, st.tuples(st.integers(1, 8), st.just(3)), elements=st.floats(0, 1)))
def test_agrees_with_pymoo_on_normalised_distances(table):
    weights = np.array(WEIGHTS)
    zero = np.zeros(3)
    theirs = Tchebicheff().do(table, weights, utopian_point=zero, nadir_point=np.ones(3))
    assert augmented_chebyshev(table, weights, 0.0) == pytest.approx(np.ravel(theirs))
    achieved = AASF(rho=0.05, eps=0.0).do(table, 1 / weights, utopian_point=zero, nadir_point=np.ones(3))
    assert augmented_chebyshev(table, weights, 0.05) == pytest.approx(np.ravel(achieved))


def test_a_dominated_outlier_does_not_flip_the_winner():
    costs = [[10, 1], [6, 2], [1, 9], [400, 9.5]]
    scores = chebyshev_scores(costs, [0.5, 0.5], rho=0.0)
    assert scores[:3] == pytest.approx([0.5, 0.2777777778, 0.5])
    assert np.isnan(scores[3])
    all_points = augmented_chebyshev(distances(costs, [1, 1], [400, 9.5]), [0.5, 0.5], 0.0)
    assert all_points[:3] == pytest.approx([0.0113, 0.0588, 0.4706], abs=5e-5)


def test_the_knee_of_a_front_that_is_not_convex_can_win():
    assert chebyshev_scores([[0, 1], [0.6, 0.6], [1, 0]], [0.5, 0.5], rho=0.0) == pytest.approx([0.5, 0.3, 0.5])


def test_the_sum_tells_weakly_dominated_rows_apart():
    costs, weights = [[0, 1, 5], [0, 1, 3], [1, 0, 0]], [0.4, 0.4, 0.2]
    over_all = distances(costs, [0, 0, 0], [1, 1, 5])
    assert augmented_chebyshev(over_all, weights, 0.0) == pytest.approx([0.4, 0.4, 0.4])
    assert augmented_chebyshev(over_all, weights, 1e-3) == pytest.approx([0.4006, 0.40052, 0.4004])
    assert np.isnan(chebyshev_scores(costs, weights)[0])


def test_a_floor_keeps_a_tiny_difference_of_quality_from_a_veto():
    costs = [[100, -0.9001, 10], [50, -0.9000, 10]]
    thirds = [1 / 3] * 3
    assert chebyshev_scores(costs, thirds) == pytest.approx([0.3366666667, 0.3366666667])
    assert chebyshev_scores(costs, thirds, floors=[2, 0.005, 0.2]) == pytest.approx([0.3366666667, 0.0067333333])


def test_one_candidate_has_distance_zero():
    assert chebyshev_scores([[7, 8, 9]], WEIGHTS).tolist() == [0.0]


def test_equal_columns_have_distance_zero():
    assert chebyshev_scores([[1, 5], [1, 5]], [0.5, 0.5]).tolist() == [0.0, 0.0]


def test_two_candidates_are_all_or_nothing():
    assert chebyshev_scores([[1, 2], [2, 1]], [0.7, 0.3], rho=0.0) == pytest.approx([0.3, 0.7])


def test_rows_without_a_figure_have_no_score():
    scores = chebyshev_scores([[np.nan, 1], [2, 1], [-np.inf, 0]], [0.5, 0.5])
    assert np.isnan(scores).tolist() == [True, False, True]
    assert np.isnan(chebyshev_scores([[np.nan, np.nan]], [0.5, 0.5])).all()
    assert chebyshev_scores(np.empty((0, 2)), [0.5, 0.5]).shape == (0,)


def test_weights_are_scaled_to_sum_one():
    assert chebyshev_scores(CUBE, [5, 3, 2])[1:6] == pytest.approx(chebyshev_scores(CUBE, WEIGHTS)[1:6])


def test_all_weight_on_one_objective_finds_its_best():
    assert np.nanargmin(chebyshev_scores(CUBE, [1, 0, 0])) == 3


def test_ranges_beyond_the_largest_float_are_no_trouble():
    scores = chebyshev_scores([[-1.7e308, 1.0], [1.7e308, 0.0]], [0.5, 0.5], rho=0.0)
    assert scores == pytest.approx([0.5, 0.5])


@pytest.mark.parametrize("weights", [[1, 2], [-1, 1, 1], [0, 0, 0], [np.nan, 1, 1]])
def test_weights_that_mean_nothing_are_refused(weights):
    with pytest.raises(ValueError, match="weight"):
        chebyshev_scores(CUBE, weights)


@pytest.mark.parametrize("floors", [[1, 1], [-1, 0, 0], [np.nan, 0, 0]])
def test_floors_that_mean_nothing_are_refused(floors):
    with pytest.raises(ValueError, match="floors"):
        chebyshev_scores(CUBE, WEIGHTS, floors=floors)


@given(
    arrays(np.float64, st.tuples(st.integers(1, 10), st.just(3)), elements=st.floats(-1e3, 1e3)),
    st.tuples(*[st.floats(0.01, 1)] * 3),
)
def test_scores_lie_on_the_front_and_between_zero_and_one(costs, weights):
    scores = chebyshev_scores(costs, weights)
    assert np.flatnonzero(~np.isnan(scores)).tolist() == pareto_front(costs).tolist()
    on = scores[~np.isnan(scores)]
    assert ((on >= 0) & (on <= 1.01 + 1e-9)).all()
