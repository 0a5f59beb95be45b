"""Small changes of what an LSTM reads, in the direction that matters most."""

import torch

# Below it a norm is none: a sequence without time steps, a gradient of zero.
_LEAST = 1e-12


class Perturbations:
    r"""Changes of a batch whose norm is a share of that of what is read.

    Features are normalised first, for a network could escape a perturbation of fixed
    norm by making its vectors longer: with :math:`s_f` the standard deviation of
    feature :math:`f` over the time steps of the batch, the perturbation of
    :math:`x / s` has the norm :math:`\epsilon \sqrt{T F}`: that of :math:`T` normalised
    time steps of :math:`F` features, times :math:`\epsilon`.

    Parameters
    ----------
    steps : Tensor of shape (T, B, F)
    is_step : Tensor of shape (T, B), bool
        False where a sequence is padded.

    share : float
        :math:`\epsilon`.

    References
    ----------
    .. [1] Miyato, Dai, Goodfellow: "Adversarial Training Methods for Semi-Supervised
       Text Classification", ICLR 2017.
    """

    def __init__(self, steps, is_step, share):
        self._is_step = is_step
        self._deviation = _deviation(steps.detach()[is_step])
        self._norms = share * (is_step.sum(dim=0) * steps.shape[2]).sqrt()  # (B,)

    def along_gradient(self, gradient):
        """Give the change that raises most what has this gradient at the steps."""
        return self.along(gradient * self._deviation)

    def along(self, direction):
        """Scale a direction in the space of the normalised features.

        Parameters
        ----------
        direction : Tensor of shape (T, B, F)

        Returns
        -------
        Tensor of shape (T, B, F)
            To be added to the steps; zero where a sequence is padded.
        """
        squares = direction.square().sum(dim=2) * self._is_step  # (T, B)
        scale = self._norms / squares.sum(dim=0).sqrt().clamp(min=_LEAST)
        factors = (scale * self._is_step).unsqueeze(2)
        return direction * self._deviation * factors


def _deviation(rows):
    """Compute the standard deviation of each feature, (F,); 0 without rows."""
    if not len(rows):
        return rows.new_zeros(rows.shape[1])
    return rows.std(dim=0, correction=0)


def random_direction(steps, generator):
    """Draw directions to all sides, of the shape of `steps`."""
    noise = torch.empty_like(steps, requires_grad=False)
    return noise.uniform_(-1, 1, generator=generator)
