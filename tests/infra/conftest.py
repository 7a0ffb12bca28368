from __future__ import annotations

import pytest

from tests.support.templates import CHINA, Template, settings, synthesize


@pytest.fixture(scope="session")
def stacks(tmp_path_factory: pytest.TempPathFactory) -> tuple[Template, Template]:
    """Both templates of cdk.json as it stands: synthesis is slow, so once."""
    return synthesize(tmp_path_factory.mktemp("synth"), settings())


@pytest.fixture(scope="session")
def data(stacks: tuple[Template, Template]) -> Template:
    return stacks[0]


@pytest.fixture(scope="session")
def service(stacks: tuple[Template, Template]) -> Template:
    return stacks[1]


@pytest.fixture(scope="session")
def service_with_models(tmp_path_factory: pytest.TempPathFactory) -> Template:
    """The service template of a hospital that wants a second opinion, and a model that chooses among sentences."""
    model = {"kind": "bedrock", "model": "m-1"}
    chosen = settings({"reviewer": model, "chooser": model})
    return synthesize(tmp_path_factory.mktemp("models"), chosen)[1]


@pytest.fixture(scope="session")
def stacks_in_china(tmp_path_factory: pytest.TempPathFactory) -> tuple[Template, Template]:
    """Both templates for a region of the aws-cn partition, with tracing on."""
    return synthesize(tmp_path_factory.mktemp("china"), settings(CHINA))
