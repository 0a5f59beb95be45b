"""One ``random_state`` decides everything."""

from sklearn.utils import check_random_state


def derive_seed(random_state):
    """Draw one seed for a foreign generator from scikit-learn's ``random_state``.

    Parameters
    ----------
    random_state : int, RandomState instance or None
        An int gives the same seed on every call; an instance is advanced; None draws
        from NumPy's global generator, as everywhere in scikit-learn.

    Returns
    -------
    int
        In [0, 2**31 - 1).
    """
    return int(check_random_state(random_state).randint(2**31 - 1))
