"""What the checks of notebook 07d accept, and what they say to answers that are not right.

The answers to missions are settings: they are trained here, and judged by what comes out.
"""

from nnlib.show.check import exercise
from nnlib.show.playground_diagnosis import diagnose
from nnlib.show.playground_session import trained
from nnlib.show.playground_settings import parse


def unusual(text, **wanted):
    """Return what keeps a setting from being an answer to a mission, or None."""
    try:
        setting = parse(text)
    except (ValueError, TypeError) as error:
        return f"that is no setting: {error}"
    for name, value in wanted.items():
        if getattr(setting, name) != value:
            shown = ",".join(map(str, value)) if isinstance(value, tuple) else value
            return f"the mission asks for {name}={shown or 'none'}."
    return None


def last(session, name):
    return session.curves[name][-1]


@exercise("07d-1")
def smallest_network(text):
    wrong = unusual(text, data="circles", features=("x1", "x2"), points=400, noise=0.03, test=0.25)
    if wrong:
        return wrong
    hidden = parse(text).hidden
    if len(hidden) != 1:
        return "one hidden layer, no more and no less."
    right = last(trained(text, 100), "test_accuracy")
    if right < 0.97:
        few = " Two lines leave the disc open at both ends." if hidden[0] <= 2 else ""
        return f"it gets {right:.0%} of the test points right after 100 epochs.{few}"
    if hidden[0] > 3:
        return f"{hidden[0]} units do it, but fewer can. How many sides has the simplest fence?"
    return None


@exercise("07d-2")
def make_it_diverge(text, reason):
    wrong = unusual(text, data="circles", optimizer="sgd")
    if wrong:
        return wrong
    changed = parse(text).differences(parse("data=circles optimizer=sgd"))
    if len(changed) != 1:
        return f"change one control; {len(changed)} are changed here."
    kind, sentence = diagnose(trained(text, 30))
    if kind not in ("diverged", "growing"):
        return f"after 30 epochs the playground says: {sentence}"
    if reason != "rate":
        return "it diverges. But the reason is another: which control did you change?"
    return None


@exercise("07d-3")
def xor_by_features(text):
    wrong = unusual(text, data="xor", hidden=(), noise=0.03)
    if wrong:
        return wrong
    if "x1*x2" not in parse(text).features:
        return "what tells equal signs from different ones? The sign of something you can tick."
    right = last(trained(text, 50), "test_accuracy")
    if right < 0.95:
        return f"the feature is right, but {right:.0%} after 50 epochs is not enough: learn faster."
    return None


@exercise("07d-4")
def overfit_and_cure(overfit, cured):
    data = {"data": "moons", "noise": 0.3, "points": 100, "test": 0.5}
    wrong = unusual(overfit, **data) or unusual(cured, **data)
    if wrong:
        return wrong
    if parse(overfit).penalty != "none" or parse(overfit).dropout:
        return "overfit has a cure already: leave penalty and dropout out of it."
    if parse(overfit).differences(parse(cured)) - {"penalty", "strength", "dropout"}:
        return "cured may differ from overfit in penalty, strength and dropout only."
    losses = trained(overfit, 150).curves["test_loss"]
    if losses[-1] < 2 * min(losses):
        return (
            f"overfit ends at {losses[-1] / min(losses):.1f} times its lowest test loss: too tame."
        )
    share = last(trained(cured, 150), "test_loss") / losses[-1]
    if share > 2 / 3:
        return f"the cured test loss is {share:.0%} of the other. A stronger dose?"
    return None


@exercise("07d-5")
def predict_from_the_setting(word):
    if word == "fades":
        return None
    return {
        "solved": "the spirals are hard, and this setting is old: sigmoids, SGD, four layers.",
        "diverged": "SGD at this rate is harmless here. What does each sigmoid do to a gradient?",
        "overfit": "to overfit, it must first learn something.",
    }.get(word, 'one of the words "solved", "diverged", "fades" and "overfit".')
