"""Adversarial training."""

import torch
from torch import nn

from sklstm.nn.objectives.perturbation import Perturbations


class Adversarial(nn.Module):
    r"""Loss of the labels where the input is changed to raise it most.

    .. math:: L(y, x + r), \quad
        r = \epsilon \sqrt{T F} \, \frac{g}{\lVert g \rVert}, \quad
        g = \nabla_x L(y, x)

    with features normalised as in `Perturbations`; no gradient flows through
    :math:`r`.

    Parameters
    ----------
    label_loss : Module
    weight : float
        In the objective.

    share : float
        Norm of the perturbation, as a share of that of the input.

    References
    ----------
    .. [1] Goodfellow, Shlens, Szegedy: "Explaining and Harnessing Adversarial
       Examples", ICLR 2015.
    .. [2] Miyato, Dai, Goodfellow: "Adversarial Training Methods for Semi-Supervised
       Text Classification", ICLR 2017.
    """

    needs_labels = True

    def __init__(self, label_loss, weight, share):
        super().__init__()
        self.label_loss = label_loss
        self.weight = weight
        self.share = share

    def forward(self, reading, target):
        """Compute the term of a batch from its `Reading`, labels and weights."""
        perturbation = self.perturbation(reading, target)
        return self.label_loss(reading.perturbed(perturbation), target)

    def perturbation(self, reading, target):
        """Change of `reading.steps` that raises the loss most, to first order."""
        loss = self.label_loss(reading.logits, target)
        (gradient,) = torch.autograd.grad(loss, reading.steps, retain_graph=True)
        changes = Perturbations(reading.steps, reading.is_step, self.share)
        return changes.along_gradient(gradient)
