"""What a tool says while it runs is shown, the last few steps at a time, without secrets, and never at length."""

from __future__ import annotations

from typing import Any

from sre_core.tools.live_steps import LONGEST, SHOWN, LiveSteps


def test_the_last_steps_are_shown_together_with_how_many_came_before() -> None:
    shown: list[Any] = []
    steps = LiveSteps(shown.append)
    for number in range(1, SHOWN + 3):
        steps("A1", f"step {number}")
    assert shown[0] == {"action": "A1", "steps": ["step 1"], "before": 0}
    assert shown[-1]["steps"] == [f"step {number}" for number in range(3, SHOWN + 3)]
    assert shown[-1]["before"] == 2


def test_another_action_begins_anew() -> None:
    shown: list[Any] = []
    steps = LiveSteps(shown.append)
    steps("A1", "one")
    steps("A2", "two")
    assert shown[-1] == {"action": "A2", "steps": ["two"], "before": 0}


def test_a_step_is_one_short_line_without_secrets() -> None:
    shown: list[Any] = []
    LiveSteps(shown.append)("A1", "read: password=hunter2-Very-Secret-99\n" + "word " * 200)
    (step,) = shown[0]["steps"]
    assert "hunter2" not in step
    assert "\n" not in step
    assert len(step) <= LONGEST
