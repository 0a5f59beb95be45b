import torch

from sklstm.nn._dropout import dropout, locked_dropout


def generator(seed=0):
    return torch.Generator().manual_seed(seed)


def test_rate_zero_is_the_input_and_draws_nothing():
    values = torch.ones(2, 3)
    assert dropout(values, 0.0, None) is values
    assert locked_dropout(values, 0.0, None) is values


def test_kept_values_are_scaled_up_to_the_same_mean():
    dropped = dropout(torch.ones(100, 100), 0.25, generator())
    torch.testing.assert_close(
        dropped.unique(), torch.tensor([0.0, 4 / 3]), atol=1e-6, rtol=0
    )
    assert abs(dropped.mean() - 1) < 0.02


def test_locked_dropout_drops_the_same_features_at_every_step():
    dropped = locked_dropout(torch.ones(4, 3, 50), 0.5, generator())
    assert (dropped == dropped[0]).all()
    assert not torch.equal(dropped[0, 0], dropped[0, 1])


def test_global_generator_is_left_alone():
    state = torch.get_rng_state()
    dropout(torch.ones(5), 0.5, generator())
    assert torch.equal(torch.get_rng_state(), state)
