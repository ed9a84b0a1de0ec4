"""Figures that advance in time: buttons without a browser, then with a real kernel."""

from __future__ import annotations

import asyncio
import math
import queue
import tempfile
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from jupyter_client.manager import start_new_kernel

from nnlib import show
from nnlib.show.explore import drive_all, explorers
from nnlib.show.player import Player
from tests.validation.kernels import own_environment, started


@pytest.fixture(autouse=True)
def no_explorers_left() -> Iterator[None]:
    yield
    for explorer in list(explorers):
        explorer.close()


class Walk:
    """A point that goes ``speed`` further each step; arrives at 10."""

    def reset(self, speed: float) -> None:
        self.place = 0.0

    def advance(self, speed: float) -> bool:
        self.place += speed
        return self.place >= 10

    def draw(self, figure: Any) -> Callable[..., str]:
        ax = figure.subplots()
        ax.set(xlim=(0, 11), ylim=(-1, 1))
        (dot,) = ax.plot([], [], "o")
        arrow = ax.text(5, 0.5, " ")

        def update(speed: float) -> str:
            dot.set_data([self.place], [0])
            arrow.set_text(f"speed {speed:g}")
            return f"A point at {self.place:g}, speed {speed:g}."

        return update


class Fragile(Walk):
    def advance(self, speed: float) -> bool:
        if self.place >= 2:
            raise ValueError("no <further>")
        return super().advance(speed)


class Patient(Walk):
    """Does not start again when a control is moved, and remembers where its runs ended."""

    ends: tuple[float, ...] = ()

    def reset(self, speed: float) -> None:
        if getattr(self, "place", 0.0):
            self.ends += (self.place,)
        super().reset(speed)

    def change(self, before: dict[str, Any], speed: float) -> None:
        assert before["speed"] != speed

    def forget(self) -> None:
        self.ends = ()

    def draw(self, figure: Any) -> Callable[..., str]:
        update = super().draw(figure)
        (earlier,) = figure.axes[0].plot([], [], "x")

        def both(speed: float) -> str:
            earlier.set_data(self.ends, [0] * len(self.ends))
            return update(speed) + f" {len(self.ends)} earlier."

        return both


def walk(model: Any = None, **settings: Any) -> Player:
    return show.play(model or Walk(), speed=(0.5, 2.0, 0.5, 1.0), **settings)


def test_step_and_reset_work_without_an_event_loop() -> None:
    player = walk()
    first = player.scene.pixels.copy()
    player.step()
    player.buttons["Step"].click()
    assert player.scene.alt == "A point at 2, speed 1."
    assert player.frames == 2
    player.buttons["Reset"].click()
    assert (player.scene.pixels == first).all()


def test_play_needs_an_event_loop_and_says_so_beside_the_buttons() -> None:
    player = walk()
    with pytest.raises(RuntimeError, match="event loop"):
        player.play()
    player.buttons["Play"].click()
    assert "event loop" in player.message.value
    assert not player.playing


def test_it_plays_to_the_end_and_stops() -> None:
    async def scene() -> Player:
        player = walk()
        player.buttons["Play"].click()
        assert player.playing
        assert player.buttons["Play"].description == "Pause"
        while player.playing:
            await asyncio.sleep(0.01)
        return player

    player = asyncio.run(scene())
    assert player.scene.alt == "A point at 10, speed 1."
    assert player.buttons["Play"].description == "Play"
    assert player.frames == 10


def test_at_most_15_pictures_a_second() -> None:
    async def scene() -> tuple[int, float]:
        player = walk()
        began = time.monotonic()
        player.play()
        while player.playing:
            await asyncio.sleep(0.005)
        return player.frames, time.monotonic() - began

    frames, seconds = asyncio.run(scene())
    assert frames - 1 <= 15 * seconds


def test_a_move_of_a_control_while_it_plays_counts_from_the_next_step() -> None:
    async def scene() -> Patient:
        model = Patient()
        player = walk(model)
        player.play()
        await asyncio.sleep(0.1)
        player.set(speed=2.0)
        before = model.place
        assert player.playing
        await asyncio.sleep(0.3)
        assert model.place > before
        assert (model.place - before) % 2 == 0
        player.pause()
        assert not player.playing
        return model

    asyncio.run(scene())


