from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from botocore.stub import Stubber
from urllib3 import PoolManager

from narrowcast.adapters.models.bedrock import BedrockModel
from narrowcast.adapters.models.openai import OpenAiModel
from narrowcast.adapters.models.reviewer import ModelReviewer
from narrowcast.application.ports import SecondOpinion
from narrowcast.domain.control.gate import SECOND_OPINION
from tests.support.briefs import DRAFT
from tests.support.http_server import scripted_server
from tests.support.model_answers import completion, converse, tool_use
from tests.support.offline import offline_client
from tests.support.reviews import FACTS, SENTENCES, review


@contextmanager
def _bedrock() -> Iterator[SecondOpinion]:
    client = offline_client("bedrock-runtime")
    answer = converse(tool_use("submit_review", json.loads(review("good.json"))))
    with Stubber(client) as stub:
        stub.add_response("converse", answer)
        yield ModelReviewer(BedrockModel(client, "some.model"))


@contextmanager
def _openai() -> Iterator[SecondOpinion]:
    with scripted_server() as server, PoolManager() as pool:
        server.answer(200, completion(review("good.json")))
        yield ModelReviewer(OpenAiModel(pool, server.url, "some-model", lambda: "key", seconds=5))


_REVIEWERS = {"bedrock": _bedrock, "openai": _openai}


@pytest.fixture(params=_REVIEWERS)
def reviewer(request: pytest.FixtureRequest) -> Iterator[SecondOpinion]:
    with _REVIEWERS[request.param]() as reviewer:
        yield reviewer


class TestSecondOpinion:
    def test_its_objections_are_to_sentences_of_the_draft_and_bear_a_reason(self, reviewer: SecondOpinion) -> None:
        said = reviewer.objections(DRAFT, FACTS)
        assert said
        assert all(0 <= each.sentence < SENTENCES and each.kind == SECOND_OPINION and each.found for each in said)

    def test_a_reviewer_has_a_name_for_the_record(self, reviewer: SecondOpinion) -> None:
        assert reviewer.name.partition("/")[0] in _REVIEWERS
