"""HL7 v2 messages and their acknowledgements: rules H1, H2, H5, H6, H7 and H10."""

from __future__ import annotations

import hl7  # type: ignore[import-untyped]  # the package has no stubs
import pytest

from narrowcast.application.intake import Accepted, Refused, answer, read_message
from narrowcast.domain.visit_report import VisitReport

NOW = "2026-11-21T02:00:00Z"
MESSAGE = (
    "MSH|^~\\&|HIS^1.2.3^ISO|renhe|NC|NCF|20261121093000||ADT^A04^ADT_A01|M-1|P|2.5|||||CHN|UNICODE UTF-8\r"
    "EVN|A04|20261121093000\r"
    "PID|1||P9^^^renhe^MR||样例||19700102|M\r"
    "PV1|1|O|ENDO||||||||||||||||V9\r"
    "DG1|1||E11.900^2型糖尿病^ICD-10|||F\r"
)


def exchange(text: str | bytes, content_type: str = "application/hl7-v2") -> tuple[Accepted | Refused, int, str]:
    body = text.encode() if isinstance(text, str) else text
    result = read_message(body, content_type=content_type, hospital="renhe", known_hospitals={"renhe"}, received_at=NOW)
    status, media, ack = answer(result, body, content_type=content_type, message_id="ACK-7", at=NOW)
    assert media == "application/hl7-v2; charset=utf-8"
    return result, status, ack


def visit_of(result: Accepted | Refused) -> VisitReport:
    assert isinstance(result, Accepted)
    assert isinstance(result.report, VisitReport)
    return result.report


def fields(ack: str, segment: str) -> list[str]:
    return next(line for line in ack.split("\r") if line.startswith(segment)).split("|")


def test_an_accepted_message_is_acknowledged_aa_with_sender_and_receiver_swapped() -> None:
    _, status, ack = exchange(MESSAGE)
    assert status == 200
    assert ack == (
        "MSH|^~\\&|NC|NCF|HIS^1.2.3^ISO|renhe|20261121020000+0000||ACK^A04^ACK|ACK-7|P|2.5||||||UNICODE UTF-8\r"
        "MSA|AA|M-1\r"
    )


def test_a_message_without_a_patient_is_an_error_at_pid() -> None:
    result, status, ack = exchange(MESSAGE.replace("PID|", "ZID|"))
    assert isinstance(result, Refused)
    assert status == 422
    assert fields(ack, "MSA")[1:3] == ["AE", "M-1"]
    assert fields(ack, "ERR")[2:5] == ["PID^1", "101^Required field missing^HL70357", "E"]
    assert "ERR||PID^1^3|101^Required field missing^HL70357|E||||PID-3：缺少必填内容\r" in ack


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("|2.5|", "|2.9|", "203"),
        ("ADT^A04", "ADT^A99", "201"),
        ("ADT^A04^ADT_A01", "SIU^S12", "200"),
        ("|P|2.5", "|Q|2.5", "202"),
    ],
)
def test_a_kind_of_message_that_is_not_read_is_rejected(old: str, new: str, code: str) -> None:
    _, status, ack = exchange(MESSAGE.replace(old, new))
    assert status == 422
    assert fields(ack, "MSA")[1:3] == ["AR", "M-1"]
    assert fields(ack, "ERR")[3].startswith(f"{code}^")


def test_a_missing_required_header_field_is_an_error_not_a_rejection() -> None:
    _, _, ack = exchange(MESSAGE.replace("|P|2.5", "||2.5"))
    assert fields(ack, "MSA")[1] == "AE"
    assert fields(ack, "ERR")[2] == "MSH^1^11"


def test_the_second_diagnosis_is_located_by_its_sequence_number() -> None:
    _, _, ack = exchange(MESSAGE + "DG1|2||I1O^高血压^ICD-10|||F\r")
    assert fields(ack, "ERR")[2] == "DG1^2^3"


def test_a_component_is_located_within_its_field() -> None:
    _, _, ack = exchange(MESSAGE.replace("^ICD-10", "^ICD-9"))
    assert fields(ack, "ERR")[2] == "DG1^1^3^^3"


@pytest.mark.parametrize("version", ["2.3", "2.3.1", "2.4"])
def test_old_versions_get_the_error_in_err_1_as_well(version: str) -> None:
    _, _, ack = exchange(MESSAGE.replace("|2.5|", f"|{version}|").replace("|O|", "|?|"))
    assert fields(ack, "ERR")[1] == "PV1^1^2^103&Table value not found&HL70357"


