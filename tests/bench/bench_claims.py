"""Figures of the claim check: what it finds, what it leaves alone, how fast. Prints, asserts nothing.

python -m tests.bench.bench_claims
"""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import TYPE_CHECKING

from narrowcast.domain.control.claims import check_claims
from tests.bench.tables import say

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

SETS = Path(__file__).parents[1] / "domain/control/claims/sets"
PAGE = 1_500
LONGEST_ALLOWED = 2_000
HOSTILE = ("扫码", "一二三", "1", "保证治", "患者用了", "https://", "根.", "没有的", "不要相信", "zhi", "，")


def main() -> None:
    """Print the figures."""
    check_claims("规则和用语先都读进来", "douyin")
    _say_quality()
    _say_speed("ordinary prose", _pages(_ordinary()))
    _say_speed("advertising", _pages(case["text"] + "。" for case in _cases("training") if case["rule"]))
    say(f"slowest of {len(HOSTILE)} hostile texts of 2,000 characters: {max(map(_milliseconds, HOSTILE)):.0f} ms")


def _cases(name: str) -> list[dict[str, str]]:
    return [json.loads(line) for line in (SETS / f"{name}.jsonl").read_text().splitlines()]


def _ordinary() -> list[str]:
    return (SETS / "ordinary.txt").read_text().splitlines()


def _is_flagged(case: dict[str, str]) -> bool:
    return check_claims(case["text"], case["channel"]).label != "pass"


def _say_quality() -> None:
    _say_sentences("unseen")
    _say_sentences("held_out_third")
    _say_sentences("held_out_fourth")
    held_out = [case for name in ("held_out_third", "held_out_fourth") for case in _cases(name)]
    evasions = [*_cases("evasions"), *(case for case in held_out if case["rule"] == "evasion")]
    say(f"evasions ({len(evasions)}): found {sum(map(_is_flagged, evasions)) / len(evasions):.3f}")
    ordinary = [_is_flagged({"text": text, "channel": "douyin"}) for text in _ordinary()]
    say(f"ordinary medical sentences ({len(ordinary)}, most of them trained on): flagged {sum(ordinary)}")


def _say_sentences(name: str) -> None:
    cases = [case for case in _cases(name) if case["rule"] != "evasion"]
    flagged = [case for case in cases if _is_flagged(case)]
    found, claims = sum(bool(case["rule"]) for case in flagged), sum(bool(case["rule"]) for case in cases)
    say(f"sentences of {name} ({len(cases)}): recall {found / claims:.3f}, precision {found / len(flagged):.3f}")


def _pages(sentences: Iterable[str]) -> list[str]:
    prose = "".join(sentences)
    return [prose[at : at + PAGE] for at in range(0, len(prose) - PAGE, PAGE)]


def _say_speed(kind: str, pages: Sequence[str]) -> None:
    started = time.process_time()
    for page in pages:
        check_claims(page, "douyin")
    say(f"pages of {kind} a second and core: {len(pages) / (time.process_time() - started):.0f}")


def _milliseconds(piece: str) -> float:
    text = (piece * LONGEST_ALLOWED)[:LONGEST_ALLOWED]
    started = time.process_time()
    check_claims(text, "douyin")
    return (time.process_time() - started) * 1_000


if __name__ == "__main__":
    main()
