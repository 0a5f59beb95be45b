import torch
from torch import nn

from sklstm.nn.objectives.cross_entropy import WeightedCrossEntropy
from sklstm.nn.objectives.objective import Objective

LOGITS = torch.tensor([[0.0, 1.0], [2.0, 0.0]])
TARGET = torch.tensor([1, 0]), torch.ones(2)


class MeanSquare(nn.Module):
    def forward(self, network, inputs, logits, target):
        return (network(**inputs) ** 2).mean()


class Identity(nn.Module):
    def forward(self, steps):
        return steps


def test_terms_add_up_while_training_alone():
    label_loss = WeightedCrossEntropy()
    objective = Objective(label_loss, [MeanSquare(), MeanSquare()])
    call = Identity(), {"steps": torch.tensor([1.0, 3.0])}, LOGITS, TARGET
    # (1 + 9) / 2 = 5, twice
    expected = label_loss(LOGITS, TARGET) + 10
    torch.testing.assert_close(objective(*call), expected)
    torch.testing.assert_close(objective.eval()(*call), label_loss(LOGITS, TARGET))


def test_training_reaches_the_terms():
    objective = Objective(WeightedCrossEntropy(label_smoothing=0.5))
    smoothed = objective(None, {}, LOGITS, TARGET)
    assert smoothed > objective.eval()(None, {}, LOGITS, TARGET)
