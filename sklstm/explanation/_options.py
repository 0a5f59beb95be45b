"""What is asked of a method, and what it answers."""

from dataclasses import dataclass
from numbers import Integral

import numpy as np

from sklstm.utils import shown


@dataclass(frozen=True)
class Options:
    """Settings of `explain` that its methods read.

    Attributes
    ----------
    n_permutations : int
        Orders in which "shapley" leaves parts out.

    baseline : float or ndarray of shape (n_channels,)
        What a channel is where nothing is said.

    seed : int
        Decides what is drawn.

    verbose : int or bool
        Whether to show progress.

    columns : ndarray of shape (n_samples, n_targets), int
        Places among the model's classes of those that are to be explained.
    """

    n_permutations: int
    baseline: object
    seed: int
    verbose: object
    columns: np.ndarray


@dataclass(frozen=True)
class Attribution:
    """What a method says of one sample, of all classes of the model.

    The columns of classes that nobody asked for (`Options.columns`) may hold anything.

    Attributes
    ----------
    base : ndarray of shape (n_classes,)
    contributions : ndarray of shape (n_tokens, n_classes), or \
            (n_timesteps, n_channels, n_classes)
    standard_errors : ndarray of the shape of `contributions`, or None
    static : ndarray of shape (n_static_features, n_classes) or None
    static_names : tuple of str
    static_errors : ndarray of the shape of `static`, or None
    scores : ndarray of shape (n_classes,) or None
        None takes those of the model's answer.
    """

    base: np.ndarray
    contributions: np.ndarray
    standard_errors: np.ndarray | None = None
    static: np.ndarray | None = None
    static_names: tuple = ()
    static_errors: np.ndarray | None = None
    scores: np.ndarray | None = None


def check_number(value, name, speaker):
    """Check how many of something are wanted.

    Parameters
    ----------
    value : int
    name : str
        Of the parameter.

    speaker : str
        Who expects it.

    Raises
    ------
    ValueError
        If it is no int from 1 on.
    """
    if not isinstance(value, Integral) or isinstance(value, bool) or value < 1:
        raise ValueError(
            f"{speaker} expects {name} to be an int from 1 on; got {shown(value)}."
        )
