"""The playground without a browser: settings, sessions, code, diagnosis, controls."""

from __future__ import annotations

import asyncio
import contextlib
import io
import itertools
import math
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nnlib import datasets, show
from nnlib.show import playground_settings as ps
from nnlib.show.explore import drive_all, explorers
from nnlib.show.playground import Playground
from nnlib.show.playground_data import bayes_limit, features, own_arrays
from nnlib.show.playground_diagnosis import diagnose
from nnlib.show.playground_session import MOST_RUNS, Session, trained
from nnlib.show.playground_settings import Settings, parse


@pytest.fixture(autouse=True)
def no_explorers_left() -> Iterator[None]:
    yield
    for explorer in list(explorers):
        explorer.close()


# ----------------------------------------------------------------------------------------- settings

real = {
    name: st.floats(low, high, allow_nan=False, allow_infinity=False)
    for name, (low, high) in ps.NUMBERS.items()
}
any_settings = st.builds(
    Settings,
    data=st.sampled_from(ps.DATA),
    features=st.lists(st.sampled_from(ps.FEATURES), min_size=1, unique=True).map(tuple),
    hidden=st.lists(st.integers(1, ps.MOST_UNITS), max_size=ps.MOST_LAYERS).map(tuple),
    activation=st.sampled_from(tuple(ps.ACTIVATIONS)),
    loss=st.sampled_from(tuple(ps.LOSSES)),
    optimizer=st.sampled_from(tuple(ps.OPTIMIZERS)),
    schedule=st.sampled_from(ps.SCHEDULES),
    penalty=st.sampled_from(tuple(ps.PENALTIES)),
    init=st.sampled_from(ps.INITS),
    batchnorm=st.booleans(),
    **{name: st.integers(low, high) for name, (low, high) in ps.COUNTS.items()},
    **real,
)


@given(any_settings)
def test_a_setting_survives_its_text(s: Settings) -> None:
    assert parse(str(s)) == s


@given(st.text(max_size=80))
def test_any_text_is_a_setting_or_a_clear_error(text: str) -> None:
    with contextlib.suppress(ValueError):
        assert isinstance(parse(text), Settings)


def test_the_text_is_short_and_readable() -> None:
    s = Settings(data="circles", hidden=(4, 2), batchnorm=True, features=("x1", "x1*x2"))
    assert str(s) == "data=circles features=x1,x1*x2 hidden=4,2 batchnorm=yes"
    assert parse("") == Settings()
    assert str(Settings(hidden=())) == "data=spirals hidden=none"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("circles", "no key=value pair"),
        ("data=", "no key=value pair"),
        ("rat=3", "did you mean 'rate'"),
        ("zzzz=3", "there are data, points"),
        ("data=donut", "data must be one of 'spirals'"),
        ("rate=fast", "rate must be a number"),
        ("rate=nan", "rate must be a number"),
        ("rate=1e999", "rate must be a number"),
        ("rate=-1", "rate must be at least 1e-06"),
        ("batch=3.5", "batch must be a whole number"),
        ("seed=-1", "seed must be a whole number"),
        ("points=99999", "points must be at most"),
        ("hidden=4,,2", "hidden must be a whole number"),
        ("hidden=0", "hidden must be at least 1"),
        ("hidden=65", "at most 64 units"),
        ("hidden=1,1,1,1,1", "at most 4 hidden layers"),
        ("features=x3", "features must be one of"),
        ("features=x1,x1", "names one twice"),
        ("batchnorm=maybe", "must be yes or no"),
        ("rate=1 rate=2", "stands twice"),
        ("seed=" + "1" * 600, "at most 500 characters"),
        ("seed=٣", "whole number"),
        ("rate=٣", "rate must be a number"),
        ("data=__import__('os')", "data must be one of"),
    ],
)
def test_a_bad_text_is_refused_with_a_reason(text: str, words: str) -> None:
    with pytest.raises(ValueError, match=words.replace("(", r"\(")):
        parse(text)


def test_what_is_no_text_is_refused() -> None:
    with pytest.raises(TypeError, match="a setting is a text"):
        parse(None)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="batchnorm must be True or False"):
        Settings(batchnorm=1)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="at least one of"):
        Settings(features=())


# ----------------------------------------------------------------------------------------- sessions


