import pytest
import torch
from torch import nn


class LinearNetwork(nn.Module):
    """Logits of the mean time step: all gradients are known on paper."""

    def __init__(self, weight):
        super().__init__()
        self.weight = nn.Parameter(weight)  # (F, K)
        self.generator = torch.Generator().manual_seed(0)

    def embed(self, codes, channels=None):
        return channels.transpose(0, 1)

    def classify(self, steps, lengths, static=None):
        is_step = torch.arange(len(steps)).unsqueeze(1) < lengths
        sums = (steps * is_step.unsqueeze(2)).sum(dim=0)
        return sums / lengths.unsqueeze(1) @ self.weight

    def forward(self, codes, lengths, channels):
        return self.classify(self.embed(codes, channels), lengths)


@pytest.fixture
def network():
    weight = torch.randn(3, 2, generator=torch.Generator().manual_seed(1))
    return LinearNetwork(weight.double())


@pytest.fixture
def inputs():
    generator = torch.Generator().manual_seed(2)
    channels = torch.randn(4, 5, 3, generator=generator).double()
    lengths = torch.tensor([5, 3, 1, 4])
    return {"codes": torch.zeros(4, 0, 5), "lengths": lengths, "channels": channels}


@pytest.fixture
def target():
    return torch.tensor([0, 1, 1, 0]), torch.tensor([1.0, 2.0, 0.5, 0.5]).double()
