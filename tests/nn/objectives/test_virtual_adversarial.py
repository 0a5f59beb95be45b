import torch

from sklstm.nn._runtime import seeded_generator
from sklstm.nn.objectives.perturbation import Perturbations, random_direction
from sklstm.nn.objectives.reading import Reading
from sklstm.nn.objectives.virtual_adversarial import VirtualAdversarial


def make_term(share):
    return VirtualAdversarial(1.0, share, seeded_generator(0))


def test_the_direction_is_that_of_highest_curvature(network, inputs, target):
    # Of two classes the curvature at x has one direction: the difference of the
    # columns of W, at every time step alike, up or down.
    reading = Reading(network, inputs)
    share = 1e-3
    start = torch.randn(reading.steps.shape).double()
    found = make_term(share).perturbation(reading, (None, target[1]), start)
    steepest = (network.weight[:, 0] - network.weight[:, 1]).detach()
    changes = Perturbations(reading.steps, reading.is_step, share)
    expected = changes.along_gradient(steepest.expand_as(reading.steps))
    signs = torch.sign((found * expected).sum(dim=(0, 2)))
    torch.testing.assert_close(
        found, expected * signs.view(1, -1, 1), rtol=1e-3, atol=0
    )


def test_the_divergence_is_that_of_the_curvature(network, inputs, target):
    # To second order 1/2 p (1 - p) z², where z is the change of the log-odds.
    reading = Reading(network, inputs)
    weights = target[1]
    term = make_term(1e-3)
    value = term(reading, (None, weights))
    term.generator.manual_seed(0)
    start = random_direction(reading.steps, term.generator)
    change = term.perturbation(reading, (None, weights), start)
    lengths = inputs["lengths"].unsqueeze(1)
    moved = change.sum(dim=0) / lengths @ (network.weight[:, 0] - network.weight[:, 1])
    p = reading.logits.softmax(dim=1)[:, 0]
    expected = (weights * p * (1 - p) * moved**2 / 2).mean()
    torch.testing.assert_close(value, expected, rtol=1e-2, atol=0)


def test_the_first_answer_is_held_fixed(network, inputs, target):
    term = make_term(0.5)
    term(Reading(network, inputs), target).backward()
    term.generator.manual_seed(0)
    reading = Reading(network, inputs)
    start = random_direction(reading.steps, term.generator)
    change = term.perturbation(reading, target, start)
    # The gradient of the divergence to the second logits is q - p.
    p = reading.logits.softmax(dim=1)
    q = reading.perturbed(change).softmax(dim=1)
    lengths = inputs["lengths"].unsqueeze(1)
    steps = (reading.steps + change) * reading.is_step.unsqueeze(2)
    means = steps.sum(dim=0) / lengths  # (B, F)
    weighted = (q - p) * target[1].unsqueeze(1) / len(means)
    torch.testing.assert_close(network.weight.grad, (means.T @ weighted).detach())


def test_labels_do_not_matter(network, inputs, target):
    labels, weights = target
    reading = Reading(network, inputs)
    with_labels = make_term(0.5)(reading, (labels, weights))
    without = make_term(0.5)(reading, (None, weights))
    assert with_labels == without
    assert not VirtualAdversarial.needs_labels
