import torch
from torch import nn

from sklstm.nn.objectives.cross_entropy import WeightedCrossEntropy
from sklstm.nn.objectives.objective import Objective

TARGET = torch.tensor([1, 0]), torch.ones(2)


class Answer:
    def __init__(self, logits):
        self.logits = torch.tensor(logits)


LABELLED = Answer([[0.0, 1.0], [2.0, 0.0]])
UNLABELLED = Answer([[7.0, 3.0]]), torch.ones(1)


class Highest(nn.Module):
    def __init__(self, weight, needs_labels):
        super().__init__()
        self.weight, self.needs_labels = weight, needs_labels

    def forward(self, reading, target):
        labels, weights = target
        assert len(weights) == len(reading.logits)
        assert labels is not None or not self.needs_labels
        return reading.logits.amax(dim=1).mean()


def test_terms_add_up_by_their_weights():
    label_loss = WeightedCrossEntropy()
    objective = Objective(label_loss, [Highest(2.0, True), Highest(10.0, True)])
    assert not objective.uses_unlabelled
    # The mean of 1 and 2 is 1.5, twelve times
    expected = label_loss(LABELLED.logits, TARGET) + 18
    torch.testing.assert_close(objective(LABELLED, TARGET), expected)


def test_rows_without_labels_count_like_others_where_none_is_needed():
    label_loss = WeightedCrossEntropy()
    objective = Objective(label_loss, [Highest(1.0, True), Highest(3.0, False)])
    assert objective.uses_unlabelled
    # 1.5, and three times the mean of 1, 2 and 7
    expected = label_loss(LABELLED.logits, TARGET) + 1.5 + 10
    torch.testing.assert_close(objective(LABELLED, TARGET, UNLABELLED), expected)


def test_training_reaches_the_label_loss():
    objective = Objective(WeightedCrossEntropy(label_smoothing=0.5))
    smoothed = objective(LABELLED, TARGET)
    assert smoothed > objective.eval()(LABELLED, TARGET)
