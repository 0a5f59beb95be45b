"""Robustness: models asked about perturbed documents."""
