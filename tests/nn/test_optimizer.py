import torch
from torch import nn

from sklstm.nn._optimizer import RowAdamW


def steps_of(optimizer_class, codes_by_step, *, sparse, **options):
    """Weights of a table after one step for each batch of codes."""
    table = nn.Embedding(4, 2, sparse=sparse)
    with torch.no_grad():
        table.weight.copy_(torch.arange(8.0).reshape(4, 2))
    optimizer = optimizer_class(table.parameters(), lr=0.1, **options)
    for codes in codes_by_step:
        optimizer.zero_grad()
        (table(torch.tensor(codes)) ** 2).sum().backward()
        optimizer.step()
    return table.weight.detach()


def test_rows_follow_torchs_sparse_adam():
    batches = [[0, 1, 1], [1, 3], [0, 0, 3]]
    mine = steps_of(RowAdamW, batches, sparse=True, weight_decay=0.5)
    theirs = steps_of(torch.optim.SparseAdam, batches, sparse=True)
    torch.testing.assert_close(mine, theirs)


def test_untouched_rows_stay():
    weights = steps_of(RowAdamW, [[0], [1]], sparse=True)
    assert weights[2:].tolist() == [[4.0, 5.0], [6.0, 7.0]]


def test_dense_parameters_follow_torchs_adamw():
    batches = [[0, 1, 1], [1, 3]]
    mine = steps_of(RowAdamW, batches, sparse=False, weight_decay=0.5)
    theirs = steps_of(torch.optim.AdamW, batches, sparse=False, weight_decay=0.5)
    torch.testing.assert_close(mine, theirs)


def test_first_step_by_hand():
    # Adam's first step is lr * g / (|g| + eps): 0.1 down for every positive gradient.
    weights = steps_of(RowAdamW, [[3]], sparse=True)
    torch.testing.assert_close(weights[3], torch.tensor([5.9, 6.9]))
