"""The live figures of notebook 04c: what is left of a signal after many layers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from nnlib._checks import Array
from nnlib.show import style
from nnlib.show.explore import Update

Draw = Callable[[Any], Update]
# (activation, init, depth) -> activations, blames dL/dz and weight gradients, a list entry a layer
DeepPass = Callable[..., tuple[list[Array], list[Array], list[Array]]]

FLOOR, CEILING = 1e-24, 1e18


def norms(arrays: Sequence[Array]) -> Array:
    """Return the Euclidean norm of each array."""
    return np.array([np.linalg.norm(array) for array in arrays])


def gradient_norms(deep_pass: DeepPass) -> Draw:
    """Blame and weight gradients per layer: ``update(activation, init, depth)``.

    ``deep_pass(activation, init, depth)`` returns a list of activations, of blames dL/dz and of
    weight gradients, an entry a layer.
    """
    known: dict[Any, tuple[Array, Array]] = {}

    def measured(*setting: Any) -> tuple[Array, Array]:
        if setting not in known:
            _, blames, gradients = deep_pass(*setting)
            known[setting] = norms(blames), norms(gradients)
        return known[setting]

    def draw(figure: Any) -> Update:
        ax = figure.subplots()
        (weights,) = ax.plot([], [], "s", color=style.ORANGE, markersize=4)
        (blame,) = ax.plot([], [], "o-", color=style.BLUE)
        (bound,) = ax.plot([], [], ":", color=style.RED)
        ax.set(
            yscale="decades", ylim=(FLOOR, CEILING), xlim=(0.3, 30.7), xlabel="layer", ylabel="norm"
        )
        ax.text(29.7, 1e16, "blame dL/dz", color=style.BLUE, ha="right", va="top")
        ax.text(29.7, 1e13, "weight gradient dL/dW", color=style.ORANGE, ha="right", va="top")
        note = ax.text(29.7, 1e10, "", color=style.RED, ha="right", va="top")
        title = ax.set_title(" ")

        def update(activation: str, init: str, depth: int) -> str:
            deltas, gradients = measured(activation, init, depth)
            layers, ratio = np.arange(1, depth + 1), deltas[0] / deltas[-1]
            blame.set_data(layers, np.clip(deltas, FLOOR, CEILING))
            weights.set_data(layers, np.clip(gradients, FLOOR, CEILING))
            shown = activation == "sigmoid"
            factors = deltas[-1] * 0.25 ** (depth - layers)
            bound.set_data(layers if shown else [], factors if shown else [])
            note.set_text("a factor 0.25 a layer" if shown else "")
            fate = "vanishes" if ratio < 1e-3 else "explodes" if ratio > 1e3 else "survives"
            title.set_text(
                f"{activation}, {init}: the blame {fate}, layer 1 gets {ratio:.1e} of layer {depth}"
            )
            return (
                f"{activation}, {init}, {depth} layers: the blame {fate}; in layer 1 it is "
                f"{ratio:.1e} times that in layer {depth}. The weight gradients lie between "
                f"{gradients.min():.0e} and {gradients.max():.0e}."
            )

        return update

    return draw


def spread(width: int = 128, depth: int = 20, n: int = 128) -> Draw:
    """Size of the activations per layer for weights of std c / sqrt(n): ``update(activation, c)``.

    The size is the root mean square. The same random numbers serve every c.
    """
    rng = np.random.default_rng(0)
    x = rng.standard_normal((n, width)).astype(np.float32)
    draws = rng.standard_normal((depth, width, width)).astype(np.float32) / np.sqrt(
        np.float32(width)
    )
    bends: dict[str, Callable[[Array], Array]] = {
        "tanh": np.tanh,
        "relu": lambda z: np.maximum(z, 0),
        "identity": lambda z: z,
    }

    def sizes(activation: str, c: float) -> Array:
        a, found = x, [1.0]
        for weight in draws:
            a = bends[activation](a @ weight * np.float32(c))
            found.append(float(np.sqrt(np.mean(a * a))))
        return np.array(found)

    def draw(figure: Any) -> Update:
        ax = figure.subplots()
        (line,) = ax.plot([], [], "o-", color=style.BLUE)
        ax.axhline(1, color=style.PALE, linewidth=0.8)
        ax.set(yscale="decades", ylim=(1e-13, 1e8), xlim=(-0.5, depth + 0.5), xlabel="layer")
        ax.set(ylabel="root mean square of a", xticks=range(0, depth + 1, 5))
        title = ax.set_title(" ")

        def update(activation: str, c: float) -> str:
            found = np.maximum(sizes(activation, c), 1e-30)
            line.set_data(np.arange(depth + 1), found)
            title.set_text(
                f"{activation}, weights of std {c:.2f} / √n: layer {depth} has {found[-1]:.2g}"
            )
            return (
                f"{activation} with weights of standard deviation {c:.2f} / sqrt(n): the root mean "
                f"square of the activations goes from {found[0]:.1f} to {found[-1]:.2g} in "
                f"{depth} layers."
            )

        return update

    return draw


def histograms(deep_pass: DeepPass, depth: int = 5, bins: int = 120) -> Draw:
    """Activations and blames of every layer as histograms: ``update(activation, init)``.

    As in Glorot & Bengio (2010), figures 6 and 7. Each curve is scaled to the same height.
    """
    known: dict[Any, list[tuple[list[Array], float, float]]] = {}
    edges = np.linspace(-2.5, 2.5, bins + 1), np.linspace(-0.02, 0.02, bins + 1)

    def measured(*setting: Any) -> list[tuple[list[Array], float, float]]:
        """Curves, and the std of the first and last layer, of activations and of blames."""
        if setting not in known:
            known[setting] = [
                (_heights(arrays, at), float(arrays[0].std()), float(arrays[-1].std()))
                for arrays, at in zip(deep_pass(*setting, depth)[:2], edges, strict=True)
            ]
        return known[setting]

    def draw(figure: Any) -> Update:
        axes = figure.subplots(1, 2, sharey=True)
        lines = [[ax.plot([], [], color=style.BLUE)[0] for _ in range(depth)] for ax in axes]
        for ax, name in zip(axes, ("activation a", "blame dL/dz"), strict=True):
            ax.set(xlabel=name, ylim=(-0.1, depth + 0.3))
        axes[0].set(xlim=(-2.5, 2.5), yticks=range(depth))
        axes[0].set_yticklabels([f"layer {depth - i}" for i in range(depth)])
        axes[1].set(xlim=(-0.02, 0.02), xticks=(-0.02, -0.01, 0, 0.01, 0.02))
        titles = [ax.set_title(" ") for ax in axes]

        def update(activation: str, init: str) -> str:
            says = []
            for k, (curves, first, last) in enumerate(measured(activation, init)):
                for layer, height in enumerate(curves):
                    middle = (edges[k][1:] + edges[k][:-1]) / 2
                    lines[k][layer].set_data(middle, depth - 1 - layer + height)
                titles[k].set_text(f"std: layer 1 {first:.2g}, layer {depth} {last:.2g}")
                says.append(f"from {first:.2g} in layer 1 to {last:.2g} in layer {depth}")
            return (
                f"{activation} with {init}: the standard deviation of the activations goes "
                f"{says[0]}, that of the blame {says[1]}."
            )

        return update

    return draw


def _heights(arrays: Sequence[Array], edges: Array) -> list[Array]:
    """Return a histogram of each array, the highest bar scaled to 0.9."""
    counts = [np.histogram(array, edges)[0] for array in arrays]
    return [0.9 * count / max(int(count.max()), 1) for count in counts]


def symmetry(states: Mapping[str, Sequence[Array]], steps: Array) -> Draw:
    """The weights of the hidden units while a network learns: ``update(start, snapshot)``.

    ``states[start][i]`` holds the weights (2, n_units) after ``steps[i]`` steps.
    """

    def draw(figure: Any) -> Update:
        ax = figure.subplots()
        n_units = next(iter(states.values()))[0].shape[1]
        colors, markers = style.PALETTE[:n_units], ("o", "^", "s", "D", "v")
        trails = [ax.plot([], [], color=color, linewidth=1)[0] for color in colors]
        # Open markers of falling size: units on the same spot stay visible inside each other.
        dots = [
            ax.plot([], [], m, color=c, markersize=15 - 3 * i, fillstyle="none", zorder=3)[0]
            for i, (c, m) in enumerate(zip(colors, markers, strict=False))
        ]
        ax.set(xlim=(-3.9, 3.9), ylim=(-3.9, 3.9), aspect="equal")
        ax.set(xlabel="weight from $x_1$", ylabel="weight from $x_2$")
        title = ax.set_title(" ")

        def update(start: str, snapshot: int) -> str:
            path = np.array(states[start][: snapshot + 1])  # (snapshots, 2, units)
            for unit in range(n_units):
                trails[unit].set_data(path[:, 0, unit], path[:, 1, unit])
                dots[unit].set_data(path[-1:, 0, unit], path[-1:, 1, unit])
            different = len(np.unique(path[-1].round(6), axis=1).T)
            kinds = f"{different} kind{'s' * (different > 1)}"
            title.set_text(f"{start}, step {steps[snapshot]}: {n_units} units of {kinds}")
            return (
                f"Start {start}, after {steps[snapshot]} steps: the {n_units} hidden units have "
                f"{different} different pairs of weights."
            )

        return update

    return draw


def blame_norms(scale: float, depth: int = 50, width: int = 32, n: int = 32) -> dict[str, Array]:
    """Return the norm of dL/da before each layer for a plain and a residual tanh network.

    Plain: a = tanh(a W). Residual: a = a + tanh(a W). Weights have the standard deviation
    ``scale`` / sqrt(width); the blame that comes in at the end has norm 1.
    """
    found = {}
    for name, keep in (("plain", 0.0), ("residual", 1.0)):
        rng = np.random.default_rng(0)
        a = rng.standard_normal((n, width))
        weights = scale * rng.standard_normal((depth, width, width)) / np.sqrt(width)
        slopes = []
        for weight in weights:
            branch = np.tanh(a @ weight)
            slopes.append(1 - branch**2)
            a = keep * a + branch
        g = rng.standard_normal((n, width))
        g /= np.linalg.norm(g)
        sizes = [1.0]
        for weight, slope in zip(weights[::-1], slopes[::-1], strict=True):
            g = keep * g + (g * slope) @ weight.T
            sizes.append(float(np.linalg.norm(g)))
        found[name] = np.array(sizes[::-1])
    return found


def residual(figure: Any) -> Update:
    """The blame on its way back through 50 layers, plain and residual: ``update(scale)``."""
    ax = figure.subplots()
    lines = {
        name: ax.plot([], [], color=color)[0]
        for name, color in (("plain", style.GRAY), ("residual", style.BLUE))
    }
    labels = {
        name: ax.text(-1.2, 1, name, color=line.get_color(), va=va, clip_on=False)
        for (name, line), va in zip(lines.items(), ("top", "bottom"), strict=True)
    }
    ax.axhline(1, color=style.PALE, linewidth=0.8)
    ax.set(yscale="decades", ylim=(1e-24, 1e10), xlim=(50.5, -0.5))
    ax.set(xlabel="layer (the blame comes in on the left)", ylabel="norm of dL/da")
    title = ax.set_title(" ")

    def update(scale: float) -> str:
        found = blame_norms(scale)
        for name, line in lines.items():
            line.set_data(np.arange(51), np.maximum(found[name], 1e-30))
            labels[name].set_position((-1.2, max(found[name][0], 1e-23)))
        plain, with_path = found["plain"][0], found["residual"][0]
        title.set_text(f"at layer 0: plain {plain:.0e}, residual {with_path:.2g}")
        return (
            f"Weights of standard deviation {scale:.2f} / sqrt(n): of a blame of norm 1, the plain "
            f"network of 50 layers hands {plain:.0e} to its input, the residual one "
            f"{with_path:.2g}."
        )

    return update
