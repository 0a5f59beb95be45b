import pytest
import torch

from sklstm.nn import _sequence_network, _unrolled
from sklstm.nn._runtime import computes_in_bfloat16, torch_threads
from sklstm.nn._sequence_network import SequenceNetwork, initialize

needs_bfloat16 = pytest.mark.skipif(
    not computes_in_bfloat16(torch.device("cpu")), reason="no LSTM in bfloat16 here"
)


def make_network(**options):
    parameters = {
        "table_sizes": [(5, 3)],
        "n_channels": 2,
        "n_static_features": 1,
        "n_classes": 3,
        "hidden_size": 4,
        "n_layers": 1,
        "bidirectional": True,
        "pooling": ("mean", "max"),
        "dropout": 0.0,
        "embedding_dropout": 0.0,
        "word_dropout": 0.0,
        "fine_tune": True,
        **options,
    }
    network = SequenceNetwork(**parameters)
    generator = torch.Generator().manual_seed(0)
    initialize(network, generator, torch.log(torch.tensor([0.5, 0.3, 0.2])))
    return network


INPUTS = {
    "codes": torch.tensor([[[1, 2, 3]], [[4, 0, 0]]]),
    "lengths": torch.tensor([3, 1]),
    "channels": torch.ones(2, 3, 2),
    "static": torch.tensor([[1.0], [0.0]]),
}


def test_logits_have_a_row_a_sequence_and_a_column_a_class():
    assert make_network()(**INPUTS).shape == (2, 3)


def test_static_features_may_be_spared_from_dropout():
    """With 0 the head reads them as they are; without a rate of their own they drop."""
    logits = {}
    for rate in (0.0, None):
        network = make_network(dropout=0.5, static_dropout=rate)
        network.generator = torch.Generator().manual_seed(0)
        with torch.no_grad():
            network.head.weight.zero_()
            network.head.weight[:, -1] = 1.0
        network.train()
        logits[rate] = torch.stack([network(**INPUTS) for _ in range(20)])
    spared = logits[0.0]
    torch.testing.assert_close(spared, spared[:1].expand_as(spared))
    torch.testing.assert_close(spared[0, 0] - spared[0, 1], torch.ones(3))
    assert len(torch.unique(logits[None][:, 0, 0])) == 2


def test_an_empty_sequence_answers_the_class_priors_at_the_start():
    inputs = {
        **INPUTS,
        "lengths": torch.tensor([0, 0]),
        "static": torch.zeros(2, 1),
    }
    probabilities = torch.softmax(make_network()(**inputs), dim=1)
    expected = torch.tensor([[0.5, 0.3, 0.2]] * 2)
    torch.testing.assert_close(probabilities, expected)


def test_initialisation_depends_on_its_generator_alone():
    first, second = make_network(), make_network()
    for mine, theirs in zip(first.parameters(), second.parameters(), strict=True):
        assert torch.equal(mine, theirs)


def test_forget_gates_open_with_bias_one():
    layer = make_network().lstm.forward_layers[0]
    bias = (layer.bias_ih_l0 + layer.bias_hh_l0).reshape(4, 4)
    assert bias.tolist() == [[0.0] * 4, [1.0] * 4, [0.0] * 4, [0.0] * 4]


def test_frozen_tables_are_not_trained():
    network = make_network(fine_tune=False)
    network(**INPUTS).sum().backward()
    assert network.tables[0].weight.grad is None


@pytest.mark.parametrize("rate", ["dropout", "embedding_dropout", "word_dropout"])
def test_each_dropout_acts_while_training_alone(rate):
    network = make_network(**{rate: 0.5})
    network.generator = torch.Generator().manual_seed(1)
    assert not torch.equal(network(**INPUTS), network(**INPUTS))
    network.eval()
    assert torch.equal(network(**INPUTS), network(**INPUTS))


@needs_bfloat16
def test_bfloat16_stays_near_float32():
    network = make_network().eval()
    exact = network(**INPUTS)
    network.bfloat16 = True
    torch.testing.assert_close(network(**INPUTS), exact, atol=0.05, rtol=0.05)


def many_words(network, n_samples=32):
    """Random codes for a network, sorted by length."""
    generator = torch.Generator().manual_seed(0)
    lengths = torch.randint(0, 7, (n_samples,), generator=generator).sort().values
    shape = (n_samples, len(network.tables), 8)
    codes = torch.randint(5, shape, generator=generator)
    is_step = torch.arange(8) < lengths.view(-1, 1, 1)
    return {"codes": codes * is_step, "lengths": lengths}


@pytest.fixture
def unrolled(monkeypatch):
    """Calls of `read_words` by the network."""
    calls = []

    def read_words(*args):
        calls.append(args)
        return _unrolled.read_words(*args)

    monkeypatch.setattr(_sequence_network, "read_words", read_words)
    return calls


@pytest.mark.parametrize("bidirectional", [False, True])
def test_reading_words_once_gives_the_same_logits(unrolled, bidirectional):
    network = make_network(
        n_channels=0,
        n_static_features=0,
        bidirectional=bidirectional,
        pooling=("last", "mean", "max", "attention"),
        input_pooling=("mean", "max"),
    ).eval()
    inputs = many_words(network)
    with torch_threads(1):
        expected = network(**inputs)
        assert not unrolled  # a gradient may be asked for
        with torch.inference_mode():
            logits = network(**inputs)
    assert len(unrolled) == 1
    torch.testing.assert_close(logits, expected, atol=1e-6, rtol=1e-5)


@pytest.mark.parametrize(
    ("options", "n_samples", "n_threads"),
    [
        ({}, 31, 1),
        ({}, 32, 2),
        ({"n_layers": 2}, 32, 1),
        pytest.param({"bfloat16": True}, 32, 1, marks=needs_bfloat16),
        ({"table_sizes": [(5, 3), (5, 2)]}, 32, 1),
    ],
    ids=str,
)
def test_words_are_read_one_by_one(unrolled, options, n_samples, n_threads):
    network = make_network(n_channels=0, n_static_features=0, **options).eval()
    with torch.inference_mode(), torch_threads(n_threads):
        network(**many_words(network, n_samples))
        assert not unrolled


def test_words_with_channels_are_read_one_by_one(unrolled):
    network = make_network(n_static_features=0).eval()
    with torch.inference_mode(), torch_threads(1):
        network(**many_words(network), channels=torch.ones(32, 8, 2))
        assert not unrolled
