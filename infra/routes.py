"""Asks the API itself for its routes: they are written once, in functions/api/app.py.

The app is loaded in a process of its own, so that infra/ imports nothing of the code it deploys.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from infra.settings import ROOT, SettingsError

if TYPE_CHECKING:
    from pathlib import Path

ACCESS_KINDS = frozenset({"client", "staff", "session", "link", "public"})
# Runs in the app's folder: prints each route with what its ACCESS table says of it.
LIST_ROUTES = """
import json, sys
sys.path.insert(0, ".")
import app
print(json.dumps([
    {"path": path, "method": method, "access": app.ACCESS[f"{method} {path}"]}
    for path, methods in sorted(app.app.routes.items()) for method in sorted(methods)
]))
"""


@dataclass(frozen=True, kw_only=True)
class Route:
    """One method of one path (`/guides/{guide_id}`) and who may call it: client, staff, session, link or public."""

    path: str
    method: str
    access: str


def api_routes(folder: Path = ROOT / "functions/api") -> list[Route]:
    """All routes of the Chalice app in `folder`; SettingsError if it does not load or leaves a route's access open."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "layers/core/python")}
    listing = subprocess.run(  # noqa: S603 - our own script
        [sys.executable, "-c", LIST_ROUTES], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    if listing.returncode:
        raise SettingsError(f"functions/api/app.py did not list its routes:\n{listing.stderr}")
    routes = [Route(**entry) for entry in json.loads(listing.stdout)]
    unclear = [f"{route.method} {route.path}" for route in routes if route.access not in ACCESS_KINDS]
    if unclear:
        raise SettingsError(f"ACCESS of {unclear} is none of {sorted(ACCESS_KINDS)}")
    return routes
