"""What holds for every test: a slow or busy machine is no failure of a property; one of each server, one browser."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from tests.support.axe import Axe
    from tests.support.emulator import Emulator

settings.register_profile("narrowcast", deadline=None)
settings.register_profile("nightly", deadline=None, max_examples=750, stateful_step_count=100)
settings.load_profile("narrowcast")

NO_NODE = pytest.StashKey[str]()
"""Why there is no real OpenSearch node here."""
NO_AXE = pytest.StashKey[str]()
"""Why pages were not held against axe-core."""
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@pytest.fixture(scope="session")
def aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulator]:
    """The emulated AWS: `endpoint_url`, `region`, `client(service)`; its credentials are in the environment."""
    from tests.support.emulator import CREDENTIALS, running_emulator  # noqa: PLC0415 - boto3 only where it is asked for

    with pytest.MonkeyPatch.context() as environment:
        for name, value in CREDENTIALS.items():
            environment.setenv(name, value)
        with running_emulator(tmp_path_factory.mktemp("aws")) as emulator:
            yield emulator


@pytest.fixture(scope="session")
def search_url() -> Iterator[str]:
    """The URL of a server that speaks OpenSearch."""
    from tests.support.search_server import running_search  # noqa: PLC0415 - started only where it is asked for

    with running_search() as url:
        yield url


@pytest.fixture(scope="session")
def search_node(request: pytest.FixtureRequest) -> Iterator[str]:
    """The URL of a real OpenSearch node; where there can be none, the tests are skipped and the summary says why."""
    from infra.local.opensearch_node import NodeError  # noqa: PLC0415 - started only where it is asked for
    from tests.support.search_node import running_node  # noqa: PLC0415

    node = running_node()
    try:
        url = node.__enter__()
    except NodeError as error:
        request.config.stash[NO_NODE] = str(error)
        pytest.skip(f"no real OpenSearch: {error}")
    yield url
    node.__exit__(None, None, None)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Say loudly that nothing was held against a real OpenSearch, or no page against axe-core, if so."""
    for key, what in ((NO_NODE, "NO REAL OPENSEARCH"), (NO_AXE, "NO AXE-CORE")):
        if reason := config.stash.get(key, ""):
            terminalreporter.section(f"{what}: its tests were skipped", red=True, bold=True)
            terminalreporter.line(reason)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Debian's chromium, started once a module; the tests are skipped where it is not installed.

    Playwright keeps an event loop running while it is open: whoever else needs one must come after.
    """
    executable = shutil.which("chromium")
    if executable is None:
        pytest.skip("chromium is not installed: apt-get install chromium fonts-noto-cjk")
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - only where there is a browser to drive

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=list(QUIET))
        yield browser
        browser.close()


@pytest.fixture
def screenshots(tmp_path: Path) -> Path:
    """Where pictures of pages go: the folder that NARROWCAST_SCREENSHOTS names, or one that is thrown away."""
    folder = Path(os.environ.get("NARROWCAST_SCREENSHOTS", tmp_path))
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.fixture(scope="session")
def axe(request: pytest.FixtureRequest) -> Axe:
    """axe-core, to hold pages against: `violations(page)`; where it is missing, the summary says so."""
    from tests.support.axe import MISSING, SCRIPT, Axe  # noqa: PLC0415 - only where there is a browser to drive

    if not SCRIPT.is_file():
        request.config.stash[NO_AXE] = MISSING
        pytest.skip(MISSING)
    return Axe(SCRIPT.read_text(encoding="utf-8"))