def test_a_click_during_a_frame_is_heard_before_the_next() -> None:
    class Pressed(Walk):
        def advance(self, speed: float) -> bool:
            if self.place == 3:
                asyncio.get_running_loop().call_soon(player.buttons["Play"].click)
            return super().advance(speed)

    async def scene() -> None:
        player.play()
        while player.playing:
            await asyncio.sleep(0.005)

    player = walk(Pressed())
    asyncio.run(scene())
    assert player.scene.alt == "A point at 4, speed 1."


def test_without_change_a_moved_control_leads_back_to_the_start() -> None:
    player = walk()
    player.step()
    player.set(speed=2.0)
    assert player.scene.alt == "A point at 0, speed 2."


def test_steps_per_frame() -> None:
    async def scene(steps: int | None) -> Player:
        player = walk(steps_per_frame=steps)
        player.play()
        while player.playing:
            await asyncio.sleep(0.005)
        return player

    assert asyncio.run(scene(3)).frames == 4  # 3, 6, 9, 10
    assert asyncio.run(scene(None)).frames == 1  # ten additions fit into one frame


def test_an_error_stops_it_is_shown_and_reported() -> None:
    async def scene() -> Player:
        player = walk(Fragile())
        player.play()
        while player.playing:
            await asyncio.sleep(0.005)
        return player

    player = asyncio.run(scene())
    assert "no &lt;further&gt;" in player.message.value
    assert player.buttons["Play"].description == "Play"
    assert "ValueError: no <further>" in drive_all()[0]


def test_driving_presses_every_button_and_leaves_the_first_picture() -> None:
    pressed = []
    player = walk(Patient(), actions={"Jump": lambda: pressed.append("jump")})
    first = player.scene.pixels.copy()
    assert drive_all() == []
    assert pressed == ["jump"]
    assert (player.scene.pixels == first).all()
    assert player.frames > 4

    async def with_a_loop() -> list[str]:
        return drive_all()

    assert asyncio.run(with_a_loop()) == []
    assert not player.playing


def test_driving_finds_a_step_that_shows_nothing_and_a_reset_that_leads_elsewhere() -> None:
    class Still(Walk):
        def advance(self, speed: float) -> bool:
            return False

    class Drifting(Walk):
        start = 0.0

        def reset(self, speed: float) -> None:
            self.place, self.start = self.start, self.start + 1

        def change(self, before: dict[str, Any], speed: float) -> None:
            pass

    walk(Still())
    assert drive_all() == ["explorer 1, button 'Step': the picture stays the same"]
    explorers[0].close()
    walk(Drifting())
    assert drive_all() == ["explorer 1, Reset does not lead back to the first picture"]


def test_driving_finds_a_button_that_fails() -> None:
    def broken() -> None:
        raise ValueError("broken")

    walk(actions={"Jump": broken})
    (fault,) = drive_all()
    assert "button 'Jump': ValueError: broken" in fault


def test_running_the_cell_again_stops_the_first_and_keeps_the_ids() -> None:
    async def scene() -> tuple[Player, Player]:
        first = walk()
        first.play()
        ids = [button.model_id for button in first.buttons.values()]
        again = walk()
        assert not first.playing
        assert [button.model_id for button in again.buttons.values()] == ids
        return first, again

    _first, again = asyncio.run(scene())
    assert explorers == [again]


def test_pictures_go_as_jpeg_while_it_plays_and_the_last_one_as_png() -> None:
    sent: list[str] = []

    class Handle:
        def update(self, data: dict[str, str], raw: bool) -> None:
            sent.append(data["text/html"].split("data:image/")[1].split(";")[0])

    async def scene() -> None:
        player = walk()
        player._handle = Handle()
        player.play()
        await asyncio.sleep(0.2)
        player.pause()

    asyncio.run(scene())
    assert len(sent) > 1
    assert set(sent[:-1]) == {"jpeg"}
    assert sent[-1] == "png"


