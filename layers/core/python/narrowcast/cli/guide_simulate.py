"""`narrowcast guide simulate`: which past guides would differ under other rules or tags. Reads and writes nothing.

The file holds JSON; whatever it leaves out stays as it is:
    {"version": "trial", "weights": {"stage": 90000},
     "conflicts": [{"name": "…", "advice": "fluids", "reason": "…", "illnesses": ["I50"], "drugs": [], "knowing": []}],
     "tags": {"dm-diet": {"stages": ["discharge"], "sexes": ["female"]}}}
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec

from narrowcast.application.hospitals import profile_of
from narrowcast.application.simulation import Outcome, read_trial
from narrowcast.cli.common import OK, Arguments, UsageError, add_command, open_stack, tell


def add_to(group: Any) -> None:
    """Declare the command."""
    text = "show which guides since a day would differ under other rules or tags"
    simulate = add_command(group, "simulate", text, _run)
    simulate.add_argument("--rules", type=Path, required=True, metavar="NEW", help="JSON: weights, conflicts, tags")
    simulate.add_argument("--since", required=True, metavar="DATE", help="YYYY-MM-DD, or a moment in ISO 8601 (UTC)")
    simulate.add_argument("--hospital", default="")


def _run(arguments: Arguments) -> int:
    trial = read_trial(arguments.rules.read_bytes())
    since, composition = moment_of(arguments.since), open_stack(arguments)
    if arguments.hospital:
        profile_of(composition.store, arguments.hospital)  # HospitalUnknown: of none, no guide would differ
    outcome = composition.simulation.run(trial, since=since, hospital=arguments.hospital)
    tell(arguments, msgspec.to_builtins(outcome), lines_of(outcome))
    return OK


def moment_of(text: str) -> datetime:
    """Return the moment that a day or a time names, in UTC if it names no zone."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        message = f"--since {text}: not a date"
        raise UsageError(message) from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def lines_of(outcome: Outcome) -> Iterator[str]:
    """Yield the outcome as lines."""
    yield f"rules {outcome.rules} against {outcome.tried}: {len(outcome.changed)} of {outcome.guides} guides differ"
    for changed in outcome.changed:
        yield f"{changed.hospital} {changed.guide_id} ({changed.visit_id})"
        for each in changed.differences:
            moves = (*(f"-{gone}" for gone in each.leaves), *(f"+{new}" for new in each.comes))
            yield f"  {each.section}: {' '.join(moves)}"
