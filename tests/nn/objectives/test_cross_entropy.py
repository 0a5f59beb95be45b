import math

import torch

from sklstm.nn.objectives.cross_entropy import WeightedCrossEntropy

LOGITS = torch.tensor([[0.0, math.log(3.0)], [0.0, 0.0]])
LABELS = torch.tensor([1, 0])


def test_by_hand():
    # -log(3/4) and -log(1/2), weighed 2 and 0.5, divided by the size of the batch
    loss = WeightedCrossEntropy()(LOGITS, (LABELS, torch.tensor([2.0, 0.5])))
    expected = (2 * -math.log(0.75) + 0.5 * math.log(2)) / 2
    torch.testing.assert_close(loss.item(), expected, atol=1e-6, rtol=0)


def test_smoothing_only_while_training():
    target = (LABELS, torch.ones(2))
    smoothed, plain = WeightedCrossEntropy(0.2), WeightedCrossEntropy()
    assert smoothed(LOGITS, target) > plain(LOGITS, target)
    assert smoothed.eval()(LOGITS, target) == plain(LOGITS, target)
