"""What the estimators around an LSTM share."""

import warnings

from sklstm.models._lstm.batches import SequenceData
from sklstm.utils import is_fitted_by_another, plain


class LSTMEstimator:
    """Batches of sequences, and what is said of long ones and of Ctrl-C.

    A subclass has the parameters `max_length` and `truncate`.
    """

    def _as_data(self, sequences, samples=None, device="cpu"):
        """Lay out sequences, or those of them that are samples."""
        parts = {}
        if samples is not None:
            parts = {
                "rows": samples.rows,
                "targets": samples.targets,
                "weights": samples.weights,
            }
        return SequenceData(
            sequences,
            **parts,
            max_length=plain(self.max_length),
            truncate=self.truncate,
            device=device,
        )

    def _warn_truncated(self, data, stacklevel):
        if data.n_truncated:
            warnings.warn(
                f"{type(self).__name__} cut {data.n_truncated} of {len(data)} samples "
                f"to max_length={self.max_length} time steps, keeping the "
                f"{self.truncate}. Raise max_length to keep more.",
                stacklevel=stacklevel,
            )

    def _check_interrupt(self, record, max_epochs):
        """Keep what was learned until Ctrl-C, but not for a search or the like."""
        if not record.is_interrupted:
            return
        if is_fitted_by_another(self):
            raise KeyboardInterrupt
        best = record.best_epoch
        kept = f"epoch {best}" if best else "the weights as they are by now"
        warnings.warn(
            f"{type(self).__name__} was interrupted in epoch "
            f"{len(record.history) + 1} of {max_epochs}: it keeps {kept}.",
            stacklevel=6,
        )
