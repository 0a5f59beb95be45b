"""What the gradients of an LSTM add up to on the way from nothing to a sample."""


def refusal(samples):
    """Say why the method cannot explain; it needs an LSTM."""
    return "later"
