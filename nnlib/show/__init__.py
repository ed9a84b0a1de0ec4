"""What draws, and what you touch. Needs matplotlib and ipywidgets; ``import nnlib`` does not."""

from nnlib.show import diagrams, plots, style
from nnlib.show.check import check
from nnlib.show.explore import explore
from nnlib.show.picture import picture
from nnlib.show.player import play
from nnlib.show.playground import playground
from nnlib.show.quiz import quiz

__all__ = [
    "check",
    "diagrams",
    "explore",
    "picture",
    "play",
    "playground",
    "plots",
    "quiz",
    "style",
]
