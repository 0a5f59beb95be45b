"""How many threads an estimator may use."""

import os

import joblib


def effective_n_threads(n_threads):
    """Resolve ``n_threads`` to a number of threads.

    Parameters
    ----------
    n_threads : int or None
        A positive int is taken as it is. None means what the process is allowed:
        its CPUs by affinity and container quota, or ``OMP_NUM_THREADS`` where that is
        less. joblib's workers carry their share in that variable.

    Returns
    -------
    int
        At least 1.
    """
    if n_threads is not None:
        return int(n_threads)
    share = os.environ.get("OMP_NUM_THREADS", "")
    allowed = joblib.cpu_count()
    return min(allowed, int(share)) if share.isdigit() and int(share) else allowed
