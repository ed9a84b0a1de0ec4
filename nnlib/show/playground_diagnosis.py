"""One sentence on how a run is doing: why it diverged, why it stalls, or that it learns."""

from __future__ import annotations

import math

import numpy as np

from nnlib._checks import Array
from nnlib.show.playground_session import Session

WINDOW = 20  # epochs looked back on
FLAT = 0.02  # a loss that fell by less than this share over the window stands still
SATURATED = 0.01  # of its largest slope: less, and a unit hardly passes a gradient on
CHANCE = 0.6  # accuracy below which nothing has been learned yet


@np.errstate(over="ignore", invalid="ignore")
def diagnose(session: Session) -> tuple[str, str]:
    """Return a word (diverged, growing, dead, ...) and the sentence for the learner."""
    if session.diverged:
        return "diverged", _diverged(session)
    if session.updates == 0:
        return "ready", _ready(session)
    for check in (_growing, _symmetric, _dead, _saturated, _stalled, _overfit, _jumping):
        found = check(session)
        if found:
            return check.__name__[1:], found
    return _progress(session)


def _diverged(session: Session) -> str:
    s = session.settings
    where = f"Diverged in epoch {session.epochs + 1}: the loss is no longer a finite number."
    return f"{where} The rate {s.rate:g} is too large for {s.optimizer} here: try {s.rate / 10:g}."


def _ready(session: Session) -> str:
    n = session.net.theta.size
    return f"{n} parameters, {len(session.y_train)} training points. Press Play or Step."


def _growing(session: Session) -> str:
    losses = session.curves["train_loss"]
    if losses[-1] > 2 and losses[-1] > 3 * losses[0]:
        return (
            f"The loss is {losses[-1]:.3g}, and was {losses[0]:.3g} at the start: steps overshoot. "
            f"The rate {session.settings.rate:g} is too large for {session.settings.optimizer}."
        )
    return ""


def _symmetric(session: Session) -> str:
    """Units that started equal stay equal."""
    if session.settings.init != "zeros" or not session.settings.hidden:
        return ""
    weight = session.dense()[0].weight
    if weight.shape[1] > 1 and np.ptp(weight, axis=1).max() == 0:
        return (
            "All units of a layer are equal: with weights that start at zero they get the same "
            "gradient for ever. Choose another initialization."
        )
    return ""


def dead_units(session: Session) -> list[Array]:
    """Return, for each hidden layer, which ReLU units give 0 for every training point."""
    columns = session.unit_values(session.x_train)[1:-1]
    if session.settings.activation != "relu":
        return [np.zeros(out.shape[1], dtype=bool) for out in columns]
    return [np.asarray((out <= 0).all(axis=0)) for out in columns]


def _saturated_units(session: Session) -> list[Array]:
    """Return, for each hidden layer of tanh or sigmoid, which units sit on their flat ends."""
    slopes = {"tanh": lambda a: 1 - a**2, "sigmoid": lambda a: 4 * a * (1 - a)}
    slope = slopes.get(session.settings.activation)
    if slope is None:
        return []
    columns = session.unit_values(session.x_train)[1:-1]
    return [np.asarray((slope(out) < SATURATED).mean(axis=0) > 0.9) for out in columns]


def _dead(session: Session) -> str:
    layers = dead_units(session)
    n_dead, n_units = sum(int(d.sum()) for d in layers), sum(d.size for d in layers)
    for i, dead in enumerate(layers, start=1):
        if dead.all():
            return (
                f"Stalled: all {dead.size} ReLU units of layer {i} are dead. They give 0 for every "
                "training point, so no gradient passes. Reset with a smaller rate or leaky."
            )
    if n_units and n_dead >= n_units / 4:
        return (
            f"{n_dead} of {n_units} ReLU units are dead: 0 for every training point, no gradient, "
            "no way back. A smaller rate or leaky ReLU keeps them alive."
        )
    return ""


