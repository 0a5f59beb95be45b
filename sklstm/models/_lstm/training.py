"""The training seam: a skorch net around the engine's network."""

import warnings

import skorch
import torch
from skorch.callbacks import Callback, LRScheduler
from skorch.helper import predefined_split
from torch.nn.utils import clip_grad_norm_
from torch.optim.lr_scheduler import OneCycleLR, ReduceLROnPlateau
from tqdm.auto import tqdm

from sklstm.models._lstm.batches import ShuffledBatches, SortedBatches
from sklstm.nn._loss import WeightedCrossEntropy
from sklstm.nn._optimizer import RowAdamW


def train(
    network,
    train_data,
    valid_data=None,
    *,
    max_epochs,
    batch_size,
    learning_rate,
    schedule,
    weight_decay,
    gradient_clip,
    label_smoothing,
    n_iter_no_change,
    rng,
    device,
    verbose=False,
    on_epoch=None,
):
    """Train a network in place and leave it with the weights of its best epoch.

    Parameters
    ----------
    network : SequenceNetwork
        With its weights set.

    train_data, valid_data : SequenceData
        With targets and weights. Without `valid_data` the last epoch is the best.

    max_epochs, batch_size, learning_rate, schedule, weight_decay, gradient_clip, \
            label_smoothing, n_iter_no_change, verbose
        As in `LSTMClassifier`.

    rng : RandomState
        Draws the order of the batches.

    device : torch.device
        Where to compute.

    on_epoch : callable, default=None
        Called after each epoch; returns whether to stop.

    Returns
    -------
    history : list of dict
        A record for each finished epoch.

    best_epoch : int
        Counted from 1; 0 where no epoch was finished.

    Raises
    ------
    RuntimeError
        If the loss is no longer finite.
    """
    best = _BestEpoch(n_iter_no_change)
    log = _EpochLog(max_epochs, verbose, on_epoch)
    net = skorch.NeuralNet(
        network,
        criterion=WeightedCrossEntropy,
        criterion__label_smoothing=label_smoothing,
        optimizer=RowAdamW,
        optimizer__weight_decay=weight_decay,
        lr=learning_rate,
        max_epochs=max_epochs,
        batch_size=batch_size,
        iterator_train=ShuffledBatches,
        iterator_train__rng=rng,
        iterator_valid=SortedBatches,
        train_split=predefined_split(valid_data) if valid_data is not None else None,
        callbacks=[
            ("finite", _FiniteLoss()),
            ("clip", _ClipDenseGradients(gradient_clip)),
            *_scheduler(
                schedule, learning_rate, max_epochs, train_data, batch_size, valid_data
            ),
            ("log", log),
            ("best", best),
        ],
        callbacks__print_log=None,
        device=str(device),
        verbose=0,
    )
    net.fit(train_data, None)
    if len(log.records) < max_epochs and not (best.stopped or log.stopped):
        kept = f"epoch {best.epoch}" if best.epoch else "the weights as they are by now"
        warnings.warn(
            f"LSTMClassifier was interrupted in epoch {len(log.records) + 1} of "
            f"{max_epochs}: it keeps {kept}.",
            stacklevel=5,
        )
    return log.records, best.epoch


def trained_weights(network):
    """Copy the trained weights into NumPy arrays by their names."""
    return {
        name: parameter.numpy(force=True).copy()
        for name, parameter in network.named_parameters()
        if parameter.requires_grad
    }


