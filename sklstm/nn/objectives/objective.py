"""The loss of a batch as a sum of terms."""

from torch import nn


class Objective(nn.Module):
    """Loss of the labels, and while training what is added to it.

    Parameters
    ----------
    label_loss : Module
        Called with ``(logits, target)``; alone it is the validation loss.

    regularizers : sequence of Module, default=()
        Each called with ``(network, inputs, logits, target)``: a term may run the
        network once more, on other inputs or with other dropout.
    """

    def __init__(self, label_loss, regularizers=()):
        super().__init__()
        self.label_loss = label_loss
        self.regularizers = nn.ModuleList(regularizers)

    def forward(self, network, inputs, logits, target):
        """Compute the loss of a batch.

        Parameters
        ----------
        network : Module
            What gave the logits.

        inputs : dict of str to Tensor
            Its keyword arguments.

        logits : Tensor of shape (B, K)
        target : tuple of Tensor
            Labels and weights, each of shape (B,).

        Returns
        -------
        Tensor of shape ()
        """
        loss = self.label_loss(logits, target)
        if self.training:
            for term in self.regularizers:
                loss = loss + term(network, inputs, logits, target)
        return loss
