from __future__ import annotations

import json

import pytest

from infra.settings import SettingsError, cdk_context, merged
from tests.support.templates import settings


def test_a_single_value_can_be_replaced_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    before = cdk_context()["narrowcast"]["timers"]
    monkeypatch.setenv("NARROWCAST_CONTEXT", json.dumps({"timers": {"editing": 60}}))

    assert cdk_context()["narrowcast"]["timers"] == {**before, "editing": 60}


def test_merging_changes_neither_side() -> None:
    base, overrides = {"a": {"b": 1, "c": 2}}, {"a": {"b": 3}}

    assert merged(base, overrides) == {"a": {"b": 3, "c": 2}}
    assert (base, overrides) == ({"a": {"b": 1, "c": 2}}, {"a": {"b": 3}})


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"hospitals": []}, "hospitals"),
        ({"log_retention_days": 180}, "log_retention_days"),
        ({"timers": {"editing": 0}}, "timers"),
        ({"drafter": {"kind": "gpt"}}, "drafter.kind"),
        ({"drafter": {"kind": "bedrock"}}, "drafter"),
        ({"drafter": {"kind": "bedrock", "model": "arn:aws:bedrock:x"}}, "drafter"),
        ({"drafter": {"kind": "openai", "model": "glm"}}, "drafter"),
        ({"drafter": {"kind": "none"}}, "drafter.kind"),
        ({"reviewer": {"kind": "recombiner"}}, "reviewer.kind"),
        ({"reviewer": {"kind": "bedrock"}}, "reviewer"),
        ({"reviewer": {"kind": "openai", "model": "qwen"}}, "reviewer"),
        ({"embedder": {"kind": "e5"}}, "embedder.kind"),
        ({"embedder": {"kind": "bedrock"}}, "embedder"),
        ({"embedder": {"kind": "openai", "model": "bge-m3"}}, "embedder"),
        ({"chooser": {"kind": "local"}}, "chooser.kind"),
        ({"chooser": {"kind": "bedrock"}}, "chooser"),
        ({"chooser": {"kind": "openai", "model": "qwen"}}, "chooser"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_a_wrong_choice_is_refused_by_the_name_of_its_key(wrong: dict[str, object], named: str) -> None:
    with pytest.raises(SettingsError, match=named):
        settings(wrong)
