"""Adam that updates only the rows of a table that a batch has touched."""

import torch


class RowAdamW(torch.optim.AdamW):
    """AdamW for dense gradients, lazy Adam for sparse ones.

    Over an embedding table of 20,000 words, dense Adam costs more than the LSTM. Of a
    parameter whose gradient is sparse, only the rows in the gradient change; their
    moments decay only when they are touched, as in `torch.optim.SparseAdam`. Rows are
    not decayed.

    Parameters
    ----------
    params, lr, betas, eps, weight_decay
        As in `torch.optim.AdamW`.

    References
    ----------
    .. [1] Kingma, Ba: "Adam: A Method for Stochastic Optimization", ICLR 2015.
    .. [2] Loshchilov, Hutter: "Decoupled Weight Decay Regularization", ICLR 2019.
    """

    def __init__(self, params, **options):
        super().__init__(params, fused=True, **options)

    @torch.no_grad()
    def step(self, closure=None):
        """Do one step; `closure` computes the loss and the gradients."""
        loss = None
        if closure is not None:
            with torch.enable_grad():
                loss = closure()
        for group in self.param_groups:
            for parameter in group["params"]:
                if parameter.grad is not None and parameter.grad.is_sparse:
                    self._step_rows(parameter, group)
                    parameter.grad = None
        super().step()
        return loss

    def _step_rows(self, parameter, group):
        gradient = parameter.grad.coalesce()
        rows, values = gradient.indices()[0], gradient.values()  # (R,), (R, F)
        state = self.state[parameter]
        if not state:
            state["step"] = torch.tensor(0.0, dtype=torch.float32)
            state["exp_avg"] = torch.zeros_like(parameter)
            state["exp_avg_sq"] = torch.zeros_like(parameter)
        state["step"] += 1
        n_steps = state["step"].item()
        beta_1, beta_2 = group["betas"]
        mean = state["exp_avg"].index_select(0, rows).lerp_(values, 1 - beta_1)
        square = state["exp_avg_sq"].index_select(0, rows)
        square.mul_(beta_2).addcmul_(values, values, value=1 - beta_2)
        state["exp_avg"].index_copy_(0, rows, mean)
        state["exp_avg_sq"].index_copy_(0, rows, square)
        scale = square.div_(1 - beta_2**n_steps).sqrt_().add_(group["eps"])
        step_size = float(group["lr"]) / (1 - beta_1**n_steps)
        parameter.index_add_(0, rows, mean.div_(scale), alpha=-step_size)
