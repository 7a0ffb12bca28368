"""What a cold start costs before the first event: CPU of importing each handler, and of making what it uses.

Handlers are imported as the embedded AWS imports them: from the built function and layers with their bytecode, nothing
else on the path. CPU time, not wall time: another program on the machine hardly changes it.
"""

from __future__ import annotations

import re
import statistics
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from infra.bundling import BUILD, build_core_layer, build_function, build_vendor_layer
from infra.local.home import only_one
from tests.bench.tables import REPOSITORY, Cell, Table, rounded

LIMIT = 300.0
"""CPU milliseconds that importing a handler may take."""

RUNS = 5
PROBE = Path(__file__).with_name("import_probe.py")
_USED = re.compile(r"composition\(\)\.(\w+)")

# Values only have to be there: nothing is called.
ENVIRONMENT = {
    "AWS_REGION": "us-east-1",
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_ACCESS_KEY_ID": "none",
    "AWS_SECRET_ACCESS_KEY": "none",
    "AWS_ENDPOINT_URL": "http://127.0.0.1:9",
    "POWERTOOLS_SERVICE_NAME": "bench",
    "POWERTOOLS_METRICS_NAMESPACE": "Narrowcast",
    "SIGNATURE_EXPIRES_SECONDS": "604800",
    "SEARCH_ENDPOINT": "http://127.0.0.1:9",
    "APP_WEBHOOK_URL": "http://127.0.0.1:9",
    **{
        name: name.lower()
        for name in (
            *("EVENT_LOG_TABLE", "READ_TABLE", "LINKS_TABLE", "TASKS_TABLE", "EFFECTS_TABLE", "VAULT_TABLE"),
            *("KEYS_TABLE", "SNAPSHOT_TABLE", "PARKED_TABLE", "ROOT_BUCKET", "SEAL_KEY_ID"),
            *("GUIDE_SCHEDULES", "GUIDE_SCHEDULES_ROLE_ARN"),
            *("REFUSALS_TABLE", "ASSET_BUCKET", "SIGNING_KEY_ID", "VAULT_KEY_ID", "LINK_SECRET_ARN"),
            *("PSEUDONYM_SECRET_ARN", "APP_WEBHOOK_SECRET_ARN", "CONTENT_PRODUCTION_ARN", "GUIDE_DELIVERY_ARN"),
            *("PUBLIC_BASE_URL", "MAIL_SENDER"),
        )
    },
}


def run() -> list[Table]:
    """Measure every function's folder."""
    names = sorted(folder.name for folder in (REPOSITORY / "functions").iterdir() if folder.is_dir())
    layers = _build(names)
    used = {name: _pieces(name) for name in names}
    figures = {name: _measure(BUILD / "functions" / name, layers, _module(name), used[name]) for name in names}
    baseline = _measure(BUILD, layers[1:], "boto3", ())
    slowest = max(figures, key=lambda name: figures[name][0])
    slow = [name for name, (imported, _) in figures.items() if imported > LIMIT]
    return [
        Table(
            title="imports: CPU milliseconds, median of 5 fresh interpreters",
            columns=("function", "import", "import + first use", "what is made for it"),
            rows=(
                *(_row(name, figures[name], ", ".join(used[name])) for name in names),
                _row("(baseline)", baseline, "import boto3; boto3.client('dynamodb')"),
            ),
            notes=(
                f"The slowest import is {slowest}: {figures[slowest][0]:.0f} of at most {LIMIT:.0f} ms.",
                "First use: what the handler takes from the composition (the API: what POST /visits takes), with its",
                "adapters and AWS clients; nothing is called, and each secret is a constant.",
            ),
            broken=tuple(f"importing {name} takes {figures[name][0]:.0f} ms" for name in slow),
        )
    ]


def _build(names: list[str]) -> list[Path]:
    with only_one(BUILD / "synthesis.lock"):
        for name in names:
            build_function(name)
        return [bundle.path / "python" for bundle in (build_core_layer(), build_vendor_layer())]


def _module(name: str) -> str:
    return "app" if name == "api" else "handler"


def _pieces(name: str) -> tuple[str, ...]:
    """Return the parts of the composition that a function's handler names."""
    if name == "api":
        return ("reception",)
    source = (REPOSITORY / "functions" / name / "handler.py").read_text("utf-8")
    return tuple(dict.fromkeys(_USED.findall(source)))


def _measure(folder: Path, layers: list[Path], module: str, pieces: tuple[str, ...]) -> tuple[float, float]:
    imports, first_uses = zip(*_runs(folder, layers, module, pieces), strict=True)
    return statistics.median(imports), statistics.median(first_uses)


def _runs(folder: Path, layers: list[Path], module: str, pieces: tuple[str, ...]) -> Iterator[tuple[float, float]]:
    places = [str(folder), *map(str, layers)]
    command = [sys.executable, "-I", "-S", str(PROBE), *places, "--", module, *pieces]
    for _ in range(RUNS):
        done = subprocess.run(command, env=ENVIRONMENT, capture_output=True, text=True, check=True)  # noqa: S603 - ours
        imported, used = done.stdout.split()[-2:]
        yield float(imported), float(used)


def _row(name: str, figures: tuple[float, float], pieces: str) -> tuple[Cell, ...]:
    return (name, *(rounded(round(figure)) for figure in figures), pieces)
