import math

import torch

from sklstm.nn.objectives.entropy import Entropy
from sklstm.nn.objectives.reading import Reading


class Answer:
    def __init__(self, probabilities):
        self.logits = (
            torch.tensor(probabilities, dtype=torch.float64).log().requires_grad_()
        )


def test_by_hand():
    answer = Answer([[0.5, 0.5], [0.75, 0.25]])
    value = Entropy(1.0)(answer, (None, torch.tensor([1.0, 3.0])))
    second = 0.75 * math.log(4 / 3) + 0.25 * math.log(4)
    torch.testing.assert_close(value.item(), (math.log(2) + 3 * second) / 2)


def test_its_gradient_is_that_on_paper(network, inputs, target):
    # dH / dz_k = -p_k (log p_k + H)
    reading = Reading(network, inputs)
    reading.logits.retain_grad()
    Entropy(1.0)(reading, target).backward()
    p = reading.logits.detach().softmax(dim=1)
    entropy = -(p * p.log()).sum(dim=1, keepdim=True)
    expected = -p * (p.log() + entropy) * target[1].unsqueeze(1) / len(p)
    torch.testing.assert_close(reading.logits.grad, expected)
