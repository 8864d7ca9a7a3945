"""The regression over subsets, against the textbook form with explicit features."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from greenrules.selection.regression import Posterior, Prediction, expected_improvement, run_noise

NAMES = ["a", "b", "c", "d"]
EVERY = [frozenset(c) for r in range(5) for c in combinations(NAMES, r)]


def textbook(subsets, logs, noise, center, worth):
    """Mean and covariance of every subset by Bayesian linear regression on 1 + 4 + 6 features."""
    pairs = list(combinations(range(4), 2))

    def features(s):
        on = [float(n in s) for n in NAMES]
        return [1.0, *on, *(on[i] * on[j] for i, j in pairs)]

    prior = np.diag([1.0] + [0.2**2] * 4 + [0.07**2] * 6)
    mean = np.array([center, *worth, *[0.0] * 6])
    x, z = np.array([features(s) for s in subsets]), np.array([features(s) for s in EVERY])
    precision = np.linalg.inv(prior) + x.T @ x / noise**2
    covariance = np.linalg.inv(precision)
    beta = covariance @ (np.linalg.inv(prior) @ mean + x.T @ np.array(logs) / noise**2)
    return z @ beta, z @ covariance @ z.T


@settings(deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from(EVERY), st.floats(-1, 1)), min_size=1, max_size=12),
    st.floats(0.02, 0.2),
    st.tuples(*[st.floats(-0.3, 0.3)] * 4),
)
def test_it_is_bayesian_linear_regression_with_main_effects_and_pairs(runs, noise, worth):
    subsets, logs = [s for s, _ in runs], [y for _, y in runs]
    mean, covariance = textbook(subsets, logs, noise, 0.3, worth)
    posterior = Posterior(NAMES, worth, subsets, logs, noise, 0.3)
    prediction = posterior.predict(EVERY)
    assert prediction.mean == pytest.approx(mean, abs=1e-7)
    assert prediction.sd == pytest.approx(np.sqrt(np.diag(covariance)), abs=1e-6)
    gap, sd = posterior.difference(EVERY[3], EVERY[12])
    assert gap == pytest.approx(mean[3] - mean[12], abs=1e-7)
    assert sd**2 == pytest.approx(covariance[3, 3] + covariance[12, 12] - 2 * covariance[3, 12], abs=1e-7)


def test_what_was_measured_alone_adds_up_in_a_combination_never_run():
    base, a, b = frozenset(), frozenset("a"), frozenset("b")
    posterior = Posterior(NAMES, [0.0] * 4, [base, base, a, b], [0.0, 0.0, -0.3, -0.2], 0.02, 0.0)
    together = posterior.predict([a | b])
    assert together.mean[0] == pytest.approx(-0.5, abs=0.06)
    assert together.sd[0] > 0.05


def test_expected_improvement_is_the_integral_it_stands_for():
    prediction = Prediction(np.array([-0.1, 0.2]), np.array([0.1, 0.3]))
    draws = stats.norm(prediction.mean, prediction.sd).rvs((200_000, 2), random_state=1)
    assert expected_improvement(prediction, 0.0) == pytest.approx(np.maximum(-draws, 0).mean(axis=0), abs=2e-3)


def test_a_certain_prediction_improves_by_its_gap_or_not_at_all():
    certain = Prediction(np.array([-0.5, 0.5]), np.array([0.0, 0.0]))
    assert expected_improvement(certain, 0.0) == pytest.approx([0.5, 0.0])


def test_noise_comes_from_repeats_and_has_a_floor():
    base, a = frozenset(), frozenset("a")
    assert run_noise([base, a], [0.0, 1.0]) == 0.02
    assert run_noise([base, base], [0.0, 0.001]) == 0.02
    assert run_noise([base, base, a], [0.0, 0.2, 5.0]) == pytest.approx(np.std([0.0, 0.2], ddof=1))
