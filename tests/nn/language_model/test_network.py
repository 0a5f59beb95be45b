import pytest
import torch

from sklstm.nn._recurrent import reversal
from sklstm.nn._runtime import seeded_generator
from sklstm.nn._sequence_network import SequenceNetwork
from sklstm.nn.language_model.network import LanguageModelNetwork, initialize

LENGTHS = torch.tensor([3, 0, 2])
CODES = torch.tensor([[[1, 2, 3, 0]], [[0, 0, 0, 0]], [[4, 5, 0, 0]]])
END = 6


def network(**parameters):
    settings = {
        "table_size": (6, 4),
        "hidden_size": 5,
        "n_layers": 1,
        "bidirectional": True,
        "dropout": 0.0,
        "embedding_dropout": 0.0,
        "word_dropout": 0.0,
        "fine_tune": True,
    }
    made = LanguageModelNetwork(**{**settings, **parameters})
    initialize(made, seeded_generator(0), torch.zeros(7))
    return made


def predicted(net, codes):
    """What is predicted of one sequence, (D, T + 1, E): as each direction reads it."""
    with torch.no_grad():
        padded = torch.tensor([[[*codes, 0]]])
        given = net(padded, torch.tensor([len(codes)]))
    return given.view(len(net.readouts), len(codes) + 1, -1)


def test_symbols_are_what_comes_next_in_either_direction():
    forward, backward = network().symbols(CODES, LENGTHS)
    # All first symbols, then all second ones: sequences stand side by side.
    assert forward.tolist() == [1, END, 4, 2, 5, 3, END, END]
    assert backward.tolist() == [3, END, 5, 2, 4, 1, END, END]


def test_rows_are_predicted_in_the_order_of_the_symbols():
    net = network()
    with torch.no_grad():
        together = net(CODES, LENGTHS).view(2, 8, 4)
    alone = [predicted(net, [1, 2, 3]), predicted(net, []), predicted(net, [4, 5])]
    # Places of sequence and step in the order above.
    steps = [(0, 0), (1, 0), (2, 0), (0, 1), (2, 1), (0, 2), (2, 2), (0, 3)]
    for place, (row, step) in enumerate(steps):
        expected = alone[row][:, step]
        torch.testing.assert_close(together[:, place], expected, msg=str(place))


@pytest.mark.parametrize("n_layers", [1, 2, 3])
def test_no_direction_sees_what_it_predicts(n_layers):
    net = network(n_layers=n_layers)
    forward, backward = predicted(net, [1, 2, 3, 4])
    forward_too, _ = predicted(net, [1, 2, 3, 5])
    _, backward_too = predicted(net, [5, 2, 3, 4])
    # Before the changed code is read nothing changes, afterwards something does.
    torch.testing.assert_close(forward[:4], forward_too[:4])
    torch.testing.assert_close(backward[:4], backward_too[:4])
    assert not torch.allclose(forward[4], forward_too[4])
    assert not torch.allclose(backward[4], backward_too[4])


@pytest.mark.parametrize("bidirectional", [False, True])
def test_one_layer_fits_into_the_network_of_a_classifier(bidirectional):
    net = network(bidirectional=bidirectional).eval()
    classifier = SequenceNetwork(
        table_sizes=[(6, 4)],
        n_channels=0,
        n_static_features=0,
        n_classes=2,
        hidden_size=5,
        n_layers=1,
        bidirectional=bidirectional,
        pooling=("attention",),
        dropout=0.0,
        embedding_dropout=0.0,
        word_dropout=0.0,
        fine_tune=True,
    ).eval()
    result = classifier.load_state_dict(net.state_dict(), strict=False)
    left = {name.partition(".")[0] for name in result.missing_keys}
    assert left == {"pooling", "head"}
    over = {name.partition(".")[0] for name in result.unexpected_keys}
    assert over == {"readouts", "end", "biases"}
    with torch.no_grad():
        steps = classifier.embed(CODES)
        states = classifier.lstm.read(steps, reversal(LENGTHS, 4))
        for one, other in zip(states, net.states(CODES, LENGTHS), strict=True):
            torch.testing.assert_close(one, other)


def test_it_opens_by_expecting_every_symbol_as_often_as_it_occurs():
    net = network()
    initialize(net, seeded_generator(0), torch.arange(7.0))
    assert net.bias(torch.tensor([2, 6])).tolist() == [2.0, 6.0]


def test_word_dropout_falls_on_what_is_read():
    net = network(word_dropout=0.9, generator=seeded_generator(0)).train()
    usual = net.symbols(CODES, LENGTHS)
    unknown, _ = net.states(torch.zeros_like(CODES), LENGTHS)
    read = torch.stack([net.states(CODES, LENGTHS)[0][0, 0] for _ in range(50)])
    is_unknown = (read - unknown[0, 0]).abs().sum(dim=1) < 1e-6
    assert 0.7 < is_unknown.float().mean() < 1
    assert net.symbols(CODES, LENGTHS).equal(usual)


def test_gradients_of_tables_are_sparse():
    net = network()
    symbols = torch.tensor([1, 3, END])
    (net.vectors(symbols).sum() + net.bias(symbols).sum()).backward()
    assert net.tables[0].weight.grad.coalesce().indices().tolist() == [[1, 3]]
    assert net.biases.weight.grad.coalesce().indices().tolist() == [[1, 3, END]]