def _saturated(session: Session) -> str:
    layers = _saturated_units(session)
    for i, saturated in enumerate(layers, start=1):
        if saturated.mean() > 0.5 and not _solved(session):
            return (
                f"Layer {i} is saturated: {saturated.sum()} of its {saturated.size} "
                f"{session.settings.activation} units sit on their flat ends, where the slope is "
                "nearly 0. Smaller rate or initial weights."
            )
    return ""


def _stalled(session: Session) -> str:
    losses, s = session.curves["train_loss"], session.settings
    accuracy = session.curves["train_accuracy"][-1]
    fallen = _fallen(losses)
    if fallen is None or fallen > FLAT or accuracy > CHANCE:
        return ""
    start = f"At chance: {accuracy:.0%} of the training points right and the loss stands still."
    if not s.hidden:
        return f"{start} Without a hidden layer the border is a line in the features you chose."
    why = _faded(session)
    if why:
        return f"{start} {why}"
    if s.penalty != "none" and s.strength >= 0.03:
        return f"{start} The penalty {s.penalty} of {s.strength:g} holds the weights near 0."
    if session.optimizer.learning_rate < 1e-3:
        return f"{start} The steps are tiny: the rate is {session.optimizer.learning_rate:g}."
    return f"{start} Rate too large, too few units, or features that hide the classes."


def _faded(session: Session) -> str:
    """Say where the gradient is lost, if it is."""
    # One batch's gradient may happen to be small: the middle of those of the last epochs.
    norms = np.median(session.seen_norms, axis=0)
    if math.hypot(*norms) < 1e-3:
        if session.settings.loss == "mse":
            return "The sigmoid at the end is flat there, and mse passes no gradient: use entropy."
        return "The gradient has vanished: units are dead or saturated. Reset with a smaller rate."
    if len(norms) > 1 and norms[0] < 0.03 * norms[-1]:
        return (
            f"The gradient fades on its way back: {norms[0]:.1g} in the first layer, "
            f"{norms[-1]:.1g} in the last. Try another activation, or adam."
        )
    return ""


def _fallen(losses: list[float]) -> float | None:
    """Return the share by which the loss fell over the window; None before it is full."""
    if len(losses) <= WINDOW:
        return None
    before, now = np.median(losses[-WINDOW - 1 : -WINDOW + 4]), np.median(losses[-5:])
    return float(1 - now / before) if before > 0 else 0.0


def _overfit(session: Session) -> str:
    train, test = session.curves["train_loss"], session.curves["test_loss"]
    best = int(np.argmin(test))
    if len(test) > WINDOW and test[-1] > 1.25 * test[best] + 0.02 and train[-1] < train[best]:
        return (
            f"Overfitting: the test loss was lowest after epoch {best} ({test[best]:.3f}) and is "
            f"{test[-1]:.3f} now, while the training loss still falls."
        )
    return ""


def _jumping(session: Session) -> str:
    losses = np.array(session.curves["train_loss"][-WINDOW:])
    if len(losses) < WINDOW or _solved(session):
        return ""
    rises = np.diff(losses)
    if (rises > 0.1 * losses[:-1]).mean() > 0.3:
        return (
            f"The loss jumps up and down: the rate {session.optimizer.learning_rate:g} is near the "
            "edge of what is stable. A smaller one, or larger batches, calm it."
        )
    return ""


def _solved(session: Session) -> bool:
    goal = session.limit if session.limit is not None else 1.0
    return min(session.curves["test_accuracy"][-1], 1.0) >= min(goal, 0.995)


def _progress(session: Session) -> tuple[str, str]:
    losses = session.curves["train_loss"]
    if _solved(session):
        return "solved", f"Solved: as good as possible on the test points, loss {losses[-1]:.3f}."
    fallen = _fallen(losses)
    if fallen is None:
        return "learning", f"The training loss went from {losses[0]:.3f} to {losses[-1]:.3f}."
    if fallen < FLAT:
        return "flat", (
            f"The loss stands at {losses[-1]:.3f}: this network, these features and this rate "
            "have given what they can, or need patience."
        )
    return "learning", f"Learning: the training loss fell by {fallen:.0%} over {WINDOW} epochs."
