import pytest
import torch

from sklstm.nn._runtime import seeded_generator
from sklstm.nn._sequence_network import SequenceNetwork, initialize
from sklstm.nn.objectives.reading import Reading


@pytest.fixture
def lstm():
    network = SequenceNetwork(
        table_sizes=[(7, 3)],
        n_channels=2,
        n_static_features=1,
        n_classes=2,
        hidden_size=4,
        n_layers=2,
        bidirectional=True,
        pooling=("mean", "max"),
        dropout=0.5,
        embedding_dropout=0.5,
        word_dropout=0.3,
        fine_tune=True,
        generator=seeded_generator(0),
    )
    initialize(network, seeded_generator(1), torch.zeros(2))
    return network


@pytest.fixture
def batch():
    generator = seeded_generator(2)
    return {
        "codes": torch.randint(7, (3, 1, 6), generator=generator),
        "lengths": torch.tensor([6, 4, 0]),
        "channels": torch.randn(3, 6, 2, generator=generator),
        "static": torch.randn(3, 1, generator=generator),
    }


def test_it_reads_as_the_network_does(lstm, batch):
    lstm.generator.manual_seed(5)
    expected = lstm(**batch)
    lstm.generator.manual_seed(5)
    torch.testing.assert_close(Reading(lstm, batch).logits, expected, rtol=0, atol=0)


def test_a_perturbed_pass_has_the_same_dropout_and_draws_nothing(lstm, batch):
    reading = Reading(lstm, batch)
    state = lstm.generator.get_state()
    nothing = torch.zeros_like(reading.steps)
    assert torch.equal(reading.perturbed(nothing), reading.logits)
    assert torch.equal(lstm.generator.get_state(), state)
    assert not torch.equal(reading.perturbed(nothing + 0.1), reading.logits)


def test_a_repeated_pass_has_other_dropout(lstm, batch):
    reading = Reading(lstm, batch)
    assert not torch.equal(reading.repeated(), reading.logits)


def test_padding_is_no_step(lstm, batch):
    is_step = Reading(lstm, batch).is_step
    assert is_step.sum(dim=0).tolist() == [6, 4, 0]
    assert is_step[:4, 1].all()
