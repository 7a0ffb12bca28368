"""One running stack for the suite, with a small library of signed pieces; its pieces and patients are never shared."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from infra.local import assembly, stack
from infra.local.home import REPOSITORY
from tests.support.stack_clinic import Clinic
from tests.support.stack_records import Records

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infra.local.assembly import StackTemplate

LIBRARY = ("dm-know", "dm-diet", "htn-know", "pci-know")


@pytest.fixture(scope="session")
def templates() -> list[StackTemplate]:
    """The product's stacks as cdk.json has them, synthesized once for all stacks of the suite."""
    source = stack.product(REPOSITORY / ".build/e2e/cdk.out", context="")
    return source()


@pytest.fixture(scope="session")
def clinic(tmp_path_factory: pytest.TempPathFactory, templates: list[assembly.StackTemplate]) -> Iterator[Clinic]:
    """The demo hospital with four published pieces; waits for people last days."""
    directory = tmp_path_factory.mktemp("stack")
    with stack.running_stack(directory, source=lambda: templates) as endpoints:
        clinic = Clinic(directory, endpoints)
        clinic.register()
        clinic.publish(*LIBRARY)
        yield clinic


@pytest.fixture(scope="session")
def records(clinic: Clinic) -> Records:
    """What the suite's stack holds."""
    return Records(clinic.directory, clinic.endpoints)
