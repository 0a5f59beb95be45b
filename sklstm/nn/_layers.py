"""Torch's layers in float32, without their own initialisation.

`sklstm.nn._sequence_network.initialize` draws the weights from a generator, or they are
loaded; drawing them when a layer is built would cost milliseconds at each prediction
and advance torch's global generator. Torch's default type is the process's and may be
another one.
"""

import torch
from torch import nn


class Embedding(nn.Embedding):
    """`torch.nn.Embedding` whose weights are not set."""

    def __init__(self, *sizes, **options):
        super().__init__(*sizes, **options, dtype=torch.float32)

    def reset_parameters(self):
        """Leave the weights as they are in memory."""


class Linear(nn.Linear):
    """`torch.nn.Linear` whose weights are not set."""

    def __init__(self, *sizes, **options):
        super().__init__(*sizes, **options, dtype=torch.float32)

    def reset_parameters(self):
        """Leave the weights as they are in memory."""


class LSTM(nn.LSTM):
    """`torch.nn.LSTM` whose weights are not set."""

    def __init__(self, *sizes, **options):
        super().__init__(*sizes, **options, dtype=torch.float32)

    def reset_parameters(self):
        """Leave the weights as they are in memory."""
