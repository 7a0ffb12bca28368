"""Which model drafts and which one gives a second opinion: by settings, and made without asking anybody."""

from __future__ import annotations

import json
import logging
from typing import Any

import pytest

from narrowcast.adapters.models.recombiner import Recombiner
from narrowcast.application.ports import ReviewerError
from narrowcast.runtime.bootstrap import Composition
from narrowcast.runtime.observability import metrics, second_opinion_unheard
from narrowcast.runtime.settings import SettingMissingError, Settings

OPENAI = {"": "openai", "_MODEL": "qwen-max", "_ENDPOINT": "http://127.0.0.1:9/v1", "_SECRET_ARN": "arn:secret"}
BEDROCK = {"": "bedrock", "_MODEL": "some.model"}


def composed(use: str, values: dict[str, str]) -> Composition:
    return Composition(
        Settings({f"{use}{name}": value for name, value in values.items()} | {"AWS_REGION": "cn-north-1"})
    )


@pytest.fixture(autouse=True)
def clients(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Any, ...]]:
    """Clients that were asked for; every one of them fails when it is used."""
    made: list[tuple[Any, ...]] = []

    def client(_composition: Composition, *asked: Any, **options: Any) -> object:
        made.append((*asked, *options.values()))
        return object()

    monkeypatch.setattr(Composition, "_client", client)
    return made


def test_without_settings_the_facts_are_recombined_and_nobody_is_asked_for_an_opinion() -> None:
    composition = composed("", {})
    assert isinstance(composition.drafter, Recombiner)
    assert composition.reviewer is None
    assert composed("REVIEWER", {"": "none"}).reviewer is None


@pytest.mark.parametrize(("values", "name"), [(OPENAI, "openai/qwen-max"), (BEDROCK, "bedrock/some.model")])
def test_a_model_is_named_by_its_settings(values: dict[str, str], name: str) -> None:
    assert composed("DRAFTER", values).drafter.name == name
    reviewer = composed("REVIEWER", values).reviewer
    assert reviewer
    assert reviewer.name == name


def test_a_model_may_think_longer_than_a_table_and_is_asked_once(clients: list[tuple[Any, ...]]) -> None:
    assert composed("REVIEWER", BEDROCK).reviewer
    ((service, seconds, attempts),) = clients
    assert (service, attempts) == ("bedrock-runtime", 1)
    assert 5 < seconds < 60


def test_a_model_without_a_name_is_a_fault_of_deployment() -> None:
    with pytest.raises(SettingMissingError, match="REVIEWER_MODEL"):
        _ = composed("REVIEWER", {"": "bedrock"}).reviewer


def test_the_key_is_read_when_the_model_is_asked_and_not_before(clients: list[tuple[Any, ...]]) -> None:
    assert composed("REVIEWER", OPENAI).reviewer
    assert clients == []


def test_an_opinion_that_was_not_heard_is_counted_and_its_words_are_not_logged(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    counted: list[str] = []
    monkeypatch.setattr(metrics, "add_metric", lambda **metric: counted.append(metric["name"]))
    with caplog.at_level(logging.WARNING):
        second_opinion_unheard(ReviewerError("二甲双胍"))
    assert counted == ["SecondOpinionUnheard"]
    assert "二甲双胍" not in json.dumps([record.__dict__ for record in caplog.records], default=str, ensure_ascii=False)
