"""Learning-rate schedules: ``schedule(step)`` is the rate of update ``step``, counted from 0.

Plain functions of the step, so that a schedule can be drawn before it is used. ``fit`` sets the
optimizer's rate from it before each update.
"""

from __future__ import annotations

import math

from nnlib._checks import count, has, number
from nnlib.protocol import Configured


class Schedule(Configured):
    """Base of the schedules."""

    def __call__(self, step: int) -> float:
        """Return the learning rate of update number ``step`` (0 is the first)."""
        raise NotImplementedError


class StepDecay(Schedule):
    """Multiply the rate by ``factor`` after every ``every`` updates. PyTorch: ``StepLR``."""

    def __init__(self, learning_rate: float, every: int, factor: float = 0.1) -> None:
        self.learning_rate = number("learning_rate", learning_rate, above=0)
        self.every = count("every", every)
        self.factor = number("factor", factor, above=0)

    def __call__(self, step: int) -> float:
        return self.learning_rate * self.factor ** (step // self.every)


class Exponential(Schedule):
    """Multiply the rate by ``factor`` after every update. PyTorch: ``ExponentialLR``."""

    def __init__(self, learning_rate: float, factor: float = 0.999) -> None:
        self.learning_rate = number("learning_rate", learning_rate, above=0)
        self.factor = number("factor", factor, above=0)

    def __call__(self, step: int) -> float:
        return self.learning_rate * self.factor**step


class Cosine(Schedule):
    """Half a cosine from ``learning_rate`` down to ``lowest`` over ``n_steps``, then ``lowest``.

    Loshchilov & Hutter (2017), equation 5, without restarts. PyTorch: ``CosineAnnealingLR``,
    which rises again after ``T_max`` steps.
    """

    def __init__(self, learning_rate: float, n_steps: int, lowest: float = 0.0) -> None:
        self.learning_rate = number("learning_rate", learning_rate, above=0)
        self.n_steps = count("n_steps", n_steps)
        self.lowest = number("lowest", lowest, at_least=0, at_most=self.learning_rate)

    def __call__(self, step: int) -> float:
        return _half_cosine(self.learning_rate, self.lowest, min(step / self.n_steps, 1.0))


class WarmUp(Schedule):
    """Grow linearly to ``learning_rate`` over ``n_steps`` updates, then follow ``then``, if given.

    The first update already has the rate ``learning_rate / n_steps``; ``then`` starts at step 0.
    """

    def __init__(self, learning_rate: float, n_steps: int, then: Schedule | None = None) -> None:
        self.learning_rate = number("learning_rate", learning_rate, above=0)
        self.n_steps = count("n_steps", n_steps)
        self.then = has("then", then, "__call__", optional=True)

    def __call__(self, step: int) -> float:
        if step < self.n_steps:
            return self.learning_rate * (step + 1) / self.n_steps
        return self.learning_rate if self.then is None else self.then(step - self.n_steps)


class OneCycle(Schedule):
    """Up to ``learning_rate`` and far down again over ``n_steps``, both by half a cosine.

    Smith & Topin (2019).

    It starts at ``learning_rate / start_divisor``, peaks after ``rise`` of the steps and ends at
    the start divided by ``end_divisor``. PyTorch: ``OneCycleLR`` with its defaults.
    """

    def __init__(
        self,
        learning_rate: float,
        n_steps: int,
        rise: float = 0.3,
        start_divisor: float = 25.0,
        end_divisor: float = 1e4,
    ) -> None:
        self.learning_rate = number("learning_rate", learning_rate, above=0)
        self.n_steps = count("n_steps", n_steps, at_least=2)
        self.rise = number("rise", rise, above=0, below=1)
        self.start_divisor = number("start_divisor", start_divisor, at_least=1)
        self.end_divisor = number("end_divisor", end_divisor, at_least=1)

    def __call__(self, step: int) -> float:
        start = self.learning_rate / self.start_divisor
        peak, last = self.rise * self.n_steps - 1, self.n_steps - 1
        if step <= peak and peak > 0:
            return _half_cosine(start, self.learning_rate, step / peak)
        done = min((step - peak) / (last - peak), 1.0)
        return _half_cosine(self.learning_rate, start / self.end_divisor, done)


def _half_cosine(start: float, end: float, done: float) -> float:
    return end + (start - end) * 0.5 * (1 + math.cos(math.pi * done))
