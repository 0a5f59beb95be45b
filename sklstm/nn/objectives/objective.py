"""The loss of a batch as a sum of terms."""

from torch import nn

from sklstm.nn.objectives.reading import Reading


class Objective(nn.Module):
    """Loss of the labels, and while training what is added to it.

    Parameters
    ----------
    label_loss : Module
        Called with ``(logits, target)``; alone it is the validation loss.

    terms : sequence of Module, default=()
        Each called with ``(reading, target)`` and weighed by its ``weight``. A term
        that ``needs_labels`` sees rows with labels alone; of the others, rows without
        count like those with.
    """

    def __init__(self, label_loss, terms=()):
        super().__init__()
        self.label_loss = label_loss
        self.terms = nn.ModuleList(terms)

    @property
    def uses_unlabelled(self):
        """Whether a term learns from rows without labels."""
        return not all(term.needs_labels for term in self.terms)

    def read(self, network, inputs):
        """Let a network read a batch: what `forward` takes."""
        return Reading(network, inputs)

    def forward(self, reading, target, unlabelled=None):
        """Compute the loss of a batch.

        Parameters
        ----------
        reading : Reading
            Of the rows with labels.

        target : tuple of Tensor
            Labels and weights, each of shape (B,).

        unlabelled : tuple of (Reading, Tensor), default=None
            Reading of rows without labels, and their weights.

        Returns
        -------
        Tensor of shape ()
        """
        loss = self.label_loss(reading.logits, target)
        for term in self.terms:
            loss = loss + term.weight * self._term(term, reading, target, unlabelled)
        return loss

    def _term(self, term, reading, target, unlabelled):
        """Mean of a term over the rows that it concerns."""
        value = term(reading, target)
        if unlabelled is None or term.needs_labels:
            return value
        other, weights = unlabelled
        n_labelled, n_other = len(reading.logits), len(other.logits)
        total = n_labelled * value + n_other * term(other, (None, weights))
        return total / (n_labelled + n_other)
