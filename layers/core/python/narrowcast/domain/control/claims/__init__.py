"""Judges one text for one channel: which claims it makes that medical advertising and platform law forbid there.

The same text may pass to the hospital's own patient and be blocked in public. Rules say what is unlawful; the model of
wordings beside them can only add a warning or a block. Deterministic, and silent about whether a claim is true.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from narrowcast.domain.errors import Refusal

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

PACK_VERSION = "2026.11.1"
CHANNELS = ("patient", "wechat_public", "douyin", "xiaohongshu", "channels", "print")

PASS = "pass"  # noqa: S105 - a verdict, not a password
WARN = "warn"
BLOCK = "block"
_GRAVITY = (PASS, WARN, BLOCK)


class UnknownChannel(Refusal):
    """The channel is none of CHANNELS."""


class UnknownPack(Refusal):
    """No rule pack of that version ships with this release."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A claim in the text as given: `text == given[start:end]`, the rule, its law, and what could be said instead."""

    start: int
    end: int
    text: str
    rule: str
    law: str
    severity: str
    suggestion: str


@dataclass(frozen=True, slots=True)
class ClaimVerdict:
    """The gravest severity of the hits, or "pass" without any; hits stand in the order of the text."""

    label: str
    hits: tuple[Hit, ...]


def check_claims(text: str, channel: str, pack: str = PACK_VERSION) -> ClaimVerdict:
    """Judge `text` for `channel` by the rule pack of that version. Raises UnknownChannel, UnknownPack."""
    if channel not in CHANNELS:
        raise UnknownChannel(f"未知的发布渠道：{channel}", field="channel")
    return _verdict(_offences(text, pack), channel)


def check_channels(text: str, pack: str = PACK_VERSION) -> Mapping[str, ClaimVerdict]:
    """Judge `text` for every channel at once. Raises UnknownPack."""
    offences = _offences(text, pack)
    return {channel: _verdict(offences, channel) for channel in CHANNELS}


def _offences(text: str, version: str) -> Sequence[tuple[Hit, Mapping[str, str]]]:
    from narrowcast.domain.control.claims.fold import fold, quoted  # noqa: PLC0415 - importing this package stays cheap
    from narrowcast.domain.control.claims.grammar import Prose, find_claims  # noqa: PLC0415
    from narrowcast.domain.control.claims.pack import load  # noqa: PLC0415
    from narrowcast.domain.control.claims.wording import model  # noqa: PLC0415

    pack = load(version)
    folded = fold(text, pack.spellings)
    offences = []
    for claim in find_claims(Prose(folded.text, quoted(text, folded)), pack, model(pack.wordings)):
        start, end = folded.span(claim.start, claim.end)
        hit = Hit(start, end, text[start:end], claim.rule, claim.law, PASS, claim.suggestion)
        offences.append((hit, claim.severities))
    return offences


def _verdict(offences: Sequence[tuple[Hit, Mapping[str, str]]], channel: str) -> ClaimVerdict:
    hits = tuple(_graded(hit, grades[channel]) for hit, grades in offences if channel in grades)
    gravest = max((_GRAVITY.index(hit.severity) for hit in hits), default=0)
    return ClaimVerdict(_GRAVITY[gravest], hits)


def _graded(hit: Hit, severity: str) -> Hit:
    return Hit(hit.start, hit.end, hit.text, hit.rule, hit.law, severity, hit.suggestion)