def _scheduler(schedule, learning_rate, max_epochs, data, batch_size, valid_data):
    """Yield skorch's callback for a schedule of the learning rate, or nothing."""
    if schedule == "one-cycle":
        n_batches = -(-len(data) // batch_size)
        yield (
            "schedule",
            LRScheduler(
                OneCycleLR,
                max_lr=learning_rate,
                total_steps=n_batches * max_epochs + 1,
                cycle_momentum=False,
                step_every="batch",
            ),
        )
    elif schedule == "plateau":
        monitor = "train_loss" if valid_data is None else "valid_loss"
        yield "schedule", LRScheduler(ReduceLROnPlateau, monitor=monitor, patience=2)


class _FiniteLoss(Callback):
    """Stop at a loss that is not finite."""

    def on_batch_end(self, net, batch=None, training=None, loss=None, **kwargs):
        if training and not torch.isfinite(loss):
            raise RuntimeError(
                f"LSTMClassifier's loss became {loss.item()} in epoch "
                f"{len(net.history)} at learning rate "
                f"{net.optimizer_.param_groups[0]['lr']:.2g}. Lower learning_rate or "
                "gradient_clip, or scale the input."
            )


class _ClipDenseGradients(Callback):
    """Clip the norm of all gradients but those of the tables, which are sparse."""

    def __init__(self, max_norm):
        self.max_norm = max_norm

    def on_grad_computed(self, net, named_parameters=None, **kwargs):
        if self.max_norm is not None:
            dense = [
                p
                for _, p in named_parameters
                if p.grad is not None and not p.grad.is_sparse
            ]
            clip_grad_norm_(dense, self.max_norm)


class _EpochLog(Callback):
    """Record the epochs and show them."""

    def __init__(self, max_epochs, verbose, on_epoch):
        self.max_epochs = max_epochs
        self.verbose = verbose
        self.on_epoch = on_epoch

    def on_train_begin(self, net, **kwargs):
        self.records = []
        self.stopped = False
        self.bar_ = tqdm(total=self.max_epochs, unit="epoch", disable=not self.verbose)

    def on_epoch_begin(self, net, **kwargs):
        self.n_right_ = self.n_valid_ = 0

    def on_batch_end(self, net, batch=None, training=None, y_pred=None, **kwargs):
        if not training:
            labels, weights = (part.to(y_pred.device) for part in batch[1])
            self.n_right_ += float(((y_pred.argmax(dim=1) == labels) * weights).sum())
            self.n_valid_ += float(weights.sum())

    def on_epoch_end(self, net, **kwargs):
        row = net.history[-1]
        record = {"epoch": len(self.records) + 1, "train_loss": row["train_loss"]}
        if self.n_valid_:
            record["valid_loss"] = row["valid_loss"]
            record["valid_accuracy"] = self.n_right_ / self.n_valid_
        record["learning_rate"] = float(net.optimizer_.param_groups[0]["lr"])
        record["seconds"] = row["dur"]
        self.records.append(record)
        self.bar_.update()
        self.bar_.set_postfix({k: f"{v:.4f}" for k, v in record.items() if "_" in k})
        if self.on_epoch is not None and self.on_epoch():
            self.stopped = True
            raise KeyboardInterrupt  # skorch's own way to end training

    def on_train_end(self, net, **kwargs):
        self.bar_.close()


class _BestEpoch(Callback):
    """Keep the weights of the best epoch; stop when no better one comes."""

    def __init__(self, n_iter_no_change):
        self.n_iter_no_change = n_iter_no_change

    def on_train_begin(self, net, **kwargs):
        self.epoch = 0
        self.loss = float("inf")
        self.weights = None
        self.stopped = False

    def on_epoch_end(self, net, **kwargs):
        row = net.history[-1]
        # Without validation data there is nothing to choose by: the last epoch counts.
        loss = row.get("valid_loss", -len(net.history))
        if loss < self.loss:
            self.epoch, self.loss = len(net.history), loss
            self.weights = {
                name: value.detach().clone()
                for name, value in net.module_.named_parameters()
                if value.requires_grad
            }
        elif len(net.history) - self.epoch >= self.n_iter_no_change:
            self.stopped = True
            raise KeyboardInterrupt  # skorch's own way to end training

    def on_train_end(self, net, **kwargs):
        if self.weights is not None:
            net.module_.load_state_dict(self.weights, strict=False)
