"""Whatever arrives, there is a result and a well-formed answer."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from narrowcast.application.intake import Accepted, Refused, answer, describe, detect_format, read_message

NOW = "2026-11-21T02:00:00Z"
TRIGGERS = Path(__file__).parents[3] / "events" / "triggers"
SAMPLES = {kind: [path.read_bytes() for path in sorted(TRIGGERS.glob(f"{kind}/*"))] for kind in ("hl7", "fhir", "json")}
TYPES = st.sampled_from(
    [
        "",
        "application/json",
        "application/fhir+json",
        "application/hl7-v2",
        "text/plain; charset=gbk",
        "text/plain; charset=q",
    ]
)
PIECES = st.sampled_from(
    [
        b"|",
        b"^",
        b"~",
        b"\\",
        b"&",
        b"\r",
        b"\n",
        b"\x0b",
        b"\x1c",
        b"\x00",
        b"\xff",
        b"{",
        b"]",
        b'"',
        b"\\u0000",
        b"\\ud800",
        b"null",
        b"1e400",
        b"MSH|",
        b"\rPID|",
        b"DG1|1||",
        b'"entry":',
        "\u2028".encode(),
        b"\x80",
        b"",
        b"99999999999999999999",
    ]
)


def well_formed_answer(body: bytes, content_type: str) -> Accepted | Refused:
    result = read_message(body, content_type=content_type, hospital="renhe", known_hospitals={"renhe"}, received_at=NOW)
    status, media, text = answer(result, body, content_type=content_type, message_id="A-1", at=NOW)
    assert status in ({200, 202} if isinstance(result, Accepted) else {400, 413, 415, 422})
    text.encode()
    json.dumps(describe(result)).encode()
    checks = {"hl7": is_ack, "fhir": is_outcome}
    assert checks.get(detect_format(content_type, body), is_document)(text, media)
    return result


def is_ack(text: str, _media: str) -> bool:
    segments = text.split("\r")
    separator = segments[0][3]
    msa = segments[1].split(separator)
    return (
        segments[0].startswith("MSH")
        and segments[-1] == ""
        and msa[0] == "MSA"
        and re.fullmatch("[AC][AER]", msa[1]) is not None
        and all(segment.startswith(f"ERR{separator}") for segment in segments[2:-1])
        and all(segment.isprintable() for segment in segments)
        and (msa[1][1] == "A") == (len(segments) == 3)
    )


def is_outcome(text: str, _media: str) -> bool:
    outcome = json.loads(text)
    return outcome["resourceType"] == "OperationOutcome" and all(issue["details"]["text"] for issue in outcome["issue"])


def is_document(text: str, media: str) -> bool:
    document = json.loads(text)
    return bool(document["errors"]) if "problem" in media else document["accepted"] is True


@given(st.binary(max_size=200), TYPES)
def test_random_bytes_are_answered(body: bytes, content_type: str) -> None:
    well_formed_answer(body, content_type)


@given(st.text(max_size=120), st.sampled_from(["MSH", "MSH|^~\\&|", "{", '{"resourceType":"Bundle","entry":[']), TYPES)
def test_random_text_behind_a_good_beginning_is_answered(text: str, beginning: str, content_type: str) -> None:
    well_formed_answer(beginning.encode() + text.encode(), content_type)


@settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.data())
@pytest.mark.parametrize("kind", ["hl7", "fhir", "json"])
def test_a_damaged_message_is_answered(kind: str, data: st.DataObject) -> None:
    body = data.draw(st.sampled_from(SAMPLES[kind]))
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(body)))
        gone = data.draw(st.integers(0, 12))
        body = body[:start] + data.draw(PIECES) + body[start + gone :]
    well_formed_answer(body, data.draw(TYPES))


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.data())
@pytest.mark.parametrize("kind", ["fhir", "json"])
def test_a_document_with_any_value_anywhere_is_answered(kind: str, data: st.DataObject) -> None:
    name = {"fhir": "transaction-metformin-started-with-consent.json", "json": "visit-complete.json"}[kind]
    document = json.loads((TRIGGERS / kind / name).read_bytes())
    place = document
    while True:
        keys = list(place) if isinstance(place, dict) else list(range(len(place)))
        key = data.draw(st.sampled_from(keys))
        if isinstance(place[key], dict | list) and place[key] and data.draw(st.booleans()):
            place = place[key]
            continue
        place[key] = data.draw(JSON_VALUES)
        break
    well_formed_answer(json.dumps(document).encode("utf-8", "surrogatepass"), "")


HEADER = b"MSH|^~\\&|HIS|renhe|NC|NC|20261121||ADT^A04|M-1|P|2.5\r"


@pytest.mark.parametrize(
    "body",
    [
        HEADER + b"PID|||" + b"~" * 60_000,
        HEADER + b"PID|||" + b"^" * 60_000,
        HEADER + b"PID|" + b"|" * 60_000,
        HEADER + b"PID|||" + b"\\X00" * 15_000,
        HEADER + b"DG1|1||E11\r" * 5_000,
        HEADER + b"CON|1|EDU\r" * 6_000,
        b"MSH|^~\\&|" + b"^" * 262_000,
        b"MSH|^~\\&|\rPID|||" + b"~" * 262_000,
        b"MSH|^~\\&|\rPID|||" + b"\\" * 262_000,
        b"MSH|^~\\&|" + b"\rDG1|1||E11" * 23_000,
        b"MSH|^~\\&|" + b"\rCON" * 60_000,
        b'{"resourceType":"Bundle","entry":[' + b"{}," * 80_000 + b"{}]}",
        b'{"diagnoses":[' + b"{}," * 80_000 + b"{}]}",
        b"{" + b",".join(b'"k%d":1' % at for at in range(20_000)) + b"}",
        b'{"message_id":"' + b"1" * 262_000 + b'"}',
    ],
    ids=lambda body: body.removeprefix(HEADER)[:16].decode("ascii", "replace"),
)
def test_a_body_full_of_one_thing_is_answered(body: bytes) -> None:
    assert isinstance(well_formed_answer(body, ""), Refused)


@pytest.mark.parametrize(
    "beginning", [b"MSH|^~\\&|HIS|renhe|NC|NC|20261121||ADT^A04|M-1|P|2.5\r", b'{"resourceType":', b"{", b"?"]
)
def test_a_body_over_the_limit_is_answered_with_413_in_its_own_format(beginning: bytes) -> None:
    body = beginning + b" " * 262_145
    result = well_formed_answer(body, "")
    assert isinstance(result, Refused)
    assert result.status == 413
    assert answer(result, body, content_type="", message_id="A-1", at=NOW)[0] == 413
