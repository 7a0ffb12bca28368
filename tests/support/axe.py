"""axe-core over a page as it stands in the browser: the rules of WCAG 2.2 A and AA, and what it calls best practice."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playwright.sync_api import Page

SCRIPT = Path(__file__).parents[1] / "browser" / "axe" / "node_modules" / "axe-core" / "axe.min.js"
RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
MISSING = "axe-core is not there: run .ci/axe (it needs npm)"
_RUN = """rules => axe.run(document, {runOnly: {type: 'tag', values: rules}, resultTypes: ['violations']})
  .then(found => ({passes: found.passes.length, violations: found.violations}))"""


class Axe:
    """Holds pages against the rules; the page's own policy on scripts stays as it is."""

    def __init__(self, source: str) -> None:
        """Take axe-core's own text."""
        self._source = source

    def violations(self, page: Page) -> list[str]:
        """Return each broken rule with the element that breaks it: `rule: <html>`, with every <details> open."""
        page.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true; })")
        page.evaluate(self._source)
        found: dict[str, Any] = page.evaluate(_RUN, list(RULES))
        assert found["passes"], "axe-core looked at nothing"
        return [f"{rule['id']}: {node['html'][:160]}" for rule in found["violations"] for node in rule["nodes"]]
