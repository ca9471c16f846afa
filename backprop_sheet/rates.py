"""The learning rates that the exercise compares."""

RATES = (0.1, 0.2, 0.5, 0.8, 1.0, 2.0)
