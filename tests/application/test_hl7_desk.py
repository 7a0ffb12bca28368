"""HL7 at the door: rules H3 and H4, batches, and answers that stay the same."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import hl7  # type: ignore[import-untyped]  # the package has no stubs
import pytest

from narrowcast.adapters.memory.event_log import MemoryEventLog
from narrowcast.adapters.memory.key_ring import MemoryKeyRing
from narrowcast.adapters.memory.receipts import MemoryCodeMaps, MemoryReceipts
from narrowcast.adapters.memory.stores import MemoryRefusals, MemoryVault
from narrowcast.adapters.memory.time_and_ids import FixedClock, SequentialIds
from narrowcast.application.hl7_desk import Hl7Desk, Told
from narrowcast.application.hospitals import Registry
from narrowcast.application.intake.code_map import read_code_map
from narrowcast.application.ports import ConflictError, UnavailableError
from narrowcast.application.store import Actor, Store
from narrowcast.application.visits import Pseudonyms, Reception
from tests.support.newsroom import PROFILE

MESSAGE = (
    "MSH|^~\\&|HIS|renhe|NC|NCF|20261121093000||ADT^A04^ADT_A01|M-1|P|2.5|||||CHN|UNICODE UTF-8\r"
    "EVN|A04|20261121093000\r"
    "PID|1||P9^^^renhe^MR||样例||19700102|M\r"
    "PV1|1|O|ENDO||||||||||||||||V9\r"
    "DG1|1||E11.900^2型糖尿病^ICD-10|||F\r"
)


class House:
    """A desk over memory, and what it keeps."""

    def __init__(self) -> None:
        self.clock, self.log = FixedClock(), MemoryEventLog()
        self.store = Store(self.log, self.clock, SequentialIds())
        vault = MemoryVault(MemoryKeyRing())
        Registry(self.store, vault).register_hospital("renhe", PROFILE, Actor("admin"))
        self.refusals, self.maps = MemoryRefusals(), MemoryCodeMaps()
        self.reception = Reception(self.store, vault, Pseudonyms(b"k"))
        self.desk = Hl7Desk(self.reception, self.refusals, MemoryReceipts(), self.maps, b"known")

    def send(self, text: str | bytes) -> Told:
        self.clock.advance(timedelta(minutes=1))
        return self.desk.receive("renhe", text.encode() if isinstance(text, str) else text)

    @property
    def commits(self) -> int:
        return len(list(self.log.scan()))


@pytest.fixture
def house() -> House:
    return House()


def codes(text: str) -> list[str]:
    return re.findall(r"(?:^|\r)MSA\|([AC][AER])", text)


def test_the_same_message_again_has_the_same_acknowledgement_and_one_effect(house: House) -> None:
    first = house.send(MESSAGE)
    commits = house.commits
    again = house.send(MESSAGE)
    assert codes(first.text) == ["AA"]
    assert again == first
    assert house.commits == commits


def test_the_same_refused_message_again_has_the_same_acknowledgement_and_is_listed_once(house: House) -> None:
    bad = MESSAGE.replace("E11.900", "E11?")
    assert house.send(bad) == house.send(bad)
    assert len(list(house.refusals.list("renhe"))) == 1


def test_other_words_under_the_same_name_and_time_are_refused_as_a_duplicate(house: House) -> None:
    house.send(MESSAGE)
    commits = house.commits
    told = house.send(MESSAGE.replace("E11.900", "I10"))
    assert codes(told.text) == ["AE"]
    assert "205^Duplicate key identifier" in told.text
    assert house.commits == commits


def test_a_counter_that_began_anew_names_another_message(house: House) -> None:
    house.send(MESSAGE)
    commits = house.commits
    told = house.send(MESSAGE.replace("20261121093000", "20261122093000").replace("E11.900", "I10"))
    assert codes(told.text) == ["AA"]
    assert house.commits > commits


def test_two_interfaces_may_count_alike(house: House) -> None:
    house.send(MESSAGE)
    assert codes(house.send(MESSAGE.replace("|HIS|", "|LIS|").replace("E11.900", "I10")).text) == ["AA"]


def test_a_corrected_message_may_come_under_the_name_of_the_refused_one(house: House) -> None:
    house.send(MESSAGE.replace("E11.900", "E11?"))
    assert codes(house.send(MESSAGE).text) == ["AA"]


def test_a_refused_message_is_judged_anew(house: House) -> None:
    local = MESSAGE.replace("E11.900^2型糖尿病^ICD-10", "250.0^2型糖尿病^ICD-9")
    assert codes(house.send(local).text) == ["AE"]
    house.maps._maps["renhe"] = read_code_map(b"kind,system,code,target\ndiagnosis,ICD-9,250.0,E11.9\n")
    assert codes(house.send(local).text) == ["AA"]


@pytest.mark.parametrize("fault", [UnavailableError("dynamodb"), ConflictError("lost")])
def test_what_could_not_be_stored_is_an_error_to_try_again_and_no_refusal(
    house: House, monkeypatch: pytest.MonkeyPatch, fault: Exception
) -> None:
    monkeypatch.setattr(Reception, "accept", raising(fault))
    told = house.send(MESSAGE)
    assert (told.status, codes(told.text)) == (503, ["AE"])
    assert "207^Application internal error" in told.text
    assert list(house.refusals.list("renhe")) == []
    monkeypatch.undo()
    assert codes(house.send(MESSAGE).text) == ["AA"]


def raising(fault: Exception) -> Callable[..., Any]:
    def fail(*_: object) -> None:
        raise fault

    return fail


def message(number: int, code: str = "E11.900") -> str:
    return MESSAGE.replace("M-1", f"M-{number}").replace("V9", f"V{number}").replace("E11.900", code)


def batch(*messages: str, count: int | None = None) -> str:
    body = "".join(messages)
    number = len(messages) if count is None else count
    return (
        "FHS|^~\\&|HIS|renhe|NC|NCF|20261121||||F-1\r"
        f"BHS|^~\\&|HIS|renhe|NC|NCF|20261121||||B-1\r{body}BTS|{number}\rFTS|1\r"
    )


def test_one_bad_message_of_a_batch_loses_none_of_the_others(house: House) -> None:
    told = house.send(batch(message(1), message(2, "E11?"), message(3)))
    assert told.status == 200
    assert codes(told.text) == ["AA", "AE", "AA"]
    assert re.findall(r"MSA\|..\|([^|\r]*)", told.text) == ["M-1", "M-2", "M-3"]
    assert len(list(house.refusals.list("renhe"))) == 1


def test_a_batch_is_answered_as_a_batch_that_names_the_one_received(house: House) -> None:
    told = house.send(batch(message(1), message(2)))
    file = hl7.parse_file(told.text)
    assert told.text.startswith("FHS|^~\\&|NC|NCF|HIS|renhe|")
    assert "\rBHS|^~\\&|NC|NCF|HIS|renhe|" in told.text
    assert str(file.header[12]) == "F-1"
    assert [len(each) for each in file] == [2]
    assert str(file[0].header[12]) == "B-1"
    assert told.text.endswith("BTS|2\rFTS|1\r")
    assert house.send(batch(message(1), message(2))) == told


def test_a_trailer_that_counts_wrongly_is_told_and_loses_nothing(house: House) -> None:
    told = house.send(batch(message(1), count=7))
    assert codes(told.text) == ["AA"]
    assert "BTS|1|尾段所记条数与实际不符\r" in told.text


def test_a_batch_without_messages_is_rejected(house: House) -> None:
    told = house.send(batch())
    assert (told.status, codes(told.text)) == (400, ["AR"])


def test_a_batch_beyond_the_limit_is_rejected_whole(house: House) -> None:
    told = house.send(batch(*[f"MSH|^~\\&|||||||||{n}\r" for n in range(101)]))
    assert (told.status, codes(told.text)) == (400, ["AR"])


def test_a_batch_without_a_file_around_it_is_answered_in_kind(house: House) -> None:
    bare = batch(message(1)).split("\r", 1)[1].removesuffix("FTS|1\r").encode()
    told = house.send(b"\x0b" + bare + b"\x1c\r")
    assert told.text.startswith("BHS|")
    assert codes(told.text) == ["AA"]


def test_each_message_of_a_batch_has_its_own_character_set(house: House) -> None:
    gbk = message(2).replace("UNICODE UTF-8", "GBK").replace("|ENDO|", "|内分泌科|").encode("gbk")
    body = batch(message(1), "@").encode().replace(b"@", gbk)
    assert codes(house.send(body).text) == ["AA", "AA"]
