"""How the checker does on sentences that neither the rules nor the model were made from."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from narrowcast.domain.control.claims import PACK_VERSION, check_claims
from narrowcast.domain.control.claims.pack import load

HERE = Path(__file__).parent
SETS = HERE / "sets"
TOLD = (
    "training.jsonl",
    "held_out_second.jsonl",
    "development.jsonl",
    "development_second.jsonl",
    "another_hand.jsonl",
    "development_third.jsonl",
    "another_hand_second.jsonl",
)
WORDINGS = HERE.parents[3] / "layers/core/python/narrowcast/domain/control/claims/wordings"
WEIGHTS = WORDINGS / f"{load(PACK_VERSION).wordings}.json"


def _cases(name: str) -> list[dict[str, str]]:
    return [json.loads(line) for line in (SETS / name).read_text().splitlines()]


def _measuring() -> list[dict[str, str]]:
    return [
        case
        for name in ("unseen", "held_out_third", "held_out_fourth", "held_out_fifth", "second_hand", "evasions")
        for case in _cases(f"{name}.jsonl")
    ]


def _is_flagged(case: dict[str, str]) -> bool:
    return check_claims(case["text"], case["channel"]).label != "pass"


def test_nineteen_of_twenty_unseen_claims_are_found() -> None:
    claims = [case for case in _cases("unseen.jsonl") if case["rule"]]
    assert sum(map(_is_flagged, claims)) / len(claims) >= 0.95


def test_nine_of_ten_flags_on_unseen_sentences_are_claims() -> None:
    flagged = [case for case in _cases("unseen.jsonl") if _is_flagged(case)]
    assert sum(bool(case["rule"]) for case in flagged) / len(flagged) >= 0.90


def test_nineteen_of_twenty_claims_held_out_last_are_found() -> None:
    claims = [case for case in _cases("held_out_third.jsonl") if case["rule"] not in ("", "evasion")]
    assert sum(map(_is_flagged, claims)) / len(claims) >= 0.95


def test_nine_of_ten_flags_on_sentences_held_out_last_are_claims() -> None:
    flagged = [case for case in _cases("held_out_third.jsonl") if case["rule"] != "evasion" and _is_flagged(case)]
    assert sum(bool(case["rule"]) for case in flagged) / len(flagged) >= 0.90


def test_nineteen_of_twenty_evasions_are_found() -> None:
    evasions = _cases("evasions.jsonl") + [case for case in _cases("held_out_third.jsonl") if case["rule"] == "evasion"]
    assert sum(map(_is_flagged, evasions)) / len(evasions) >= 0.95


def test_no_unseen_sentence_is_among_the_training_ones() -> None:
    training = {case["text"] for name in TOLD for case in _cases(name)}
    assert not training & {case["text"] for case in _measuring()}


def test_the_shipped_weights_come_from_the_training_sentences_here() -> None:
    training = b"".join((SETS / name).read_bytes() for name in (*TOLD, "ordinary.txt", "background.txt"))
    assert json.loads(WEIGHTS.read_text())["sentences"] == hashlib.sha256(training).hexdigest()


def test_ordinary_medical_prose_is_left_alone() -> None:
    sentences = (SETS / "ordinary.txt").read_text().splitlines()
    flagged = [text for text in sentences if check_claims(text, "douyin").label != "pass"]
    assert len(flagged) / len(sentences) <= 0.01


def test_the_demonstration_reads_clean_to_a_patient() -> None:
    facts = json.loads((HERE.parents[3] / "events/demo/facts.json").read_text())
    assert [fact["text"] for fact in facts if check_claims(fact["text"], "patient").label != "pass"] == []
