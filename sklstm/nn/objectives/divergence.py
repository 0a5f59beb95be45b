"""How far two answers of a network are apart."""

import torch
import torch.nn.functional as F


def divergence(log_p, log_q, weights):
    """Mean over a batch of the weighted Kullback-Leibler divergences of q from p.

    Parameters
    ----------
    log_p, log_q : Tensor of shape (B, K)
        Logarithms of probabilities.

    weights : Tensor of shape (B,)
        Those of the training set average to one.

    Returns
    -------
    Tensor of shape ()
        In nats.
    """
    rows = F.kl_div(log_q, log_p, reduction="none", log_target=True).sum(dim=1)
    return (rows * weights).mean()


def log_probabilities(logits):
    """Logarithms of the probabilities of (B, K) logits."""
    return torch.log_softmax(logits, dim=1)