def test_the_sender_s_delimiters_are_used_and_its_escapes_repeated() -> None:
    custom = MESSAGE.replace("|", "#").replace("^", "*").replace("M-1", "M\\F\\1").replace("##M\r", "##W\r")
    custom = custom.replace("P9***renhe*MR", "")
    _, _, ack = exchange(custom)
    assert ack.startswith("MSH#*~\\&#NC#NCF#HIS*1.2.3*ISO#renhe#")
    assert "\rMSA#AE#M\\F\\1#" in ack
    assert "ERR##PID*1*3#101*Required field missing*HL70357#E####PID-3：缺少必填内容" in ack


@pytest.mark.parametrize(
    ("modes", "code"),
    [("AL|NE", "CA"), ("AL|", "CA"), ("SU|NE", "CA"), ("NE|AL", "AA"), ("AL|AL", "AA"), ("|", "AA"), ("NE|NE", "AA")],
)
def test_a_sender_that_wants_only_an_accept_acknowledgement_gets_one(modes: str, code: str) -> None:
    _, _, ack = exchange(MESSAGE.replace("|2.5|||||", f"|2.5|||{modes}|"))
    assert fields(ack, "MSA")[1] == code


def test_a_refusal_in_enhanced_mode_is_a_commit_error_or_reject() -> None:
    enhanced = MESSAGE.replace("|2.5|||||", "|2.5|||AL|NE|")
    assert fields(exchange(enhanced.replace("E11.900", "E11?"))[2], "MSA")[1] == "CE"
    assert fields(exchange(enhanced.replace("|2.5|", "|3.0|"))[2], "MSA")[1] == "CR"


@pytest.mark.parametrize("frame", [b"\x0b%s\x1c\r", b"\x0b%s\x1c", b"\r\n%s\r\n", b"\xef\xbb\xbf%s", b"%s"])
def test_frames_and_marks_around_the_message_do_not_matter(frame: bytes) -> None:
    result, _, ack = exchange(frame % MESSAGE.encode())
    assert isinstance(result, Accepted)
    assert fields(ack, "MSA")[2] == "M-1"


@pytest.mark.parametrize("end", ["\r", "\n", "\r\n", "\r\r\n"])
def test_any_line_end_separates_segments(end: str) -> None:
    result, _, _ = exchange(MESSAGE.replace("\r", end))
    assert visit_of(result).diagnoses[0].code == "E11.900"


@pytest.mark.parametrize(
    ("name", "codec"),
    [("GB18030", "gb18030"), ("GB 18030-2000", "gb18030"), ("GBK", "gbk"), ("UTF-8", "utf-8"), ("", "gbk")],
)
def test_the_character_set_of_msh_18_is_honoured(name: str, codec: str) -> None:
    text = MESSAGE.replace("UNICODE UTF-8", name).replace("|ENDO|", "|内分泌科|")
    result, _, _ = exchange(text.encode(codec))
    assert visit_of(result).department == "内分泌科"


def test_the_http_charset_counts_when_msh_18_is_silent() -> None:
    body = MESSAGE.replace("UNICODE UTF-8", "").replace("|ENDO|", "|内分泌科|").encode("gbk")
    result, _, _ = exchange(body, "application/hl7-v2; charset=GBK")
    assert visit_of(result).department == "内分泌科"
    for charset in ("ascii", "koi8-r"):
        refused, _, ack = exchange(body, f"application/hl7-v2; charset={charset}")
        assert isinstance(refused, Refused)
        assert fields(ack, "ERR")[2] == "MSH^1^18"


def test_bytes_that_fit_no_character_set_are_refused_not_guessed() -> None:
    body = MESSAGE.replace("UNICODE UTF-8", "").encode().replace("样例".encode(), b"Jos\xe9 Mu\xf1oz")
    result, status, ack = exchange(body)
    assert isinstance(result, Refused)
    assert status == 400
    assert fields(ack, "MSA")[1:3] == ["AR", "M-1"]


def test_a_two_byte_character_that_contains_a_delimiter_byte_does_not_split_the_field() -> None:
    # In GBK the second bytes of these are a vertical bar, a tilde, a caret and a backslash.
    text = MESSAGE.replace("UNICODE UTF-8", "GBK").replace("样例", "饇饉館餦")
    assert all(mark in text.encode("gbk") for mark in (b"\xf0|", b"\xf0~", b"\xf0^", b"\xf0\\"))
    result, _, _ = exchange(text.encode("gbk"))
    assert visit_of(result).sex.value == "male"


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("A\\T\\B", "A&B"),
        ("A\\F\\B", "A|B"),
        ("A\\S\\B", "A^B"),
        ("A\\R\\B", "A~B"),
        ("A\\E\\B", "A\\B"),
        ("\\H\\内科\\N\\", "内科"),
        ("\\XE58685E7A791\\", "内科"),
        ("\\.br\\内科", "内科"),
        ("内\\unknown\\科", "内科"),
    ],
)
def test_escape_sequences_are_resolved(written: str, read: str) -> None:
    result, _, _ = exchange(MESSAGE.replace("|ENDO|", f"|{written}|"))
    assert visit_of(result).department == read


