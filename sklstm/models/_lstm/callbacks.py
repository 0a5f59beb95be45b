"""skorch's callbacks of a training: watch the loss, clip, record, keep the best."""

import torch
from skorch.callbacks import Callback, LRScheduler
from torch.nn.utils import clip_grad_norm_
from torch.optim.lr_scheduler import OneCycleLR, ReduceLROnPlateau
from tqdm.auto import tqdm


def scheduler(schedule, n_batches, monitor):
    """Give skorch's callback for a course of the learning rate; None if constant.

    Parameters
    ----------
    schedule : Schedule
    n_batches : int
        Of an epoch.

    monitor : str
        Loss that "plateau" follows.
    """
    if schedule.rates == "one-cycle":
        return LRScheduler(
            OneCycleLR,
            max_lr=schedule.learning_rate,
            total_steps=n_batches * schedule.max_epochs + 1,
            cycle_momentum=False,
            step_every="batch",
        )
    if schedule.rates == "plateau":
        return LRScheduler(ReduceLROnPlateau, monitor=monitor, patience=2)
    return None


class FiniteLoss(Callback):
    """Stop at a loss that is not finite."""

    def __init__(self, estimator):
        self.estimator = estimator

    def on_batch_end(self, net, batch=None, training=None, loss=None, **kwargs):
        if training and not torch.isfinite(loss):
            raise RuntimeError(
                f"{self.estimator}'s loss became {loss.item()} in epoch "
                f"{len(net.history)} at learning rate "
                f"{net.optimizer_.param_groups[0]['lr']:.2g}. Lower learning_rate or "
                "gradient_clip, or scale the input."
            )


class ClipDenseGradients(Callback):
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


class EpochLog(Callback):
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


class BestEpoch(Callback):
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
