from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise

import pytest
from botocore.stub import Stubber
from urllib3 import PoolManager

from narrowcast.adapters.models.bedrock import BedrockModel
from narrowcast.adapters.models.drafter import ModelDrafter
from narrowcast.adapters.models.openai import OpenAiModel
from narrowcast.adapters.models.recombiner import Recombiner
from narrowcast.application.ports import Drafter
from tests.support.briefs import BRIEF, recorded
from tests.support.http_server import scripted_server
from tests.support.model_answers import completion, converse, tool_use
from tests.support.offline import offline_client

GOOD = json.loads(recorded("good.json"))


@pytest.fixture(params=["recombiner", "bedrock", "openai"])
def drafter(request: pytest.FixtureRequest) -> Iterator[Drafter]:
    with _DRAFTERS[request.param]() as drafter:
        yield drafter


@contextmanager
def _recombiner() -> Iterator[Drafter]:
    yield Recombiner()


@contextmanager
def _bedrock() -> Iterator[Drafter]:
    client = offline_client("bedrock-runtime")
    answer = converse(tool_use("submit_draft", GOOD))
    with Stubber(client) as stub:
        stub.add_response("converse", answer)
        stub.add_response("converse", answer)
        yield ModelDrafter(BedrockModel(client, "some.model"))


@contextmanager
def _openai() -> Iterator[Drafter]:
    with scripted_server() as server, PoolManager() as pool:
        server.answer(200, completion(recorded("good.json")))
        yield ModelDrafter(OpenAiModel(pool, server.url, "some-model", lambda: "key", seconds=5))


_DRAFTERS = {"recombiner": _recombiner, "bedrock": _bedrock, "openai": _openai}


class TestDrafter:
    def test_a_draft_has_the_briefs_title_and_cites_only_its_facts(self, drafter: Drafter) -> None:
        draft = drafter.draft(BRIEF)
        cited = {ref for sentence in draft.sentences for ref in sentence.facts}
        assert draft.title == BRIEF.title
        assert cited == {fact.ref for fact in BRIEF.facts}

    def test_the_same_answer_gives_the_same_draft(self, drafter: Drafter) -> None:
        assert all(one == other for one, other in pairwise(drafter.draft(BRIEF) for _ in range(2)))

    def test_a_drafter_has_a_name_for_the_record(self, drafter: Drafter) -> None:
        assert drafter.name.partition("/")[0] in _DRAFTERS
