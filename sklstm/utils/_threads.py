"""How many threads an estimator may use."""

import os
import sys

import joblib

# Whether this process was forked off one that had loaded torch.
_was_forked = False


def _remember_fork():
    global _was_forked
    _was_forked = "torch" in sys.modules


if hasattr(os, "register_at_fork"):  # not on Windows, which has no fork
    os.register_at_fork(after_in_child=_remember_fork)


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
        At least 1. Always 1 in a process that was forked off one with torch in it:
        torch's threads do not live on in the fork, and it would wait for them.
    """
    if _was_forked:
        return 1
    if n_threads is not None:
        return int(n_threads)
    share = os.environ.get("OMP_NUM_THREADS", "")
    allowed = joblib.cpu_count()
    return min(allowed, int(share)) if share.isdigit() and int(share) else allowed
