"""Consistency of two passes with other dropout (R-Drop)."""

from torch import nn

from sklstm.nn.objectives.divergence import divergence, log_probabilities


class Consistency(nn.Module):
    r"""Symmetric divergence of two passes over a batch with other dropout.

    .. math:: \tfrac{1}{2} \bigl( D_{KL}(p_1 \Vert p_2) + D_{KL}(p_2 \Vert p_1) \bigr)

    Parameters
    ----------
    weight : float
        In the objective.

    References
    ----------
    .. [1] Liang, Wu, Li, Wang, Meng, Qin, Chen, Zhang, Liu: "R-Drop: Regularized
       Dropout for Neural Networks", NeurIPS 2021.

    Notes
    -----
    The paper trains both passes on the labels, too. Here the loss of the labels is
    that of the first: through the divergence the second follows it.
    """

    needs_labels = False

    def __init__(self, weight):
        super().__init__()
        self.weight = weight

    def forward(self, reading, target):
        """Compute the term of a batch from its `Reading` and weights."""
        _, weights = target
        first = log_probabilities(reading.logits)
        second = log_probabilities(reading.repeated())
        there = divergence(first, second, weights)
        return (there + divergence(second, first, weights)) / 2
