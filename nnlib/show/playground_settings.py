"""A setting of the playground: its fields and their limits, its short text, its nnlib code.

The text is ``key=value`` pairs, as in ``data=circles hidden=4,2 rate=0.03``; what is left out has
its default. It is read by rules, never evaluated, so that a text from anywhere does no harm.
"""

from __future__ import annotations

import difflib
import math
import re
from dataclasses import dataclass, fields, replace
from typing import Any

from nnlib._checks import choice, count, number
from nnlib.initializers import INITIALIZERS

DATA = ("spirals", "cmu", "circles", "xor", "moons", "blobs")
FEATURES = ("x1", "x2", "x1^2", "x2^2", "x1*x2", "sin(x1)", "sin(x2)")
ACTIVATIONS = {
    "relu": "ReLU",
    "leaky": "LeakyReLU",
    "tanh": "Tanh",
    "sigmoid": "Sigmoid",
    "elu": "ELU",
    "gelu": "GELU",
    "silu": "SiLU",
    "linear": "Identity",
}
LOSSES = {"entropy": "BinaryCrossEntropy", "focal": "Focal", "mse": "MSE"}
OPTIMIZERS = {
    "sgd": "SGD",
    "momentum": "Momentum",
    "nesterov": "Nesterov",
    "adagrad": "AdaGrad",
    "rmsprop": "RMSprop",
    "adam": "Adam",
    "amsgrad": "AMSGrad",
    "adamw": "AdamW",
}
SCHEDULES = ("constant", "step", "exponential", "cosine", "warmup", "onecycle")
PENALTIES = {"none": "", "L1": "L1", "L2": "L2"}
INITS = tuple(INITIALIZERS)

MOST_LAYERS, MOST_UNITS, MOST_TEXT = 4, 64, 500
WIDTHS = (1, 2, 3, 4, 5, 6, 7, 8, 12, 16, 24, 32, 48, 64)  # where the buttons lead

# What a run takes along when it is changed; any other change starts it anew.
LIVE = frozenset({"optimizer", "rate", "schedule", "penalty", "strength", "dropout", "batch"})


@dataclass(frozen=True)
class Settings:
    """All that decides a run. ``own`` stands for arrays that were passed to the playground.

    Noise is the standard deviation relative to the size of the figure, whose radius counts as 1.
    """

    data: str = "spirals"
    points: int = 400
    noise: float = 0.03
    test: float = 0.25
    features: tuple[str, ...] = ("x1", "x2")
    hidden: tuple[int, ...] = (8, 8)
    activation: str = "tanh"
    loss: str = "entropy"
    optimizer: str = "adam"
    rate: float = 0.03
    schedule: str = "constant"
    penalty: str = "none"
    strength: float = 0.001
    dropout: float = 0.0
    batchnorm: bool = False
    batch: int = 32
    init: str = "glorot"
    seed: int = 0

    def __post_init__(self) -> None:
        choice("data", self.data, (*DATA, "own"))
        for name, options in _CHOICES.items():
            choice(name, getattr(self, name), options)
        for name, (low, high) in COUNTS.items():
            if count(name, getattr(self, name), at_least=low) > high:
                raise ValueError(f"{name} must be at most {high}, got {getattr(self, name)}.")
        for name, (least, most) in NUMBERS.items():
            number(name, getattr(self, name), at_least=least, at_most=most)
        if not isinstance(self.batchnorm, bool):
            raise TypeError(f"batchnorm must be True or False, got {self.batchnorm!r}.")
        self._check_lists()

    def _check_lists(self) -> None:
        if not self.features:
            raise ValueError(f"features: at least one of {', '.join(FEATURES)} is needed.")
        for feature in self.features:
            choice("features", feature, FEATURES)
        if len(set(self.features)) < len(self.features):
            raise ValueError(f"features: {', '.join(self.features)} names one twice.")
        # In the order of the buttons, which know no other.
        object.__setattr__(self, "features", tuple(f for f in FEATURES if f in self.features))
        if len(self.hidden) > MOST_LAYERS:
            raise ValueError(
                f"hidden: at most {MOST_LAYERS} hidden layers, got {len(self.hidden)}."
            )
        for width in self.hidden:
            if count("hidden", width) > MOST_UNITS:
                raise ValueError(f"hidden: at most {MOST_UNITS} units a layer, got {width}.")

    def __str__(self) -> str:
        """Return the short text: what differs from the defaults, the data always."""
        return " ".join(
            f"{field.name}={_write(getattr(self, field.name))}"
            for field in fields(self)
            if field.name == "data" or getattr(self, field.name) != field.default
        )

    def changed(self, **values: Any) -> Settings:
        """Return a copy with other values."""
        return replace(self, **values)

    def differences(self, other: Settings) -> set[str]:
        """Return the names of the fields in which two settings differ."""
        names = (field.name for field in fields(self))
        return {name for name in names if getattr(self, name) != getattr(other, name)}


