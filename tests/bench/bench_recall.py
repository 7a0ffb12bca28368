"""A recall on 100,000 deliveries over the memory adapters: the set found beside a scan of every event, and the times.

The log, the rows, the vault and the messenger are those of adapters/memory; everything else is the product's own code.
"""

from __future__ import annotations

from tests.bench.tables import Table
from tests.support.recall_run import recall_many

DELIVERIES = 100_000


def run() -> list[Table]:
    """Take a fact back from everybody who was given it."""
    ran = recall_many(DELIVERIES)
    account = ran.account
    counts = (
        ("guides written (a seeded generator)", f"{DELIVERIES:,}"),
        ("guides that carried the fact", f"{len(account.carriers):,}"),
        ("found by the rows", f"{len(ran.found):,}"),
        ("found by reading every event", f"{len(ran.scanned):,}"),
        ("guides that never reached their patient", f"{ran.unreached:,}"),
        ("patients who were given it and can be told", f"{len(account.tellable):,}"),
        ("patients told", f"{len(ran.told):,}"),
        ("messages sent", f"{ran.messages:,}"),
        ("readings after the event that showed the old words", f"{ran.old_shown:,}"),
    )
    broken = {
        "the rows, the scan and the generator's account differ": not ran.found == ran.scanned == account.carriers,
        "others were told than those who were given it": ran.told != account.tellable,
        "somebody was told twice or not at all": ran.messages != len(account.tellable),
        "old words were shown": ran.old_shown > 0,
    }
    seconds = tuple((name, f"{taken:.1f}") for name, taken in ran.seconds.items())
    return [
        Table(
            "recall: one fact taken back",
            ("what", "count"),
            counts,
            notes=("memory adapters; the generator keeps its own account of whom it gave what",),
            broken=tuple(what for what, is_so in broken.items() if is_so),
        ),
        Table(
            "recall: what its parts take",
            ("part", "seconds"),
            seconds,
            notes=("one process, one core; the last line has one patient after the other, message and link included",),
        ),
    ]
