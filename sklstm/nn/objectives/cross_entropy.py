"""The loss of weighted samples."""

import torch.nn.functional as F
from torch import nn


class WeightedCrossEntropy(nn.Module):
    """Mean of weighted cross-entropies, smoothed while training alone.

    Parameters
    ----------
    label_smoothing : float, default=0.0
        Share of each target that is spread over all classes.
    """

    def __init__(self, label_smoothing=0.0):
        super().__init__()
        self.label_smoothing = label_smoothing

    def forward(self, logits, target):
        """Compute the loss of (B, K) logits against ``(labels, weights)``, each (B,).

        Weights average to one over the training set, so that a batch divides by its
        size and no sample counts for more because of its company.
        """
        labels, weights = target
        smoothing = self.label_smoothing if self.training else 0.0
        losses = F.cross_entropy(
            logits, labels, reduction="none", label_smoothing=smoothing
        )
        return (losses * weights).mean()
