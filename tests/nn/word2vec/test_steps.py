from itertools import cycle, islice

import numpy as np
import pytest
import torch
from torch.nn.functional import logsigmoid

from sklstm.nn._runtime import torch_threads
from sklstm.nn.word2vec.steps import CBOWTrainer, SkipGramTrainer
from sklstm.nn.word2vec.tables import (
    Table,
    _group_on_gpu,
    group_by_row,
    slope_of_log_logistic_,
)

N_CODES, SIZE, WINDOW, NEGATIVE = 30, 5, 3, 4
CPU = torch.device("cpu")


def make_trainer(cls, *, counts=None, seed=0, subsample=0, window=WINDOW, size=SIZE):
    rng = np.random.default_rng(seed)
    counts = np.arange(N_CODES, 0, -1) if counts is None else counts
    shape = (len(counts), size)
    vectors = [rng.normal(size=shape).astype(np.float32) for _ in range(2)]
    squares = [np.zeros(len(counts), np.float32) for _ in range(2)]
    return cls(
        vectors,
        squares,
        counts,
        window=window,
        negative=NEGATIVE,
        subsample=subsample,
        generator=torch.Generator().manual_seed(seed),
        device=CPU,
    )


def make_documents(lengths, seed=0):
    rng = np.random.default_rng(seed)
    codes = rng.integers(1, N_CODES, sum(lengths)).astype(np.int32)
    return codes, np.array(lengths)


def neighbours(codes, i, reach):
    for j in range(max(0, i - reach), min(len(codes), i + reach + 1)):
        if j != i:
            yield codes[j], abs(j - i)


def skip_gram_objective(inputs, outputs, codes, i, negatives, reach):
    total = 0.0
    for context, distance in neighbours(codes, i, WINDOW):
        weight = (WINDOW + 1 - distance) / WINDOW  # of all reaches, those that take it
        total += weight * logsigmoid(inputs[codes[i]] @ outputs[context])
        misses = logsigmoid(-(outputs[negatives] @ inputs[codes[i]]))
        total += weight * NEGATIVE * misses.mean()
    return total


def cbow_objective(inputs, outputs, codes, i, negatives, reach):
    around = [context for context, _ in neighbours(codes, i, reach)]
    if not around:
        return 0.0
    mean = inputs[around].mean(dim=0)
    hit = logsigmoid(mean @ outputs[codes[i]])
    return hit + NEGATIVE * logsigmoid(-(outputs[negatives] @ mean)).mean()