def test_other_threads_may_press_while_it_plays() -> None:
    """JupyterLab's buttons are heard in a thread of their own."""

    async def scene() -> Player:
        player = walk(Patient(), actions={"Nothing": lambda: None})
        player.play()
        for _ in range(20):
            await asyncio.to_thread(player.buttons["Nothing"].click)
        await asyncio.to_thread(player.pause)
        frames = player.frames
        await asyncio.sleep(0.2)
        assert player.frames == frames
        return player

    player = asyncio.run(scene())
    assert not player.playing
    assert not player.errors


# ------------------------------------------------------------------------------- with a real kernel

BUSY = """
import time
from nnlib import show

class Busy:
    def reset(self): self.n = 0
    def advance(self):
        self.n += 1
        end = time.perf_counter() + 0.002
        while time.perf_counter() < end: pass
    def draw(self, figure):
        text = figure.subplots().text(0.5, 0.5, " ")
        def update():
            text.set_text(str(self.n))
            return f"step {self.n}"
        return update

player = show.play(Busy(), steps_per_frame=None)
player
"""


def printed(client: Any, code: str) -> str:
    """Run code in the kernel; return what it printed."""
    lines: list[str] = []

    def hear(message: Any) -> None:
        assert message["msg_type"] != "error", message["content"]
        if message["msg_type"] == "stream":
            lines.append(message["content"]["text"])

    client.execute_interactive(code, timeout=60, output_hook=hear)
    return "".join(lines)


def click(client: Any, comm_id: str) -> None:
    """Press a button as a page does."""
    data = {"method": "custom", "content": {"event": "click"}}
    content = {"comm_id": comm_id, "data": data}
    client.shell_channel.send(client.session.msg("comm_msg", content))


def heard(
    client: Any, seconds: float = 60, until: str = "", n_pictures: float = math.inf
) -> list[str]:
    """Listen for so long, or until this label, or so many pictures; return labels and texts."""
    found: list[str] = []
    end = time.monotonic() + seconds
    while until not in found[-1:] and sum(text.startswith("step") for text in found) < n_pictures:
        try:
            message = client.get_iopub_msg(timeout=max(0, end - time.monotonic()))
        except queue.Empty:
            break
        content = message["content"]
        assert message["msg_type"] != "error", content
        if message["msg_type"] == "update_display_data":
            found.append(content["data"]["text/plain"])
        elif message["msg_type"] == "comm_msg":
            label = content["data"].get("state", {}).get("description")
            found += [label] if label else []
    return found


@pytest.fixture
def kernel() -> Iterator[Any]:
    """A kernel in which ``player`` stands."""
    with tempfile.TemporaryDirectory() as own_files, own_environment(own_files):
        manager, client = started(lambda: start_new_kernel(extra_arguments=["--log-level=ERROR"]))
        try:
            printed(client, BUSY)
            yield client
        finally:
            client.stop_channels()
            manager.shutdown_kernel(now=True)


def test_a_kernel_that_plays_hears_pause_and_then_stands_still(kernel: Any) -> None:
    """How soon is measured by benchmarks/playground.py: a busy machine is no fault of ours."""
    play = printed(kernel, "print(player.buttons['Play'].comm.comm_id)").strip()
    for _ in range(3):
        click(kernel, play)
        seen = heard(kernel, n_pictures=4)
        assert sum(text.startswith("step") for text in seen) == 4, "pictures come while it plays"
        click(kernel, play)
        assert heard(kernel, until="Play")[-1] == "Play"
        n = int(printed(kernel, "print(player.model.n)"))
        assert set(heard(kernel, 0.5)) <= {f"step {n}"}, "but for the last picture, without loss"
        assert int(printed(kernel, "print(player.model.n)")) == n


def test_code_runs_in_the_kernel_while_it_plays(kernel: Any) -> None:
    printed(kernel, "player.play()")
    heard(kernel, n_pictures=2)
    one, two = (int(printed(kernel, "print(player.model.n)")) for _ in range(2))
    assert printed(kernel, "player.reset(); print(player.playing, player.model.n)") == "False 0\n"
    assert 0 < one <= two
