"""What readers made of each section, counted over a hospital's guides: what the backlog of topics is fed with.

Nothing in it is of one person: it counts guides, by section and piece.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from narrowcast.application.ports import ReadTable
from narrowcast.application.streams import GUIDE

SAID = ("read", "understood", "questioned", "missed", "helped")
"""Lists of sections in a guide's row. `missed` had a wrong answer, for `helped` a nurse was called."""


def section_feedback(read: ReadTable, hospital: str) -> list[Mapping[str, object]]:
    """Return {"section", "content_id", "guides", "opened", and each of SAID}, the least understood first.

    A row that a release before wrote, and no rebuild has made anew, tells less.
    """
    counts: dict[tuple[str, str], Counter[str]] = {}
    rows: Iterator[Mapping[str, Any]] = read.query(f"{hospital}/{GUIDE.name}")
    for row in rows:
        for section, pieces in row["sections"].items():
            told = {each: int(section in row.get(each, ())) for each in SAID} | {
                "opened": int(row.get("opened", False))
            }
            for content_id in pieces:
                counts.setdefault((section, content_id), Counter()).update(guides=1, **told)
    ranked = sorted(counts.items(), key=lambda item: (-item[1]["missed"] - item[1]["questioned"], item[0]))
    columns = ("guides", "opened", *SAID)
    return [
        {"section": section, "content_id": content_id, **{each: count[each] for each in columns}}
        for (section, content_id), count in ranked
    ]