def test_an_escape_that_hides_a_line_end_is_refused() -> None:
    result, _, ack = exchange(MESSAGE.replace("|ENDO|", "|A\\X0D\\MSA|"))
    assert isinstance(result, Refused)
    assert fields(ack, "ERR")[2] == "PV1^1^3"


def test_the_delete_order_of_two_quotes_is_an_empty_field() -> None:
    result, _, _ = exchange(MESSAGE.replace("|19700102|M", '|""|""'))
    assert visit_of(result).age_band is None


def test_training_and_debugging_messages_are_marked_as_tests() -> None:
    for processing, test in (("P", False), ("T", True), ("D", True)):
        result, _, _ = exchange(MESSAGE.replace("|P|2.5", f"|{processing}|2.5"))
        assert isinstance(result, Accepted)
        assert visit_of(result).test is test


def test_the_acknowledgement_is_parsed_by_the_hl7_package() -> None:
    parsed = hl7.parse(exchange(MESSAGE.replace("E11.900", "E11?"))[2])
    assert str(parsed.segment("MSH")[9]) == "ACK^A04^ACK"
    assert str(parsed.segment("MSA")[2]) == "M-1"
    assert str(parsed.segment("ERR")[8]) == "DG1-3：不是合法的 ICD-10 编码"


def test_a_body_that_is_no_message_is_rejected_under_our_own_header() -> None:
    _, status, ack = exchange(b"\xff\xfe\x00 hello")
    assert status == 400
    assert ack.startswith("MSH|^~\\&|NARROWCAST||||20261121020000+0000||ACK|ACK-7|P|2.5|")
    assert fields(ack, "MSA")[1:3] == ["AR", ""]


@pytest.mark.parametrize(("sent", "kept"), [("M-1", "M-1"), ("11010519491231002X", ""), ("M" * 200, ""), ("张三", "")])
def test_an_unreadable_message_is_filed_under_its_control_id_only_if_that_is_fit_to_keep(sent: str, kept: str) -> None:
    result, _, _ = exchange(MESSAGE.replace("M-1", sent).replace("UNICODE UTF-8", "KLINGON"))
    assert isinstance(result, Refused)
    assert result.message_id == kept


def test_a_message_of_endless_segments_is_refused_by_the_longest_one() -> None:
    result, _, _ = exchange(MESSAGE + "CON|" + "^" * 70_000)
    assert isinstance(result, Refused)
    assert [problem.path for problem in result.problems] == ["CON"]


@pytest.mark.parametrize(
    ("telecom", "phone", "email"),
    [
        ("13800000001^PRN^PH", "+8613800000001", ""),
        ("(86)13800000001", "+8613800000001", ""),
        ("^PRN^CP^^86^^13800000001", "+8613800000001", ""),
        ("^PRN^CP^^^138^00000001", "+8613800000001", ""),
        ("^PRN^CP^^^^^^^^^13800000001", "+8613800000001", ""),
        ("010-65290000~13800000001", "+8613800000001", ""),
        ("13900000009^EMR^CP~13800000001", "+8613800000001", ""),
        ("13900000009^WPN^FX", "", ""),
        ("^NET^Internet^a@example.org", "", "a@example.org"),
        ("a@example.org^NET", "", "a@example.org"),
        ("", "", ""),
    ],
)
def test_a_reachable_telephone_and_mail_address_are_found_in_either_form(telecom: str, phone: str, email: str) -> None:
    result, _, _ = exchange(MESSAGE.replace("|19700102|M", f"|19700102|M|||||{telecom}"))
    assert isinstance(result, Accepted)
    assert (result.identity.phone, result.identity.email) == (phone, email)


def test_the_business_telephone_counts_when_the_private_one_is_a_landline() -> None:
    result, _, _ = exchange(MESSAGE.replace("|19700102|M", "|19700102|M|||||010-65290000|13800000001"))
    assert isinstance(result, Accepted)
    assert result.identity.phone == "+8613800000001"
