"""events/ is the contract: every event that was ever written has a schema and a sample, and is still read."""

from __future__ import annotations

import msgspec
import pytest

from narrowcast.contracts.codec import decode, encode
from narrowcast.contracts.registry import EVENTS
from narrowcast.contracts.schema import schema_folder, validate
from narrowcast.domain.patient import ConsentGiven
from narrowcast.domain.vocabulary import Purpose
from tests.support.written_events import CIRCUMSTANCES, Sample, commit_of, entry, samples

VERSIONS = [(name, version) for name, (_, current) in EVENTS.items() for version in range(1, current + 1)]


def test_every_version_of_every_event_has_a_schema_and_there_are_no_others() -> None:
    found = {(file.parent.name, int(file.stem.removeprefix("v"))) for file in schema_folder().glob("*/*.json")}
    assert found == set(VERSIONS)


def test_every_version_of_every_event_has_a_sample_and_there_are_no_others() -> None:
    assert {(sample.name, sample.version) for sample in samples()} == set(VERSIONS)


@pytest.mark.parametrize("sample", samples(), ids=str)
def test_a_sample_fits_its_schema_and_is_read_as_todays_event(sample: Sample) -> None:
    validate(sample.name, sample.version, sample.data)
    [envelope] = decode(commit_of(entry(sample.name, sample.version, sample.data)))
    assert type(envelope.event) is EVENTS[sample.name][0]
    assert envelope.schema_version == sample.version


@pytest.mark.parametrize("sample", [sample for sample in samples() if sample.is_current], ids=str)
def test_a_sample_is_written_again_to_the_same_bytes(sample: Sample) -> None:
    commit = commit_of(entry(sample.name, sample.version, sample.data))
    assert encode([envelope.event for envelope in decode(commit)], "c-1", CIRCUMSTANCES) == commit.payload


def test_an_old_consent_is_lifted_to_todays_words() -> None:
    old = entry("ConsentGiven", 1, {"purpose": "个性化健康教育"})
    [envelope] = decode(commit_of(old))
    recorded = CIRCUMSTANCES.occurred_at
    assert envelope.event == ConsentGiven(Purpose.PERSONAL_EDUCATION, "unrecorded", recorded, "unrecorded", 0)
    [written] = msgspec.json.decode(encode([envelope.event], "c-1", CIRCUMSTANCES))
    assert (written["schema_version"], written["data"]["purpose"]) == (4, "personal_education")
