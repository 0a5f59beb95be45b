import numpy as np
import torch

from sklstm.nn._path_gradients import Path, _HighestOnPath


def test_cells_hold_their_nodes():
    for n_nodes in (1, 2, 12, 96):
        path = Path.of_legendre(n_nodes)
        assert (path.starts <= path.nodes).all() and (path.nodes <= path.stops).all()
        np.testing.assert_allclose(path.weights.sum(), 1, atol=1e-6)


def test_pieces_hold_each_node_once_and_its_neighbours():
    path = Path.of_legendre(12)
    pieces = list(path.pieces(5))
    assert [len(piece) for piece in pieces] == [6, 7, 3]
    found = torch.cat([piece.nodes[piece.weights > 0] for piece in pieces])
    assert torch.equal(found, path.nodes)
    assert torch.equal(pieces[1].nodes, path.nodes[4:11])


def test_cells_without_weight_are_neighbours_at_most():
    path = Path.of_legendre(9)
    wanted = torch.zeros(9)
    wanted[[0, 1, 6]] = 1
    (piece,) = Path(path.nodes, path.starts, path.stops, path.weights * wanted).pieces(
        5
    )
    assert torch.equal(piece.nodes, path.nodes[[0, 1, 2, 5, 6, 7]])
    assert torch.equal(piece.weights > 0, torch.tensor([1, 1, 0, 0, 1, 0]).bool())


def test_refined_cells_part_the_way_where_it_is_coarse():
    path = Path.of_legendre(3)
    finer, is_new = path.refined(torch.tensor([False, True, False]))
    assert is_new.tolist() == [False, True, True, True, True, False]
    edges = path.edges
    parts = edges[1] + (edges[2] - edges[1]) * torch.tensor([0.25, 0.5, 0.75])
    expected = torch.cat([edges[:2], parts, edges[2:]])
    np.testing.assert_allclose(finer.edges, expected, atol=1e-6)
    middles = (finer.starts + finer.stops)[1:5] / 2
    np.testing.assert_allclose(finer.nodes[1:5], middles, atol=1e-6)
    assert torch.equal(finer.nodes[[0, 5]], path.nodes[[0, 2]])
    np.testing.assert_allclose(finer.weights, finer.edges.diff(), atol=1e-6)


def gradients_of(states, path):
    """Gradients of one sample's highest state, (T, M), with regard to the states."""
    states = states.unsqueeze(2).requires_grad_()
    is_step = torch.ones(states.shape[:2], dtype=torch.bool)
    highest = _HighestOnPath.apply(states, is_step, path)
    (gradient,) = torch.autograd.grad(highest.sum(), states)
    assert torch.equal(highest, states.amax(dim=0))
    return gradient[:, :, 0]


def test_the_gradient_of_a_cell_is_shared_where_one_overtakes_another():
    # Two straight lines that cross at 0.3: nodes stand at 0.21 and 0.79, and their
    # cells meet at 0.5, so that the second line leads in 0.2 of the first cell's 0.5.
    path = Path.of_legendre(2)
    lines = torch.stack([0.3 - path.nodes, torch.zeros(2)])
    expected = [[0.6, 0.0], [0.4, 1.0]]
    np.testing.assert_allclose(gradients_of(lines, path), expected, atol=1e-6)
    # At 0.7 they cross in the second cell.
    lines = torch.stack([0.7 - path.nodes, torch.zeros(2)])
    expected = [[1.0, 0.4], [0.0, 0.6]]
    np.testing.assert_allclose(gradients_of(lines, path), expected, atol=1e-6)


def test_padding_and_equal_states_have_finite_gradients():
    path = Path.of_legendre(3)
    states = torch.zeros(4, 6, 1, requires_grad=True)
    is_step = torch.zeros(4, 6, dtype=torch.bool)
    is_step[:2, 3:] = True  # the first of two samples is empty
    highest = _HighestOnPath.apply(states, is_step, path)
    (gradient,) = torch.autograd.grad(highest[3:].sum(), states)
    assert torch.isfinite(gradient).all()
    np.testing.assert_allclose(gradient[:, 3:].sum(dim=0), 1)
    assert not gradient[2:].any()
