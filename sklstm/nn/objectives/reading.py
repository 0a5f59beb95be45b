"""A batch as the network has read it, and may read it once more."""

import torch


class Reading:
    """One pass of a network over a training batch.

    Parameters
    ----------
    network : SequenceNetwork
        Its generator draws the dropout.

    inputs : dict of str to Tensor
        Its keyword arguments.

    Attributes
    ----------
    steps : Tensor of shape (T, B, F)
        What the LSTM has read: vectors and channels after dropout.

    logits : Tensor of shape (B, K)
    """

    def __init__(self, network, inputs):
        self._network = network
        self._inputs = inputs
        self.steps = network.embed(inputs["codes"], inputs.get("channels"))
        if not self.steps.requires_grad:  # neither channels nor frozen vectors do
            self.steps.requires_grad_()
        self._noise = network.generator.get_state()
        self.logits = self._read(self.steps)

    @property
    def is_step(self):
        """Where there is a time step and no padding, (T, B)."""
        time = torch.arange(len(self.steps), device=self.steps.device)
        return time.unsqueeze(1) < self._inputs["lengths"]

    def perturbed(self, perturbation):
        """Compute the logits of the same pass, dropout and all, over other steps.

        Parameters
        ----------
        perturbation : Tensor of shape (T, B, F)
            Added to `steps`.

        Returns
        -------
        Tensor of shape (B, K)
        """
        generator = self._network.generator
        now = generator.get_state()
        generator.set_state(self._noise)
        logits = self._read(self.steps + perturbation)
        generator.set_state(now)
        return logits

    def repeated(self):
        """Compute the logits of another pass over the batch, with other dropout."""
        return self._network(**self._inputs)

    def _read(self, steps):
        inputs = self._inputs
        return self._network.classify(steps, inputs["lengths"], inputs.get("static"))
