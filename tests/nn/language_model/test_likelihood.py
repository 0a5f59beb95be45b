import numpy as np
import pytest
import torch
import torch.nn.functional as F

from sklstm.nn._runtime import seeded_generator
from sklstm.nn.language_model import likelihood
from sklstm.nn.language_model.candidates import Candidates
from sklstm.nn.language_model.network import LanguageModelNetwork, initialize

N_CODES = 30
LENGTHS = torch.tensor([5, 0, 3, 8])
CODES = torch.randint(0, N_CODES, (4, 1, 8), generator=seeded_generator(1))
CODES = CODES * (torch.arange(8) < LENGTHS[:, None, None])
BATCH = {"codes": CODES, "lengths": LENGTHS}
WEIGHTS = torch.tensor([1.0, 0.5, 2.0, 0.5])
TARGET = (torch.zeros(4, dtype=torch.long), WEIGHTS)


def network(bidirectional=True, **parameters):
    settings = {
        "table_size": (N_CODES, 6),
        "hidden_size": 5,
        "n_layers": 1,
        "bidirectional": bidirectional,
        "dropout": 0.0,
        "embedding_dropout": 0.0,
        "word_dropout": 0.0,
        "fine_tune": True,
    }
    made = LanguageModelNetwork(**{**settings, **parameters})
    counts = torch.arange(1.0, N_CODES + 2)
    initialize(made, seeded_generator(0), torch.log(counts / counts.sum()))
    with torch.no_grad():
        for parameter in made.parameters():
            parameter.mul_(3)
    return made


def loss_of(n_candidates, net):
    counts = np.arange(1, N_CODES + 2)
    drawn = Candidates(counts, n_candidates, seeded_generator(0))
    loss = likelihood.CandidateCrossEntropy(drawn)
    return loss(loss.read(net, BATCH), TARGET)


def full_loss(net):
    """The loss over all symbols, as torch writes it."""
    wanted, predicted = net.symbols(**BATCH), net(**BATCH)
    table = torch.cat([net.tables[0].weight, net.end])
    scores = predicted @ table.t() + net.biases.weight[:, 0]
    losses = F.cross_entropy(scores, wanted.flatten(), reduction="none")
    time = torch.arange(9)[:, None]
    weights = WEIGHTS.expand(9, 4)[time <= LENGTHS]
    return (losses.view_as(wanted) * weights).mean()


def gradients(loss, net):
    given = torch.autograd.grad(loss, list(net.parameters()))
    names = [name for name, _ in net.named_parameters()]
    dense = [part.to_dense() if part.is_sparse else part for part in given]
    return dict(zip(names, dense, strict=True))


@pytest.mark.parametrize("bidirectional", [False, True])
def test_with_all_candidates_it_is_the_full_softmax(bidirectional):
    net = network(bidirectional)
    loss, expected = loss_of(100, net), full_loss(net)
    torch.testing.assert_close(loss, expected)
    of_all = gradients(expected, net)
    for name, gradient in gradients(loss, net).items():
        torch.testing.assert_close(gradient, of_all[name], msg=name)


def test_rows_are_computed_in_blocks(monkeypatch):
    net = network()
    expected = gradients(loss_of(100, net), net)
    monkeypatch.setattr(likelihood, "_ROWS_ON_CPU", 7)
    monkeypatch.setattr(likelihood, "_COLUMN_UNIT", 4)
    for name, gradient in gradients(loss_of(100, net), net).items():
        torch.testing.assert_close(gradient, expected[name], msg=name)


def test_with_few_candidates_the_gradient_is_near_the_full_one_on_average():
    net = network()
    expected = gradients(full_loss(net), net)
    counts = np.arange(1, N_CODES + 2)
    loss = likelihood.CandidateCrossEntropy(Candidates(counts, 10, seeded_generator(0)))
    total = dict.fromkeys(expected, 0.0)
    for _ in range(300):
        drawn = gradients(loss(loss.read(net, BATCH), TARGET), net)
        total = {name: total[name] + drawn[name] for name in total}
    for name, gradient in expected.items():
        error = (total[name] / 300 - gradient).norm() / gradient.norm()
        assert error < 0.05, name


def test_the_loss_in_bfloat16_is_near_that_in_float32():
    net = network()
    expected, loss = loss_of(10, net), None
    net.bfloat16 = True
    predicted = net(**BATCH)
    counts = np.arange(1, N_CODES + 2)
    drawn = Candidates(counts, 10, seeded_generator(0))
    loss = likelihood.CandidateCrossEntropy(drawn)((net, BATCH, predicted), TARGET)
    torch.testing.assert_close(loss, expected, rtol=0.02, atol=0)


@pytest.mark.parametrize("bidirectional", [False, True])
def test_log_likelihood_is_that_of_the_symbols_one_by_one(bidirectional):
    net = network(bidirectional).eval()
    with torch.no_grad():
        given = likelihood.log_likelihoods(net, **BATCH)
        for row, length in enumerate(LENGTHS.tolist()):
            codes, expected = CODES[row : row + 1], 0.0
            symbols = [*codes[0, 0, :length].tolist(), N_CODES]
            for t, symbol in enumerate(symbols):
                read = {"codes": codes, "lengths": torch.tensor([t])}
                shares = likelihood.next_probabilities(net, **read)
                assert float(shares.sum()) == pytest.approx(1)
                expected += float(shares[0, symbol].log())
            assert float(given[row]) == pytest.approx(expected, abs=1e-4)


def test_log_likelihoods_do_not_depend_on_how_many_are_computed_at_a_time(monkeypatch):
    net = network().eval()
    with torch.no_grad():
        expected = likelihood.log_likelihoods(net, **BATCH)
        monkeypatch.setattr(likelihood, "_BLOCK_ON_CPU", (3, 7))
        given = likelihood.log_likelihoods(net, **BATCH)
        torch.testing.assert_close(given, expected, rtol=1e-5, atol=1e-5)
