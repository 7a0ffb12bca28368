"""What was told last holds: registers that end the same in whatever order the tellings arrive, and however often.

A hospital's messages come late, twice and out of order. So nothing here asks what came last, only what was told last:
a telling bears its sender's own moment, and of two of one moment the greater message digest decides.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")

Stamp = tuple[str, str]
"""When something was told, comparable, and by which message."""


def stamp_of(told_at: str, message: str) -> Stamp:
    """Return the stamp of a UTC ISO 8601 moment (trailing Z, any number of decimals) and a message digest."""
    return instant(told_at), message


def instant(told_at: str) -> str:
    """Return a UTC moment so that later ones compare greater."""
    whole, _, decimals = told_at.rstrip("Z").partition(".")
    return f"{whole}.{decimals:0<6}"


@dataclass(frozen=True, slots=True)
class Told(Generic[T]):
    """What was said of one thing last, when that was, and when the thing was told of for the first time."""

    value: T
    first: Stamp
    last: Stamp


def tell(known: Told[T] | None, value: T | None, stamp: Stamp) -> Told[T] | None:
    """Return the register after one more telling; None tells nothing."""
    return known if value is None else joined(known, Told(value, stamp, stamp))


def joined(known: Told[T] | None, other: Told[T] | None) -> Told[T] | None:
    """Return what two registers of one thing tell together."""
    if known is None or other is None:
        return known or other
    newest = other if other.last >= known.last else known
    return Told(newest.value, min(known.first, other.first), newest.last)


def tell_each(known: Mapping[str, Told[T]], told: Mapping[str, T], stamp: Stamp) -> Mapping[str, Told[T]]:
    """Return registers, one a thing, after a message that told of some of them."""
    newest = {key: Told(value, stamp, stamp) for key, value in told.items()}
    return {**known, **{key: joined(known.get(key), now) or now for key, now in newest.items()}}


def joined_each(accounts: Iterable[Mapping[str, Told[T]]]) -> Mapping[str, Told[T]]:
    """Return what several accounts of such things tell together."""
    together: dict[str, Told[T]] = {}
    for account in accounts:
        together |= {key: joined(together.get(key), told) or told for key, told in account.items()}
    return together


def in_order(account: Mapping[str, Told[T]]) -> list[Told[T]]:
    """Return the registers in the order in which their things were told of first."""
    return [account[key] for key in sorted(account, key=lambda key: (account[key].first, key))]


def value_of(register: Told[T] | None) -> T | None:
    """Return what was told last; None if nothing was."""
    return register.value if register else None


@dataclass(frozen=True, slots=True)
class Answer:
    """What one message said of a person's decision."""

    stamp: Stamp
    given: bool


@dataclass(frozen=True, slots=True)
class Decision:
    """A person's yes or no, and since when it stands. `heard` counts the messages that were known when it was drawn."""

    given: bool
    decided_at: str
    heard: int = 0


def decision_of(answers: Iterable[Answer], *, asked_at: str, heard: int) -> Decision | None:
    """Return the decision that stands: a yes counts from the asking, or from the first yes after a no.

    Messages repeat an answer without its being given again, so a repeated yes is no newer than the first. A no counts
    from the last time it was told.
    """
    told = sorted((answer.stamp, answer.given) for answer in answers)
    if not told:
        return None
    noes = [stamp for stamp, given in told if not given]
    if not told[-1][1]:
        return Decision(given=False, decided_at=f"{noes[-1][0]}Z", heard=heard)
    renewed = [stamp[0] for stamp, given in told if given and noes and stamp > noes[-1]]
    since = renewed[0] if renewed else instant(asked_at)
    return Decision(given=True, decided_at=f"{since}Z", heard=heard)
