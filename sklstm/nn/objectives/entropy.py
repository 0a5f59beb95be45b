"""Entropy minimisation."""

from torch import nn

from sklstm.nn.objectives.divergence import log_probabilities


class Entropy(nn.Module):
    r"""Entropy of the answers: boundaries between classes move to where no text is.

    .. math:: -\sum_k p(k \mid x) \log p(k \mid x)

    Parameters
    ----------
    weight : float
        In the objective.

    References
    ----------
    .. [1] Grandvalet, Bengio: "Semi-supervised Learning by Entropy Minimization",
       NeurIPS 2004.
    .. [2] Sachan, Zaheer, Salakhutdinov: "Revisiting LSTM Networks for Semi-Supervised
       Text Classification via Mixed Objective Function", AAAI 2019.
    """

    needs_labels = False

    def __init__(self, weight):
        super().__init__()
        self.weight = weight

    def forward(self, reading, target):
        """Compute the term of a batch from its `Reading` and weights."""
        _, weights = target
        log_p = log_probabilities(reading.logits)
        return (-(log_p.exp() * log_p).sum(dim=1) * weights).mean()
