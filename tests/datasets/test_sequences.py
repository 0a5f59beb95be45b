"""Generated series."""

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import cross_val_score

from sklstm.datasets import make_sequences


def _matched_class(series, n_classes):
    """Class whose wave fits best, at the best of the five onsets."""
    turns = np.arange(6) / 6
    waves = np.array([np.sin(2 * np.pi * (turns + k / n_classes)) for k in range(3)])
    windows = np.array([series[onset : onset + 6] for onset in range(5)])
    return (waves[:n_classes] @ windows.T).max(axis=1).argmax()


def test_shapes_lengths_and_balance():
    X, y = make_sequences(
        101,
        n_classes=3,
        n_timesteps=(10, 30),
        n_channels=4,
        n_static_features=2,
        random_state=0,
    )
    assert len(X) == len(y) == 101
    assert X.lengths.min() == 10
    assert X.lengths.max() == 30
    assert X.channels.shape == (X.lengths.sum(), 4)
    assert X.static.shape == (101, 2)
    assert np.bincount(y).tolist() == [34, 34, 33]
    X, _ = make_sequences(5, n_timesteps=12, n_static_features=0, random_state=0)
    assert X.lengths.tolist() == [12] * 5
    assert X.static is None


@pytest.mark.parametrize("n_classes", [2, 3])
def test_the_first_wave_tells_the_class_and_static_the_rest(n_classes):
    X, y = make_sequences(300, n_classes=n_classes, random_state=0)
    first = [x[:10, 0] for x in X]
    # The wave of amplitude 2 stands out from noise of standard deviation 0.3.
    is_told = np.array([np.abs(x).max() > 1.3 for x in first])
    assert 0.7 < is_told.mean() < 0.9
    guessed = np.array([_matched_class(x, n_classes) for x in first])
    assert (guessed == y)[is_told].mean() > 0.97
    nearest = np.clip(np.round((X.static[:, 0] + n_classes - 1) / 2), 0, n_classes - 1)
    assert (nearest == y)[~is_told].mean() > 0.97
    assert (nearest == y)[is_told].mean() < 0.6


def test_statistics_of_the_whole_series_tell_little():
    X, y = make_sequences(600, random_state=0)
    flat = np.array([[s.mean(), s.std(), s.min(), s.max(), len(s)] for s in X])
    assert cross_val_score(LogisticRegression(), flat, y).mean() < 0.6


def test_one_seed_decides_everything_and_the_global_one_nothing():
    state = np.random.get_state()[1].copy()
    X, y = make_sequences(20, random_state=3)
    again, y_again = make_sequences(20, random_state=3)
    other, _ = make_sequences(20, random_state=4)
    assert X == again
    assert X != other
    np.testing.assert_array_equal(y, y_again)
    np.testing.assert_array_equal(state, np.random.get_state()[1])


@pytest.mark.parametrize("n_timesteps", [(5, 20), (30, 20), (10,), (10.0, 20), "ab"])
def test_ranges_that_are_none_are_refused(n_timesteps):
    with pytest.raises(ValueError, match="n_timesteps"):
        make_sequences(5, n_timesteps=n_timesteps)
