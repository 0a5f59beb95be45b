"""The training seam: a skorch net around the engine's network."""

from dataclasses import dataclass

import skorch
from skorch.helper import predefined_split
from skorch.utils import to_tensor

from sklstm.models._lstm.batches import (
    MixedBatch,
    MixedBatches,
    SequenceData,
    ShuffledBatches,
    SortedBatches,
)
from sklstm.models._lstm.callbacks import (
    BestEpoch,
    ClipDenseGradients,
    EpochLog,
    FiniteLoss,
    scheduler,
)
from sklstm.nn._optimizer import RowAdamW


@dataclass(frozen=True)
class TrainingData:
    """What to train on.

    Attributes
    ----------
    train : SequenceData
        With targets and weights.

    valid : SequenceData or None
        Without it the last epoch is the best.

    unlabelled : SequenceData or None
        Rows without labels that the objective learns from, with weights.
    """

    train: SequenceData
    valid: SequenceData | None = None
    unlabelled: SequenceData | None = None


# Epochs of a training set that is large enough, and steps that a small one gets.
_FEWEST_EPOCHS, _FEWEST_STEPS = 8, 400
# Batches of an epoch, where neither limit of their size is met.
_N_BATCHES, _SMALLEST_BATCH, _LARGEST_BATCH = 32, 8, 64
# Samples held out whose loss tells epochs apart.
_FEWEST_HELD_OUT = 100


def choose_batch_size(n_samples):
    """Give the samples of a batch that ``batch_size="auto"`` stands for.

    Parameters
    ----------
    n_samples : int

    Returns
    -------
    int
        A 32nd of the samples, but from 8 to 64.
    """
    batch_size = -(-n_samples // _N_BATCHES)
    return min(max(batch_size, _SMALLEST_BATCH), _LARGEST_BATCH)


def can_hold_out(n_samples, fraction):
    """Whether ``early_stopping="auto"`` stands for True.

    Parameters
    ----------
    n_samples : int
    fraction : float
        `validation_fraction` of `LSTMClassifier`.

    Returns
    -------
    bool
        Where at least 100 samples are held out.
    """
    return n_samples * fraction >= _FEWEST_HELD_OUT


def n_epochs(n_samples, batch_size):
    """Epochs that ``max_epochs="auto"`` stands for.

    Parameters
    ----------
    n_samples, batch_size : int

    Returns
    -------
    int
        Eight, or as many as 400 steps take where that is more.
    """
    n_batches = -(-n_samples // batch_size)
    return max(_FEWEST_EPOCHS, -(-_FEWEST_STEPS // n_batches))


@dataclass(frozen=True)
class Schedule:
    """How long to train, in which steps and at which rates.

    Attributes
    ----------
    rates : {"one-cycle", "constant", "plateau"}
        Course of the learning rate: `schedule` of `LSTMClassifier`.

    max_epochs : int
        Of `n_epochs` where it is "auto".

    batch_size, learning_rate, weight_decay, gradient_clip, n_iter_no_change
        As in `LSTMClassifier`.

    estimator : str
        Who speaks in messages.
    """

    rates: str
    max_epochs: int
    batch_size: int
    learning_rate: float
    weight_decay: float
    gradient_clip: float | None
    n_iter_no_change: int
    estimator: str = "LSTMClassifier"


@dataclass(frozen=True)
class TrainingRecord:
    """How a training went.

    Attributes
    ----------
    history : list of dict
        A record for each finished epoch.

    best_epoch : int
        Counted from 1; 0 where no epoch was finished.

    is_interrupted : bool
        Whether Ctrl-C ended it, which skorch keeps to itself.
    """

    history: list
    best_epoch: int
    is_interrupted: bool


def train(network, data, objective, schedule, rng, *, verbose=False, on_epoch=None):
    """Train a network in place and leave it with the weights of its best epoch.

    Parameters
    ----------
    network : SequenceNetwork
        With its weights set, on the device to compute on.

    data : TrainingData
    objective : Objective
    schedule : Schedule
    rng : RandomState
        Draws the order of the batches.

    verbose : int or bool, default=False
        Whether to show progress.

    on_epoch : callable, default=None
        Called after each epoch; returns whether to stop.

    Returns
    -------
    TrainingRecord

    Raises
    ------
    RuntimeError
        If the loss is no longer finite.
    """
    log = EpochLog(schedule.max_epochs, verbose, on_epoch)
    best = BestEpoch(schedule.n_iter_no_change)
    net = _make_net(network, data, objective, schedule, rng, log, best)
    net.fit(data.train, None)
    is_short = len(log.records) < schedule.max_epochs
    return TrainingRecord(
        log.records,
        best.epoch,
        is_interrupted=is_short and not (best.stopped or log.stopped),
    )


def trained_weights(network):
    """Copy the trained weights into NumPy arrays by their names."""
    return {
        name: parameter.numpy(force=True).copy()
        for name, parameter in network.named_parameters()
        if parameter.requires_grad
    }


class _ObjectiveNet(skorch.NeuralNet):
    """A net whose loss sees how the network has read a batch, not the logits alone."""

    def infer(self, x, **fit_params):
        if not self.module_.training:
            return super().infer(x, **fit_params)
        if isinstance(x, MixedBatch):
            return self._read(x.labelled), self._read(x.unlabelled)
        return self._read(x)

    def get_loss(self, y_pred, y_true, X=None, training=False):
        target = to_tensor(y_true, device=self.device)
        if not training:
            return self.criterion_.label_loss(y_pred, target)
        if isinstance(X, MixedBatch):
            labelled, unlabelled = y_pred
            weights = to_tensor(X.weights, device=self.device)
            return self.criterion_(labelled, target, (unlabelled, weights))
        return self.criterion_(y_pred, target)

    def _read(self, inputs):
        inputs = to_tensor(inputs, device=self.device)
        return self.criterion_.read(self.module_, inputs)


def _make_net(network, data, objective, schedule, rng, log, best):
    rates = scheduler(
        schedule,
        n_batches=-(-len(data.train) // schedule.batch_size),
        monitor="train_loss" if data.valid is None else "valid_loss",
    )
    return _ObjectiveNet(
        network,
        criterion=objective,
        optimizer=RowAdamW,
        optimizer__weight_decay=schedule.weight_decay,
        lr=schedule.learning_rate,
        max_epochs=schedule.max_epochs,
        batch_size=schedule.batch_size,
        **_batches(data, rng),
        iterator_valid=SortedBatches,
        train_split=None if data.valid is None else predefined_split(data.valid),
        callbacks=[
            ("finite", FiniteLoss(schedule.estimator)),
            ("clip", ClipDenseGradients(schedule.gradient_clip)),
            *([("rates", rates)] if rates is not None else []),
            ("log", log),
            ("best", best),
        ],
        callbacks__print_log=None,
        device=str(next(network.parameters()).device),
        verbose=0,
    )


def _batches(data, rng):
    """How skorch is to draw training batches."""
    if data.unlabelled is None:
        return {"iterator_train": ShuffledBatches, "iterator_train__rng": rng}
    return {
        "iterator_train": MixedBatches,
        "iterator_train__rng": rng,
        "iterator_train__unlabelled": data.unlabelled,
    }