@pytest.mark.parametrize("data", ps.DATA)
def test_each_data_set_is_made_split_and_learned_from(data: str) -> None:
    session = trained(f"data={data} rate=0.03", 20)
    n = len(session.y_train) + len(session.y_test)
    assert n == (194 if data == "cmu" else 400)
    assert len(session.y_test) == pytest.approx(n / 4, abs=2)
    assert set(session.y_train) == set(session.y_test) == {0, 1}
    assert np.abs(session.x_train).max() < 12
    assert session.curves["train_loss"][-1] < session.curves["train_loss"][0]
    assert session.epochs == len(session.curves) - 1 == 20


def test_own_arrays() -> None:
    x, y = datasets.make_moons(100, rng=3)
    session = Session(Settings(data="own"), (x, y))
    assert sorted(map(tuple, np.concatenate([session.x_train, session.x_test]))) == sorted(
        map(tuple, x)
    )
    assert session.limit is None
    player = show.playground(x=x, y=y)
    assert player.setting == "data=own"
    player.step()
    assert not player.errors


@pytest.mark.parametrize(
    ("x", "y", "words"),
    [
        (np.zeros((20, 3)), np.zeros(20), r"x must be \(n, 2\)"),
        (np.zeros((5, 2)), np.zeros(5), "n of at least 10"),
        (np.zeros((20, 2)), np.zeros(19), "y must have 20 entries"),
        (np.zeros((20, 2)), np.zeros(20), "two classes"),
        (np.zeros((20, 2)), np.arange(20), "two classes"),
        (np.full((20, 2), np.nan), np.arange(20) % 2, "x"),
        (np.full((20, 2), 3.0), np.arange(20) % 2, "must spread over the plane"),
        (np.arange(40.0).reshape(20, 2) * 1e300, np.arange(20) % 2, "must spread"),
        (np.arange(40.0).reshape(20, 2) * 1e-300, np.arange(20) % 2, "must spread"),
        (np.arange(40.0).reshape(20, 2) * 1e-9 + 1e8, np.arange(20) % 2, "must spread"),
    ],
)
def test_own_arrays_that_make_no_sense_are_refused(x: Any, y: Any, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        own_arrays(x, y)


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("scale", [1e-50, 1e-3, 1e50])
def test_own_arrays_of_any_accepted_size_train(scale: float) -> None:
    x, y = datasets.make_moons(60, rng=3)
    x = x * (scale / np.abs(x).max() * (1.01 if scale < 1 else 0.99))
    every = ",".join(ps.FEATURES)
    player = show.playground(f"data=own features={every}", x=x, y=y)
    player.buttons["Epoch"].click()
    assert not player.errors
    assert math.isfinite(player.session.curves["train_loss"][-1])


def test_own_arrays_with_all_but_one_point_of_a_class_train() -> None:
    x, _ = datasets.make_moons(10, rng=3)
    player = show.playground("data=own test=0.9 batchnorm=yes batch=2000", x=x, y=np.arange(10) < 1)
    for name in ("Step", "Epoch", "Reset", "Epoch"):
        player.buttons[name].click()
    assert not player.errors


def test_own_needs_arrays_and_arrays_come_in_pairs() -> None:
    with pytest.raises(ValueError, match="needs arrays"):
        show.playground("data=own")
    with pytest.raises(ValueError, match="x and y together"):
        show.playground(x=np.zeros((20, 2)))
    with pytest.raises(ValueError, match="needs arrays"):
        Session(Settings(data="own"))


def test_features_are_the_functions_they_are_named_after() -> None:
    x = np.array([[1.0, -2.0], [0.5, 3.0]])
    x1, x2 = x.T
    wanted = [x1, x2, x1**2, x2**2, x1 * x2, np.sin(x1), np.sin(x2)]
    np.testing.assert_array_equal(features(x, ps.FEATURES), np.column_stack(wanted))


def test_reset_gives_the_same_bits() -> None:
    session = trained("data=moons hidden=8,4 dropout=0.2 batchnorm=yes batch=16", 3)
    theta, losses = session.net.theta.copy(), list(session.curves["train_loss"])
    session.reset()
    assert session.epochs == session.updates == 0
    assert [len(run) for run in session.earlier] == [4]
    for _ in range(3):
        session.epoch()
    np.testing.assert_array_equal(session.net.theta, theta)
    assert session.curves["train_loss"] == losses


def test_steps_make_epochs() -> None:
    stepped, whole = Session(Settings()), Session(Settings())
    for _ in range(stepped.updates_per_epoch):
        stepped.step()
    whole.epoch()
    assert stepped.epochs == whole.epochs == 1
    np.testing.assert_array_equal(stepped.net.theta, whole.net.theta)
    stepped.step()
    assert "the epoch that has begun" in stepped.code()
    stepped.epoch()
    assert (stepped.epochs, stepped.updates) == (2, 2 * stepped.updates_per_epoch)


def test_an_epoch_can_be_cut_by_time() -> None:
    session = Session(Settings(batch=1))
    session.epoch(seconds=0.0)
    assert 1 <= session.updates < session.updates_per_epoch


def test_the_last_runs_are_kept_and_forgotten() -> None:
    session = Session(Settings(points=20))
    for _ in range(MOST_RUNS + 2):
        session.epoch()
        session.reset()
    assert len(session.earlier) == MOST_RUNS
    session.reset()
    assert len(session.earlier) == MOST_RUNS, "a run of no epoch is none"
    session.forget()
    assert session.earlier == []


@pytest.mark.parametrize(
    "change", [{"rate": 0.3}, {"optimizer": "sgd"}, {"dropout": 0.3}, {"batch": 8}]
)
def test_a_live_change_keeps_the_weights_and_goes_on(change: dict[str, Any]) -> None:
    session = trained("data=circles batchnorm=yes", 2)
    theta = session.net.theta.copy()
    session.change(session.settings.changed(**change))
    np.testing.assert_array_equal(session.net.theta, theta)
    assert session.epochs == 2
    assert session.mixed
    assert "changed on the way" in session.code()
    session.epoch()
    assert session.epochs == 3
    assert (session.net.theta != theta).any()


def test_a_change_of_the_network_starts_anew() -> None:
    session = trained("data=circles", 2)
    session.change(session.settings.changed(hidden=(3,)))
    assert session.epochs == 0
    assert len(session.earlier) == 1
    assert not session.mixed
    fresh = Session(session.settings)
    np.testing.assert_array_equal(session.net.theta, fresh.net.theta)


def test_the_order_of_the_inputs_makes_no_other_setting() -> None:
    """The buttons know one order: another one would start the run anew at the first touch."""
    assert parse("features=x2,x1") == parse("features=x1,x2")
    player = show.playground("data=circles features=x1*x2,x1")
    assert player.setting == "data=circles features=x1,x1*x2"
    player.buttons["Epoch"].click()
    player.controls["rate"].value = 0.1
    assert player.session.epochs == 1


DIVERGES = "data=circles features=x1^2,x2^2 activation=linear optimizer=sgd rate=100"


def test_a_smaller_rate_after_divergence_starts_anew() -> None:
    session = trained(DIVERGES, 200)
    assert session.diverged
    session.change(session.settings.changed(rate=0.03))
    assert not session.diverged
    assert not session.mixed
    assert diagnose(session)[0] == "ready"
    fresh = Session(session.settings)
    assert not session.epoch()
    fresh.epoch()
    np.testing.assert_array_equal(session.net.theta, fresh.net.theta)


def test_the_epoch_in_which_it_diverges_does_not_count(monkeypatch: pytest.MonkeyPatch) -> None:
    """Here the loss of the first batch is finite, that measured after the epoch is not."""
    session = Session(parse("data=circles"))
    monkeypatch.setattr(session.net, "predict_logits", lambda x: np.full((len(x), 1), np.nan))
    assert session.epoch()
    assert session.epochs == 0
    assert "Diverged in epoch 1:" in diagnose(session)[1]


def test_a_change_that_fails_leaves_all_as_it_was() -> None:
    session = trained("data=circles", 2)
    with pytest.raises(ValueError, match="needs arrays"):
        session.change(session.settings.changed(data="own"))
    assert session.settings.data == "circles"
    session.epoch()
    assert session.epochs == 3


# --------------------------------------------------------------------------------------------- code


def run_code(program: str, **given: Any) -> dict[str, Any]:
    names: dict[str, Any] = dict(given)
    with contextlib.redirect_stdout(io.StringIO()):
        exec(program, names)
    return names


@given(any_settings)
@settings(max_examples=25, deadline=None)
def test_the_code_gives_the_same_network(s: Settings) -> None:
    s = s.changed(points=min(s.points, 120), rate=min(s.rate, 0.1), batch=max(s.batch, 8))
    session = Session(s)
    for _ in range(2):
        session.epoch()
    if session.diverged:
        return
    names = run_code(session.code())
    np.testing.assert_array_equal(names["net"].theta, session.net.theta)
    right = session.curves["test_accuracy"][-1]
    assert names["history"].validation_accuracy[-1] == pytest.approx(right)


@pytest.mark.parametrize("schedule", ps.SCHEDULES)
@pytest.mark.parametrize("loss", ps.LOSSES)
def test_the_code_knows_every_schedule_and_loss(schedule: str, loss: str) -> None:
    session = trained(f"data=cmu noise=0.05 schedule={schedule} loss={loss} hidden=3", 3)
    np.testing.assert_array_equal(run_code(session.code())["net"].theta, session.net.theta)


def test_the_code_for_own_arrays_takes_them() -> None:
    x, y = datasets.make_moons(60, rng=3)
    session = Session(Settings(data="own"), (x, y))
    session.epoch()
    names = run_code(session.code(), x=x, y=y)
    np.testing.assert_array_equal(names["net"].theta, session.net.theta)


# ---------------------------------------------------------------------------- limits, diagnosis


@pytest.mark.parametrize("data", ps.DATA)
def test_the_limit_falls_with_noise_from_all_right_towards_chance(data: str) -> None:
    limits = [bayes_limit(Settings(data=data, noise=noise)) for noise in (0.0, 0.1, 0.2, 0.5)]
    assert limits[0] == 1
    assert all(
        a is not None and b is not None and a >= b > 0.5 for a, b in itertools.pairwise(limits)
    )


@pytest.mark.parametrize("data", ["circles", "moons", "xor", "blobs"])
def test_the_limit_is_near_what_a_neighbour_vote_reaches(data: str) -> None:
    """5,000 points know the densities well: their vote comes close to the limit, not above it."""
    s = Settings(data=data, noise=0.3)
    from nnlib.show.playground_data import _generate

    x, y = _generate(data, 5000, 0.3, 5)
    probes, truth = _generate(data, 1500, 0.3, 6)
    distance = ((probes[:, np.newaxis] - x) ** 2).sum(axis=2)
    near = np.argpartition(distance, 60, axis=1)[:, :60]
    right = np.mean((y[near].mean(axis=1) > 0.5) == truth)
    limit = bayes_limit(s)
    assert limit is not None
    assert right == pytest.approx(limit, abs=0.025)


DIAGNOSES = {
    "growing": ("data=circles optimizer=sgd rate=30", 30),
    "dead": ("data=circles activation=relu rate=1 init=he", 40),
    "symmetric": ("data=circles init=zeros", 5),
    "stalled": ("data=xor hidden=none", 40),
    "overfit": ("data=moons noise=0.3 points=60 hidden=32,32 test=0.5", 100),
    "solved": ("data=blobs", 40),
    "learning": ("data=spirals hidden=16,16 rate=0.03", 40),
}


@pytest.mark.parametrize("kind", DIAGNOSES)
def test_the_sentence_fits_the_run(kind: str) -> None:
    text, epochs = DIAGNOSES[kind]
    assert diagnose(trained(text, epochs))[0] == kind


def test_a_run_that_diverges_says_so_and_stops() -> None:
    session = trained(DIVERGES, 200)
    assert session.diverged
    word, sentence = diagnose(session)
    assert word == "diverged"
    assert "rate 100 is too large for sgd" in sentence
    assert "try 10" in sentence
    before = session.updates
    assert session.step()
    assert session.updates == before
    session.reset()
    assert not session.diverged


def test_a_loss_of_a_hundred_digits_is_shown_short() -> None:
    player = show.playground("data=spirals optimizer=sgd rate=100 penalty=L2 strength=10")
    for _ in range(4):
        player.buttons["Epoch"].click()
    assert player.session.curves["train_loss"][-1] > 1e100
    assert "e+" in player.scene.alt
    assert max(map(len, player.scene.alt.split())) < 25
    assert (player.scene.pixels[:, -6:] == 255).all(), "a word is cut off at the edge"


def test_saturated_units_are_named() -> None:
    session = Session(parse("data=circles"))
    session.step()
    session.dense()[0].weight[:] *= 300
    assert diagnose(session)[0] == "saturated"
    assert "8 of its 8 tanh units" in diagnose(session)[1] or "7 of its 8" in diagnose(session)[1]


def test_a_stalled_run_says_why() -> None:
    tiny = diagnose(trained("data=spirals optimizer=sgd rate=0.0001", 30))
    assert tiny[0] == "stalled"
    assert "steps are tiny" in tiny[1]
    faded = diagnose(trained("data=spirals activation=sigmoid hidden=8,8,8,8 optimizer=sgd", 60))
    assert faded[0] == "stalled"
    assert "fades on its way back" in faded[1]
    line = diagnose(trained("data=xor hidden=none", 40))
    assert "the border is a line" in line[1]
    held = diagnose(trained("data=circles penalty=L2 strength=1.0 rate=0.003 seed=1", 60))
    assert held[0] == "stalled"


# ----------------------------------------------------------------------------------------- controls


def test_every_control_and_button_is_driven_without_a_fault() -> None:
    player = show.playground("data=circles points=50 hidden=3,1")
    first = player.scene.pixels.copy()
    assert drive_all() == []
    assert (player.scene.pixels == first).all()


def test_buttons_change_layers_and_units() -> None:
    player = show.playground("hidden=4 points=50")
    for label in ("+ layer", "+ units 2", "+ units 2", "− units 1"):
        player.buttons[label].click()
    assert "hidden=3,6 " in f"{player.setting} "
    for _ in range(2):
        player.buttons["− layer"].click()
    assert "hidden=none" in player.setting
    assert player.buttons["− layer"].disabled
    assert player.buttons["+ units 1"].disabled
    player.buttons["− layer"].click()
    player.buttons["+ units 1"].click()
    assert "hidden=none" in player.setting
    assert not player.errors


def test_the_text_field_shows_the_setting_and_takes_another() -> None:
    player = show.playground("data=xor points=50")
    assert player._text.value == "data=xor points=50"
    player._text.value = "data=moons hidden=5 rate=0.02 features=x1"
    assert player.session.settings == Settings(
        data="moons", hidden=(5,), rate=0.02, features=("x1",)
    )
    assert player.controls["rate"].value == 0.02, "a rate between the slider's own"
    assert not player.controls["x2"].value
    player._text.value = "data=moon"
    assert "data must be one of" in player.message.value
    assert player.session.settings.data == "moons"
    assert not player.errors
    player._text.value = "  features=x1 data=moons hidden=5 rate=0.020 "
    assert player._text.value == player.setting == "data=moons features=x1 hidden=5 rate=0.02"
    assert not player.message.value


def test_a_bad_text_typed_while_it_plays_stays_to_be_read() -> None:
    async def scene() -> Playground:
        player = show.playground("data=xor points=50")
        player.play()
        await asyncio.sleep(0.1)
        player.restore("data=moons points=50")
        assert player.playing
        player._text.value = "data=\N{GRINNING FACE}"
        await asyncio.sleep(0.3)
        return player

    player = asyncio.run(scene())
    assert "data must be one of" in player.message.value
    assert player._text.value == "data=\N{GRINNING FACE}"
    assert not player.playing
    assert not player.errors


def test_the_longest_setting_is_all_in_the_picture() -> None:
    """Its last field too moves the picture."""
    player = show.playground(
        "data=circles points=100 noise=0.05 test=0.45 "
        "features=x1,x2,x1^2,x2^2,x1*x2,sin(x1),sin(x2) hidden=64,64,64,64 "
        "activation=sigmoid loss=focal optimizer=momentum rate=0.0001 "
        "schedule=exponential penalty=L2 strength=0.0001 dropout=0.05 batchnorm=yes batch=100 "
        "init=glorot_normal seed=98"
    )
    pixels = player.scene.pixels[-60:].copy()
    player.restore(player.setting.replace("init=glorot_normal", "init=orthogonal"))
    middle = player.scene.pixels[-60:].copy()
    player.restore(player.setting.replace("seed=98", "seed=99"))
    assert (pixels != middle).any()
    assert (player.scene.pixels[-60:, :900] != middle[:, :900]).any()


def test_the_last_input_cannot_be_taken_away() -> None:
    player = show.playground("features=x1 points=50")
    player.controls["x1"].value = False
    assert player.controls["x1"].value
    assert player.session.settings.features == ("x1",)


def test_step_epoch_reset_and_the_overlay() -> None:
    player = show.playground("data=blobs points=50")
    first = player.scene.pixels.copy()
    player.buttons["Step"].click()
    assert "0 epochs (1 updates)" in player.scene.alt
    player.buttons["Epoch"].click()
    assert "1 epochs (2 updates)" in player.scene.alt
    player.buttons["Reset"].click()
    assert "0 epochs (0 updates)" in player.scene.alt
    assert (player.scene.pixels != first).any(), "the run before is still there, in gray"
    player.buttons["Forget runs"].click()
    assert (player.scene.pixels == first).all()


def test_it_plays_while_layers_and_rate_are_changed() -> None:
    async def scene() -> Playground:
        player = show.playground("data=circles points=50")
        player.buttons["Play"].click()
        await asyncio.sleep(0.3)
        assert player.session.epochs > 0
        player.controls["rate"].value = 0.1
        player.buttons["+ units 1"].click()
        assert player.playing
        before = player.session.epochs
        await asyncio.sleep(0.3)
        assert player.session.epochs > before
        player.controls["speed"].value = "as many as fit"
        frames, epochs = player.frames, player.session.epochs
        await asyncio.sleep(0.5)
        assert player.session.epochs - epochs > player.frames - frames
        player.buttons["Play"].click()
        return player

    player = asyncio.run(scene())
    assert player.session.settings.hidden == (12, 8)
    assert not player.errors


def test_playing_stops_when_it_diverges() -> None:
    async def scene() -> Playground:
        player = show.playground(DIVERGES)
        player.controls["speed"].value = "as many as fit"
        player.play()
        for _ in range(500):
            if not player.playing:
                break
            await asyncio.sleep(0.02)
        return player

    player = asyncio.run(scene())
    assert not player.playing
    assert "Diverged" in player.scene.alt
    assert not player.errors


def test_code_and_setting_are_at_hand() -> None:
    player = show.playground("data=blobs points=50")
    player.buttons["Epoch"].click()
    assert "epochs=1" in player.code()
    assert "epochs=1" in player._code.value
    assert player.setting == "data=blobs points=50"
    player.restore("data=xor")
    assert player.setting == "data=xor"
    with pytest.raises(ValueError, match="data must be one of"):
        player.restore("data=ring")


def random_change(player: Playground, rng: np.random.Generator) -> None:
    """Move one control, press one button or type one text."""
    kind = rng.integers(10)
    if kind < 2:
        names = [n for n in player.buttons if n != "Play"]
        player.buttons[names[rng.integers(len(names))]].click()
        return
    if kind == 2:
        words = ("data=cmu", "rate=9", "hidden=", "x", "data=xor hidden=none", "noise=2")
        player._text.value = words[rng.integers(len(words))]
        return
    name = list(player.controls)[rng.integers(len(player.controls))]
    widget = player.controls[name]
    if hasattr(widget, "options"):
        options = [o[1] if isinstance(o, tuple) else o for o in widget.options]
        widget.value = options[rng.integers(len(options))]
    elif isinstance(widget.value, bool):
        widget.value = not widget.value
    else:
        widget.value = type(widget.value)(rng.uniform(widget.min, widget.max))


@pytest.mark.long
def test_no_error_reaches_the_page_under_2000_random_changes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Nothing is painted but every hundredth time; everything up to the painting is done."""
    player = show.playground("points=50")
    rng = np.random.default_rng(6)
    show_all, update = player.scene.show, player.scene.update
    monkeypatch.setattr(player.scene, "show", lambda values: update(**values))
    for i in range(2000):
        random_change(player, rng)
        if i % 100 == 0:
            show_all(player.values)
        assert not player.errors, (i, player.setting, player.errors)
        assert math.isfinite(player.session.curves["train_loss"][-1])
    assert player.frames > 1500
