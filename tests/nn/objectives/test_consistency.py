import math

import torch

from sklstm.nn.objectives.consistency import Consistency


class Passes:
    """Two answers to a batch."""

    def __init__(self, first, second):
        self.logits = torch.tensor(first, dtype=torch.float64).log().requires_grad_()
        self.second = torch.tensor(second, dtype=torch.float64).log().requires_grad_()

    def repeated(self):
        return self.second


def test_by_hand():
    passes = Passes([[0.5, 0.5], [0.5, 0.5]], [[0.75, 0.25], [0.5, 0.5]])
    value = Consistency(1.0)(passes, (None, torch.tensor([3.0, 1.0])))
    there = 0.5 * math.log(0.5 / 0.75) + 0.5 * math.log(0.5 / 0.25)
    back = 0.75 * math.log(0.75 / 0.5) + 0.25 * math.log(0.25 / 0.5)
    torch.testing.assert_close(value.item(), 3 * (there + back) / 2 / 2)


def test_its_gradient_is_that_on_paper():
    # Half of dKL(p|q)/dz_k = p_k (log p_k/q_k - KL(p|q)) and dKL(q|p)/dz_k = p_k - q_k
    passes = Passes([[0.6, 0.4]], [[0.9, 0.1]])
    Consistency(1.0)(passes, (None, torch.ones(1))).backward()
    p, q = torch.tensor([0.6, 0.4]).double(), torch.tensor([0.9, 0.1]).double()
    divergence = (p * (p / q).log()).sum()
    expected = (p * ((p / q).log() - divergence) + p - q) / 2
    torch.testing.assert_close(passes.logits.grad[0], expected, rtol=1e-6, atol=0)
