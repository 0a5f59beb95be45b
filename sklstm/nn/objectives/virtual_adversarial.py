"""Virtual adversarial training."""

import torch
from torch import nn

from sklstm.nn.objectives.divergence import divergence, log_probabilities
from sklstm.nn.objectives.perturbation import Perturbations, random_direction


class VirtualAdversarial(nn.Module):
    r"""Divergence of the answer where the input is changed to raise it most.

    .. math:: D_{KL}\bigl(p(\cdot \mid x) \,\Vert\, p(\cdot \mid x + r)\bigr), \quad
        r = \epsilon \sqrt{T F} \, \frac{g}{\lVert g \rVert}, \quad
        g = \nabla_d D_{KL}\bigl(p(\cdot \mid x) \,\Vert\, p(\cdot \mid x + d)\bigr)

    The divergence has no gradient at :math:`d = 0`; at a random :math:`d` its gradient
    is one power iteration towards the direction of highest curvature. :math:`d` has
    the norm of :math:`r`, since smaller ones are lost where the LSTM computes in
    bfloat16. No gradient flows through :math:`r`, nor through the first answer; no
    label is needed. Features are normalised as in `Perturbations`.

    Parameters
    ----------
    weight : float
        In the objective.

    share : float
        Norm of the perturbation, as a share of that of the input.

    generator : torch.Generator
        Draws :math:`d`; on the device of the network.

    References
    ----------
    .. [1] Miyato, Maeda, Koyama, Ishii: "Virtual Adversarial Training: A
       Regularization Method for Supervised and Semi-Supervised Learning", TPAMI 2018.
    .. [2] Miyato, Dai, Goodfellow: "Adversarial Training Methods for Semi-Supervised
       Text Classification", ICLR 2017.
    """

    needs_labels = False

    def __init__(self, weight, share, generator):
        super().__init__()
        self.weight = weight
        self.share = share
        self.generator = generator

    def forward(self, reading, target):
        """Compute the term of a batch from its `Reading` and weights."""
        start = random_direction(reading.steps, self.generator)
        perturbation = self.perturbation(reading, target, start)
        return self._divergence(reading, perturbation, target)

    def perturbation(self, reading, target, start):
        """Change of `reading.steps` one power iteration from the direction `start`."""
        changes = Perturbations(reading.steps, reading.is_step, self.share)
        first = changes.along(start).requires_grad_()
        apart = self._divergence(reading, first, target)
        (gradient,) = torch.autograd.grad(apart, first)
        return changes.along_gradient(gradient)

    def _divergence(self, reading, perturbation, target):
        _, weights = target
        answer = log_probabilities(reading.logits.detach())
        return divergence(
            answer, log_probabilities(reading.perturbed(perturbation)), weights
        )
