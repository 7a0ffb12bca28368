"""What the contract suites run against: the emulated AWS and a search server, one of each per test process."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from osmem_server import OsmemServer  # type: ignore[import-untyped]

from tests.support.emulator import CREDENTIALS, Emulator, running_emulator


@pytest.fixture(scope="session")
def aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulator]:
    """The emulated AWS: `endpoint_url`, `region`, `client(service)`; its credentials are in the environment."""
    with pytest.MonkeyPatch.context() as environment:
        for name, value in CREDENTIALS.items():
            environment.setenv(name, value)
        with running_emulator(tmp_path_factory.mktemp("aws")) as emulator:
            yield emulator


@pytest.fixture(scope="session")
def search_url() -> Iterator[str]:
    """The URL of a server that speaks OpenSearch."""
    server = OsmemServer.start(japanese=False)
    yield server.url
    server.close()
    if server.process.stdout:
        server.process.stdout.close()