@pytest.mark.parametrize(
    "cls, objective",
    [(SkipGramTrainer, skip_gram_objective), (CBOWTrainer, cbow_objective)],
)
@pytest.mark.parametrize(
    "lengths", [[1, 7, 0, 40, 2, 3], [150], [1] * 40, [200, 9, 1, 300]]
)
def test_gradients_equal_those_of_the_written_objective(cls, objective, lengths):
    trainer = make_trainer(cls)
    codes, lengths = make_documents(lengths)
    trainer.step_size = 128  # of one group
    padded, reaches = trainer.prepare(codes, lengths)
    assert len(reaches) == 128 * -(-len(codes) // 128)
    negatives = trainer.draw_negatives(len(reaches))
    steps = trainer.split_into_steps(padded, negatives, reaches)
    tables = [trainer.inputs.vectors, trainer.outputs.vectors]
    got = [torch.zeros_like(table) for table in tables]
    # The widest first: the windows share their memory.
    windows = list(islice(cycle(trainer.windows[::-1]), len(steps[0])))
    for window, *step in zip(windows, *steps, strict=True):
        pulls = trainer.compute_gradients(window, *step)
        for sums, used, (gradients, weights) in zip(got, step[:2], pulls, strict=True):
            weights = torch.ones(len(used)) if weights is None else weights
            sums.index_add_(0, used, gradients * weights[:, None])
    inputs, outputs = (table.clone().requires_grad_() for table in tables)
    total, first = 0.0 * (inputs.sum() + outputs.sum()), 0
    for document in np.split(codes.astype(int), np.cumsum(lengths)[:-1]):
        for i in range(len(document)):
            step = (first + i) // 128
            reach = windows[step].errors.shape[1] // 2
            shared = negatives[step]
            total = total + objective(inputs, outputs, document, i, shared, reach)
        first += len(document)
    total.backward()
    for sums, wanted in zip(got, (inputs, outputs), strict=True):
        torch.testing.assert_close(sums, wanted.grad, rtol=1e-4, atol=1e-4)


def test_every_reach_is_drawn_as_often_as_every_other():
    trainer = make_trainer(CBOWTrainer)
    drawn = [window.errors.shape[1] // 2 for window in trainer.draw_windows(30)]
    for start in range(0, 30, WINDOW):
        assert sorted(drawn[start : start + WINDOW]) == list(range(1, WINDOW + 1))
    assert len({tuple(drawn[i : i + WINDOW]) for i in range(0, 30, WINDOW)}) > 1
    assert len(trainer.draw_windows(WINDOW + 1)) == WINDOW + 1


def test_window_wider_than_a_block():
    # In 60 tokens two tokens are d apart 2 * (60 - d) times, each with the weight
    # (W + 1 - d) / W up to d = W = 34.
    trainer = make_trainer(SkipGramTrainer, window=34)
    _, reaches = trainer.prepare(*make_documents([60]))
    d = np.arange(1, 35)
    expected = (2 * (60 - d) * (35 - d) / 34).sum()
    (window,) = trainer.windows
    assert window.n_pairs[reaches].sum() == pytest.approx(expected)


def test_adagrad_step_by_hand():
    # One row with gradients (3, 4): mean square 12.5, so the step is
    # 0.1 * (3, 4) / sqrt(12.5), and the same gradient again 0.1 * (3, 4) / 5.
    # It comes as the sum of (1, 1) and (2, 3), from two uses of the row.
    vectors = np.zeros((3, 2), np.float32)
    table = Table(vectors, np.zeros(3, np.float32), CPU)
    gradient = torch.tensor([[3.0, 4.0]])
    (uses,) = group_by_row(torch.tensor([[2, 1, 2]]))
    for expected in (0.1 / 12.5**0.5, 0.1 / 12.5**0.5 + 0.1 / 5):
        gradients = torch.tensor([[1.0, 1.0], [0.0, 0.0], [2.0, 3.0]])
        table.climb(uses, gradients, learning_rate=0.1)
        torch.testing.assert_close(table.vectors[2], expected * gradient[0])
    assert not table.vectors[:2].any()
    assert not vectors.any()  # It has a copy.


@pytest.mark.parametrize("table", ["inputs", "outputs"])
def test_rates_fall_from_step_to_step(monkeypatch, table):
    trainer = make_trainer(CBOWTrainer)
    rates = []
    monkeypatch.setattr(
        getattr(trainer, table),
        "climb",
        lambda *_, learning_rate: rates.append(learning_rate),
    )
    trainer.train(*make_documents([500]), (0.1, 0.06))  # in four steps
    assert rates == pytest.approx([0.1, 0.09, 0.08, 0.07])


def test_negatives_follow_the_noise_distribution():
    counts = np.array([99, 16, 1, 81])
    trainer = make_trainer(SkipGramTrainer, counts=counts)
    drawn = trainer.draw_negatives(128 * 1_000)
    share = np.bincount(drawn.ravel(), minlength=4) / drawn.numel()
    # 16 ** 0.75 = 8, 1 and 81 ** 0.75 = 27 of 36; code 0 is never drawn.
    np.testing.assert_allclose(share, [0, 8 / 36, 1 / 36, 27 / 36], atol=1e-4)


def test_subsampling_keeps_the_share_of_word2vec():
    # Share f = 0.9 at threshold t = 0.01: sqrt(t / f) + t / f = 0.1165.
    counts = np.array([0, 90_000, 10_000])
    trainer = make_trainer(SkipGramTrainer, counts=counts, subsample=0.01)
    codes = np.repeat(np.int32([1, 2]), [90_000, 10_000])
    kept, _ = trainer.prepare(codes, np.array([100_000]))
    assert (kept == 1).float().sum() / 90_000 == pytest.approx(0.1165, abs=0.005)
    assert (kept == 2).float().sum() / 10_000 == pytest.approx(0.4162, abs=0.02)


def test_unknown_tokens_are_left_out_before_windows_are_laid():
    trainer = make_trainer(SkipGramTrainer)
    codes = np.int32([3, 0, 4, 0, 5, 6])
    padded, reaches = trainer.prepare(codes, np.array([5, 1]))
    assert padded[: WINDOW + 5].tolist() == [0, 0, 0, 3, 4, 5, 6, 0]
    before_and_after = [divmod(int(reach), WINDOW + 1) for reach in reaches[:5]]
    assert before_and_after == [(0, 2), (1, 1), (2, 0), (0, 0), (0, 0)]


# Code and place fit into 32 bits, but for the last.
@pytest.mark.parametrize("factor", [1, 2**13 + 1, 2**24])
@pytest.mark.parametrize("shape", [(3, 500), (2, 1), (0, 40)])
def test_uses_are_grouped_by_row_as_they_come(factor, shape):
    codes = torch.from_numpy(np.random.default_rng(0).integers(0, 60, shape) * factor)
    steps = group_by_row(codes)
    assert len(steps) == len(codes)
    for step, (rows, order, starts) in zip(codes, steps, strict=True):
        assert sorted(rows.tolist()) == sorted(set(step.tolist()))
        for row, places in zip(
            rows, order.tensor_split(starts[1:].long()), strict=True
        ):
            assert places.tolist() == (step == row).nonzero().ravel().tolist()


def test_groups_on_a_gpu_are_those_on_the_cpu():
    codes = torch.from_numpy(np.random.default_rng(0).integers(0, 60, 500))
    (on_cpu,) = group_by_row(codes.unsqueeze(0))
    rows, order, starts = _group_on_gpu(codes)
    assert rows.tolist() == sorted(on_cpu.rows.tolist())
    for row, places in zip(rows, order.tensor_split(starts[1:].long()), strict=True):
        assert places.tolist() == (codes == row).nonzero().ravel().tolist()


def test_rows_are_dealt_out_so_that_each_part_has_as_many_uses():
    # Token k comes 600 / k times, so half of the uses are those of 12 of 300 tokens.
    codes = np.repeat(np.arange(1, 301), [600 // k for k in range(1, 301)])
    (uses,) = group_by_row(torch.from_numpy(codes[np.newaxis]))
    for n_threads in (2, 3, 4):
        n_rows = -(-len(uses.rows) // n_threads)
        shares = np.diff([*uses.starts[::n_rows].tolist(), len(codes)]) / len(codes)
        assert shares.max() < 1.5 / n_threads


def test_large_scores_are_pulled_by_one_or_nothing():
    scores = torch.tensor([-1e4, -100.0, 0.0, 100.0, 1e4])
    assert slope_of_log_logistic_(scores).tolist() == [1, 1, 0.5, 0, 0]


@pytest.mark.parametrize("n_threads", [2, 3, 5])
def test_threads_do_not_change_a_bit_of_the_logistic_function(n_threads):
    numbers = torch.randn(90_112, generator=torch.Generator().manual_seed(0))
    alone = slope_of_log_logistic_(numbers.clone())
    torch.testing.assert_close(alone, torch.sigmoid(-numbers))
    with torch_threads(n_threads):
        assert torch.equal(slope_of_log_logistic_(numbers.clone()), alone)


@pytest.mark.parametrize("cls", [SkipGramTrainer, CBOWTrainer])
def test_threads_do_not_change_a_bit(cls):
    results = []
    for n_threads in (1, 2, 3):
        counts = np.full(N_CODES, 30_000)  # enough for the largest step
        trainer = make_trainer(cls, counts=counts, window=5, size=128)
        assert trainer.step_size == 48 * 128
        with torch_threads(n_threads):
            trainer.train(*make_documents([50] * 400), (0.1, 0.05))
        results.append(trainer.result())
    for vectors, squares in results[1:]:
        np.testing.assert_array_equal(vectors, results[0][0])
        np.testing.assert_array_equal(squares, results[0][1])


@pytest.mark.parametrize("cls", [SkipGramTrainer, CBOWTrainer])
def test_nothing_to_train_on(cls):
    trainer = make_trainer(cls)
    before = trainer.inputs.vectors.clone()
    trainer.train(np.zeros(4, np.int32), np.array([4, 0]), (0.1, 0.1))
    trainer.train(np.empty(0, np.int32), np.empty(0, np.int64), (0.1, 0.1))
    assert torch.equal(trainer.inputs.vectors, before)


def test_code_0_is_never_trained():
    trainer = make_trainer(SkipGramTrainer)
    before = trainer.inputs.vectors[0].clone(), trainer.outputs.vectors[0].clone()
    trainer.train(*make_documents([50] * 4), (0.1, 0.1))
    assert torch.equal(trainer.inputs.vectors[0], before[0])
    assert torch.equal(trainer.outputs.vectors[0], before[1])
