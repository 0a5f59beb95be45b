"""Corrected tests, against numbers computed by hand."""

import numpy as np
import pytest
from scipy import stats

from sklstm.comparison._statistics import (
    corrected_interval,
    corrected_scale,
    corrected_t_test,
    holm,
    practical_difference,
)

# Mean 0.03, variance 0.00025. Five folds of 80 / 20 samples: the ratio is 1/4, so the
# scale is sqrt((1/5 + 1/4) * 0.00025) = sqrt(0.0001125) = 0.03 / sqrt(8).
DIFFERENCES = [0.01, 0.02, 0.03, 0.04, 0.05]

# Mean 1, variance 2. One degree of freedom, where Student's t is Cauchy's law, whose
# distribution function is 1/2 + atan((x - loc) / scale) / pi. Two folds of 1 / 1
# samples: the scale is sqrt((1/2 + 1) * 2) = sqrt(3).
TWO_FOLDS = [0.0, 2.0]


def test_scale_by_hand():
    assert corrected_scale(DIFFERENCES, 1 / 4) == pytest.approx(0.03 / np.sqrt(8))


def test_t_test_by_hand():
    statistic, p_value = corrected_t_test(DIFFERENCES, 1 / 4)
    assert statistic == pytest.approx(np.sqrt(8))
    # With 4 degrees of freedom F(t) = 1/2 + 3/8 * t/sqrt(u) * (1 - t^2 / (12 u)),
    # u = 1 + t^2/4 = 3.
    cdf = 1 / 2 + 3 / 8 * np.sqrt(8 / 3) * (1 - 8 / 36)
    assert p_value == pytest.approx(2 * (1 - cdf))


def test_t_test_of_two_folds_by_hand():
    statistic, p_value = corrected_t_test(TWO_FOLDS, 1.0)
    assert statistic == pytest.approx(1 / np.sqrt(3))
    # atan(1 / sqrt(3)) is pi/6: one tail holds 1/2 - 1/6.
    assert p_value == pytest.approx(2 / 3)


def test_posterior_by_hand():
    # P(d > 2) = 1/2 - atan(1/sqrt(3))/pi = 1/3, P(d < -2) = 1/2 - atan(sqrt(3))/pi.
    first, equivalent, second = practical_difference(TWO_FOLDS, 1.0, rope=2.0)
    assert (first, equivalent, second) == pytest.approx((1 / 3, 1 / 2, 1 / 6))


def test_interval_by_hand():
    # 2.776445 is the 97.5 % quantile of Student's t with 4 degrees of freedom.
    low, high = corrected_interval(DIFFERENCES, 1 / 4)
    half = 2.776445 * 0.03 / np.sqrt(8)
    assert (low, high) == pytest.approx((0.03 - half, 0.03 + half), abs=1e-6)


def test_without_overlap_it_is_the_ordinary_t_test():
    ordinary = stats.ttest_1samp(DIFFERENCES, 0.0)
    assert corrected_t_test(DIFFERENCES, 0.0) == pytest.approx(tuple(ordinary))


def test_overlap_makes_it_harder_to_tell_apart():
    p_values = [corrected_t_test(DIFFERENCES, ratio)[1] for ratio in (0, 0.1, 0.25, 1)]
    assert p_values == sorted(p_values)


def test_who_comes_first_turns_the_sign_alone():
    turned = [-difference for difference in DIFFERENCES]
    statistic, p_value = corrected_t_test(DIFFERENCES, 0.25)
    assert corrected_t_test(turned, 0.25) == pytest.approx((-statistic, p_value))
    beliefs = practical_difference(DIFFERENCES, 0.25, 0.01)
    assert practical_difference(turned, 0.25, 0.01) == pytest.approx(beliefs[::-1])
    assert sum(beliefs) == pytest.approx(1.0)


@pytest.mark.parametrize("folds", [[], [0.1], [0.0, 0.0], [0.1, 0.1, 0.1]])
def test_no_verdict_where_the_folds_do_not_vary(folds):
    assert np.isnan(corrected_t_test(folds, 0.25)).all()
    assert np.isnan(practical_difference(folds, 0.25, 0.01)).all()
    assert np.isnan(corrected_interval(folds, 0.25)).all()


def test_differences_equal_but_for_rounding_do_not_vary():
    assert np.isnan(corrected_scale([0.3 - 0.2, 0.4 - 0.3, 0.1], 0.25))


def test_holm_by_hand():
    # 3 * 0.01; 2 * 0.03; 1 * 0.04, which may not fall below the one before it.
    assert holm([0.01, 0.04, 0.03]) == pytest.approx([0.03, 0.06, 0.06])


def test_holm_stops_at_one():
    assert holm([0.6, 0.9]) == pytest.approx([1.0, 1.0])


def test_holm_does_not_count_impossible_tests():
    adjusted = holm([np.nan, 0.02, 0.03])
    assert np.isnan(adjusted[0])
    assert adjusted[1:] == pytest.approx([0.04, 0.04])


def test_interval_within_bounds_by_hand():
    # Scale and mean as above; between 0 and 1 the log-odds of the mean, log(0.03/0.97),
    # have the standard error 0.03 / sqrt(8) / (0.03 * 0.97).
    half = 2.776445 / np.sqrt(8) / 0.97
    ends = 1 / (1 + np.exp(-(np.log(0.03 / 0.97) + np.array([-half, half]))))
    interval = corrected_interval(DIFFERENCES, 1 / 4, bounds=(0.0, 1.0))
    assert interval == pytest.approx(tuple(ends), abs=1e-6)


def test_interval_of_a_loss_by_hand():
    # With one bound the distance from it gets a factor exp(half / mean).
    factor = np.exp(2.776445 / np.sqrt(8))
    losses = [-x for x in DIFFERENCES]
    interval = corrected_interval(losses, 1 / 4, bounds=(-np.inf, 0.0))
    assert interval == pytest.approx((-0.03 * factor, -0.03 / factor), abs=1e-6)
    above = corrected_interval(DIFFERENCES, 1 / 4, bounds=(0.0, np.inf))
    assert above == pytest.approx((0.03 / factor, 0.03 * factor), abs=1e-6)
