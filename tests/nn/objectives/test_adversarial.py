import torch

from sklstm.nn.objectives.adversarial import Adversarial
from sklstm.nn.objectives.cross_entropy import WeightedCrossEntropy
from sklstm.nn.objectives.reading import Reading

SHARE = 0.3


def test_the_direction_is_the_gradient_on_paper(network, inputs, target):
    reading = reading_of(network, inputs)
    change = Adversarial(WeightedCrossEntropy(), 1.0, SHARE).perturbation(
        reading, target
    )
    # Every step of a sequence has the gradient W (p - y), but for a factor.
    one_hot = torch.eye(2, dtype=torch.float64)[target[0]]
    gradient = (reading.logits.softmax(dim=1) - one_hot) @ network.weight.T  # (B, F)
    deviation = reading.steps[reading.is_step].std(dim=0, correction=0)
    direction = gradient * deviation
    direction = direction / direction.norm(dim=1, keepdim=True)
    expected = SHARE * 3**0.5 * direction * deviation  # the same at all T steps
    expected = expected * reading.is_step.unsqueeze(2)
    torch.testing.assert_close(change, expected.detach())


def test_it_raises_the_loss_as_far_as_the_gradient_says(network, inputs, target):
    label_loss = WeightedCrossEntropy()
    reading = reading_of(network, inputs)
    small = Adversarial(label_loss, 1.0, 1e-6)
    rise = small(reading, target) - label_loss(reading.logits, target)
    (gradient,) = torch.autograd.grad(label_loss(reading.logits, target), reading.steps)
    expected = (
        gradient * small.perturbation(reading_of(network, inputs), target)
    ).sum()
    torch.testing.assert_close(rise, expected, rtol=1e-4, atol=1e-12)
    assert rise > 0


def test_its_gradient_holds_the_perturbation_fixed(network, inputs, target):
    term = Adversarial(WeightedCrossEntropy(), 1.0, SHARE)
    term(reading_of(network, inputs), target).backward()
    change = term.perturbation(reading_of(network, inputs), target)

    def loss(weight):
        moved = {**inputs, "channels": inputs["channels"] + change.transpose(0, 1)}
        logits = type(network)(weight)(**moved)
        return WeightedCrossEntropy()(logits, target)

    expected = central_differences(loss, network.weight.detach())
    torch.testing.assert_close(network.weight.grad, expected, rtol=1e-6, atol=1e-9)


def reading_of(network, inputs):
    return Reading(
        network, {**inputs, "channels": inputs["channels"].clone().requires_grad_()}
    )


def central_differences(function, weight, step=1e-5):
    gradient = torch.zeros_like(weight)
    for place in range(weight.numel()):
        moved = torch.zeros_like(weight)
        moved.view(-1)[place] = step
        with torch.no_grad():
            rise = function(weight + moved) - function(weight - moved)
        gradient.view(-1)[place] = rise / (2 * step)
    return gradient