_CHOICES: dict[str, Any] = {
    "activation": ACTIVATIONS,
    "loss": LOSSES,
    "optimizer": OPTIMIZERS,
    "schedule": SCHEDULES,
    "penalty": PENALTIES,
    "init": INITS,
}
COUNTS = {"points": (20, 2000), "batch": (1, 2000), "seed": (0, 99)}
NUMBERS = {
    "noise": (0.0, 0.5),
    "test": (0.1, 0.9),
    "rate": (1e-6, 100.0),
    "strength": (0.0, 10.0),
    "dropout": (0.0, 0.9),
}
_KEYS = tuple(field.name for field in fields(Settings))
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?", re.ASCII)


def _write(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return ",".join(map(str, value)) or "none"
    return repr(value) if isinstance(value, float) else str(value)


def parse(text: str) -> Settings:
    """Read a short text; ValueError says which part of a bad one is wrong, and what to write."""
    if not isinstance(text, str):
        raise TypeError(f"a setting is a text such as 'data=circles rate=0.03', got {text!r}.")
    if len(text) > MOST_TEXT:
        raise ValueError(f"a setting has at most {MOST_TEXT} characters, this has {len(text)}.")
    values: dict[str, Any] = {}
    for part in text.split():
        key, equals, value = part.partition("=")
        if not equals or not value:
            raise ValueError(
                f"{part[:40]!r} is no key=value pair; a setting reads 'data=circles rate=0.03'."
            )
        if key not in _KEYS:
            raise ValueError(f"there is no setting {key[:40]!r}{_meant(key)}")
        if key in values:
            raise ValueError(f"{key} stands twice in the setting.")
        values[key] = _READERS[key](key, value)
    return Settings(**values)


def _meant(key: str) -> str:
    close = difflib.get_close_matches(key, _KEYS, 1)
    return f"; did you mean {close[0]!r}?" if close else f"; there are {', '.join(_KEYS)}."


def _word(key: str, text: str) -> str:
    return text


def _yes(key: str, text: str) -> bool:
    if text not in ("yes", "no"):
        raise ValueError(f"{key} must be yes or no, got {text[:40]!r}.")
    return text == "yes"


def _whole(key: str, text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise ValueError(f"{key} must be a whole number, got {text[:40]!r}.")
    return int(text)


def _real(key: str, text: str) -> float:
    if not _NUMBER.fullmatch(text) or not math.isfinite(float(text)):
        raise ValueError(f"{key} must be a number, got {text[:40]!r}.")
    return float(text)


def _words(key: str, text: str) -> tuple[str, ...]:
    return tuple(text.split(","))


def _wholes(key: str, text: str) -> tuple[int, ...]:
    return () if text == "none" else tuple(_whole(key, part) for part in text.split(","))


_READERS: dict[str, Any] = {
    **dict.fromkeys(("data", *_CHOICES), _word),
    **dict.fromkeys(COUNTS, _whole),
    **dict.fromkeys(NUMBERS, _real),
    "features": _words,
    "hidden": _wholes,
    "batchnorm": _yes,
}
