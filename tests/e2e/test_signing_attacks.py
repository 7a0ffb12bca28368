"""More than a thousand attempts on the doctors' links leave exactly the events that a doctor's own act leaves."""

from __future__ import annotations

import base64
import random
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import pytest

from infra.local.http import Reply, post_form, send
from tests.support.stack_clinic import Invitation, diabetic, phone_of

if TYPE_CHECKING:
    from tests.support.stack_clinic import Clinic
    from tests.support.stack_records import Records

pytestmark = pytest.mark.stack

POWERLESS_ATTEMPTS = 1_200
GUESSES = 40
DEVICES = 4
SEED = 20261121
TRIES = 5
FORM = "application/x-www-form-urlencoded"
CHINESE = re.compile(r'<html lang="zh.*?<h1[^>]*>[^<]*[一-鿿]', re.DOTALL)

Fields = list[tuple[str, str]]


@dataclass(frozen=True)
class Target:
    """One of the two links of a piece, with the form as its doctor would send it."""

    stream: str
    invitation: Invitation
    right: dict[str, str]


@dataclass(frozen=True)
class Targets:
    """Links that wait for their doctor, were used, replaced by a later version, or expired; and a patient's nonce."""

    waiting: list[Target]
    used: list[Target]
    replaced: list[Target]
    expired: list[Target]
    guide_nonce: str


@dataclass(frozen=True)
class Attempt:
    """One request that must change nothing, and the statuses that may answer it."""

    kind: str
    method: str
    link: str
    body: bytes | None
    headers: dict[str, str]
    answers: set[int]

    def make(self) -> Reply:
        return send(self.method, self.link, body=self.body, headers=self.headers)


Kind = Callable[[random.Random, Targets], Attempt]


# --- the links ----------------------------------------------------------------------------------------------------


def ask_for_signatures(clinic: Clinic, **pieces: str) -> None:
    """Take pieces, each on a topic, as far as their doctors."""
    codes = {"d": ["E14"], "h": ["I20"]}  # diagnoses of no visit of this suite
    for content_id, topic in pieces.items():
        clinic.plan(topic, content_id, codes=codes[topic[0]])
    for content_id in pieces:
        clinic.accept(content_id)


def targets_of(clinic: Clinic, content_id: str) -> list[Target]:
    stream = f"renhe/content#{content_id}"
    return [Target(stream, each, each.form()) for each in clinic.invitations(content_id)]


@pytest.fixture(scope="module")
def targets(clinic: Clinic, records: Records) -> Targets:
    ask_for_signatures(
        clinic, a1="dm-know", a2="htn-know", a3="dm-diet", used="dm-know", replaced="dm-know", expired="dm-know"
    )
    visit = diabetic()
    clinic.visit(visit)
    used, replaced, expired = (targets_of(clinic, each) for each in ("used", "replaced", "expired"))
    used[0].invitation.sign()
    clinic.published("used")
    replace_version(clinic, replaced[0])
    for target in expired:
        records.let_expire(target.invitation.key)
    waiting = [target for content_id in ("a1", "a2", "a3") for target in targets_of(clinic, content_id)]
    return Targets(waiting, used, replaced, expired, clinic.guide_link(phone_of(visit)).rpartition("/")[2])


def replace_version(clinic: Clinic, target: Target) -> None:
    """The doctor sends the piece back, the editor changes it, and it goes to the doctor again."""
    post_form(target.invitation.link, {**target.right, "decision": "reject", "reason": "请补充一句。"})
    clinic.rework("replaced")
    clinic.invitations("replaced")


# --- what an attacker may try -------------------------------------------------------------------------------------


def look(method: str, rng: random.Random, on: Targets) -> Attempt:
    """A mail scanner, also one that puts the form into the query or asks for another method."""
    target = rng.choice(on.waiting)
    query = rng.choice(["", "?" + urlencode(target.right)])
    headers = rng.choice([{}, {"X-HTTP-Method-Override": "POST"}, {"User-Agent": "SafeLinks"}])
    return Attempt(f"{method} {query[:1]}", method, target.invitation.link + query, None, headers, {200})


def other_method(rng: random.Random, on: Targets) -> Attempt:
    target, method = rng.choice(on.waiting), rng.choice(["PUT", "PATCH", "DELETE"])
    return Attempt(method, method, target.invitation.link, encoded(target.right), {"Content-Type": FORM}, {403, 405})


def broken_form(rng: random.Random, on: Targets) -> Attempt:
    """The right link, the right code, and one thing about the form that no page of ours sends."""
    target = rng.choice(on.waiting)
    kind, fields, status = rng.choice(
        [
            ("no code", {"code": ""}, 400),
            ("short code", {"code": target.invitation.code[:5]}, 400),
            ("long code", {"code": f"{target.invitation.code}0"}, 400),
            ("wide digits", {"code": wide(target.invitation.code)}, 400),
            ("letters", {"code": "abcdef"}, 400),
            ("no revision", {"revision": ""}, 400),
            ("revision in words", {"revision": "一"}, 400),
            ("negative revision", {"revision": "-1"}, 400),
            ("older version", {"revision": "0"}, 409),
            ("later version", {"revision": str(int(target.right["revision"]) + 1)}, 409),
            ("other hash", {"document_hash": f"{rng.getrandbits(256):064x}"}, 409),
            ("no hash", {"document_hash": ""}, 409),
            ("hash in capitals", {"document_hash": target.right["document_hash"].upper()}, 409),
            ("no decision", {"decision": ""}, 400),
            ("unknown decision", {"decision": "publish"}, 400),
            ("rejection without reason", {"decision": "reject", "reason": "  "}, 422),
        ]
    )
    return posted(kind, target.invitation.link, encoded(target.right | fields), status)


def other_bytes(rng: random.Random, on: Targets) -> Attempt:
    """The right values in a body that is not one form."""
    target = rng.choice(on.waiting)
    right = encoded(target.right)
    kind, body, content_type, status = rng.choice(
        [
            ("empty", b"", FORM, 400),
            ("json", str(target.right).replace("'", '"').encode(), "application/json", 400),
            ("a form called json", right, "application/json", 400),
            ("a form called text", right, "text/plain", 400),
            ("no content type", right, "", 400),
            ("multipart", multipart(target.right), "multipart/form-data; boundary=x", 400),
            ("multipart called form", multipart(target.right), FORM, 400),
            ("not utf-8", right + b"&reason=\xff\xfe", FORM, 400),
            ("nul bytes", b"\0" * 64, FORM, 400),
            ("code twice", right + b"&code=000000", FORM, 400),
            ("decision twice", right + b"&decision=reject", FORM, 400),
            ("hash twice", right + b"&document_hash=" + b"0" * 64, FORM, 400),
            ("thousand fields", right + b"&x=1" * 1000, FORM, 400),
            ("too large", right + b"&reason=" + b"a" * 257 * 1024, FORM, 413),
        ]
    )
    return Attempt(kind, "POST", target.invitation.link, body, {"Content-Type": content_type}, {status})


def damaged_nonce(rng: random.Random, on: Targets) -> Attempt:
    """A link copied badly or guessed from another."""
    target = rng.choice(on.waiting)
    nonce = target.invitation.nonce
    kind, other = rng.choice(
        [
            ("bit flipped", flipped(nonce, rng)),
            ("truncated", nonce[: rng.randrange(1, len(nonce))]),
            ("extended", nonce + rng.choice("AQgw-_")),
            ("case swapped", nonce.swapcase()),
            ("reversed", nonce[::-1]),
            ("its own hash", target.invitation.key),
            ("a patient's", on.guide_nonce),
        ]
    )
    link = target.invitation.link.replace(nonce, other)
    return posted(f"nonce {kind}", link, encoded(target.right), 404)


def closed_link(rng: random.Random, on: Targets) -> Attempt:
    """A link that was good once, with its own code: again after success, after a later version, after its time."""
    kind, among, status = rng.choice(
        [("replay", on.used, 409), ("replaced", on.replaced, 409), ("expired", on.expired, 410)]
    )
    target = rng.choice(among)
    decision = rng.choice([{}, {"decision": "reject", "reason": "不同意"}])
    if rng.random() < 1 / 4:
        return Attempt(f"{kind} GET", "GET", target.invitation.link, None, {}, {status})
    return posted(kind, target.invitation.link, encoded(target.right | decision), status)


def crossed(rng: random.Random, on: Targets) -> Attempt:
    """One doctor's link and code with what another was shown."""
    one, other = rng.sample(on.waiting, 2)
    if one.stream == other.stream:
        return look("GET", rng, on)
    shown = {name: other.right[name] for name in ("revision", "document_hash")}
    return posted("crossed", one.invitation.link, encoded(one.right | shown), 409)


KINDS: dict[Kind, int] = {
    partial(look, "GET"): 3,
    partial(look, "HEAD"): 3,
    other_method: 1,
    broken_form: 6,
    other_bytes: 5,
    damaged_nonce: 6,
    closed_link: 5,
    crossed: 2,
}


def posted(kind: str, link: str, body: bytes, status: int) -> Attempt:
    return Attempt(kind, "POST", link, body, {"Content-Type": FORM}, {status})


def encoded(fields: dict[str, str]) -> bytes:
    return urlencode(fields).encode()


def multipart(fields: dict[str, str]) -> bytes:
    parts = (
        f'--x\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n' for name, value in fields.items()
    )
    return ("".join(parts) + "--x--\r\n").encode()


def wide(digits: str) -> str:
    return "".join(chr(ord(digit) - ord("0") + ord("０")) for digit in digits)


def flipped(nonce: str, rng: random.Random) -> str:
    """The nonce with one of its 256 bits turned over."""
    bits = bytearray(base64.urlsafe_b64decode(f"{nonce}="))
    bits[rng.randrange(len(bits))] ^= 1 << rng.randrange(8)
    return base64.urlsafe_b64encode(bits).decode().rstrip("=")


def attempts(on: Targets) -> list[Attempt]:
    rng = random.Random(SEED)  # noqa: S311 - the same attempts every time
    kinds = rng.choices(list(KINDS), list(KINDS.values()), k=POWERLESS_ATTEMPTS)
    return [kind(rng, on) for kind in kinds]


def at_once(makes: Sequence[Callable[[], Reply]]) -> list[Reply]:
    """The answers, asked by several devices side by side."""
    with ThreadPoolExecutor(DEVICES) as devices:
        return list(devices.map(lambda make: make(), makes))


def complaints(made: list[Attempt], replies: list[Reply]) -> Iterator[str]:
    for attempt, reply in zip(made, replies, strict=True):
        if reply.status not in attempt.answers:
            yield f"{attempt.kind}: {reply.status} instead of {attempt.answers}: {reply.text[:200]}"
        elif attempt.method in ("GET", "POST") and not CHINESE.search(reply.text):
            yield f"{attempt.kind}: no page a doctor could read: {reply.text[:200]}"


# --- what must hold -----------------------------------------------------------------------------------------------


def test_a_thousand_attempts_without_link_code_and_version_change_no_byte_of_any_table(
    targets: Targets, records: Records
) -> None:
    made = attempts(targets)
    before = records.settled()

    replies = at_once([attempt.make for attempt in made])

    assert len(made) >= 1_000
    assert len({attempt.kind for attempt in made}) > 40, "the generator lost some of its kinds"
    assert list(complaints(made, replies)) == []
    assert records.tables() == before


def test_code_guessing_ends_after_five_tries_whatever_code_comes_next(clinic: Clinic, records: Records) -> None:
    ask_for_signatures(clinic, guessed="dm-know")
    by_mail, by_sms = targets_of(clinic, "guessed")
    before = records.settled()
    others = [code for code in (f"{n:06d}" for n in range(GUESSES + 1)) if code != by_mail.invitation.code][:GUESSES]
    guesses = [{**by_mail.right, "code": code} for code in [by_sms.invitation.code, *others[1:]]]

    replies = at_once([partial(post_form, by_mail.invitation.link, guess) for guess in guesses])
    locked = by_mail.invitation.sign()

    assert Counter(reply.status for reply in replies) == {403: TRIES, 429: GUESSES - TRIES}
    assert locked.status == 429, f"the right code opened a locked link: {locked.text[:200]}"
    assert records.items("EVENT_LOG_TABLE") == before["EVENT_LOG_TABLE"]
    assert records.changed(before) == {"LINKS_TABLE"}, "guessing may change the link's count of tries and nothing else"
    assert by_sms.invitation.sign().status == 200, "the doctor's other link is not the guesser's to close"


def test_two_devices_that_sign_and_reject_at_the_same_moment_leave_one_decision(
    clinic: Clinic, records: Records
) -> None:
    pieces = {f"race{number}": "dm-know" for number in range(4)}
    ask_for_signatures(clinic, **pieces)
    for content_id in pieces:
        by_mail, by_sms = targets_of(clinic, content_id)
        rejection = {"decision": "reject", "reason": "请再核对。"}
        race = [
            partial(post_form, by_mail.invitation.link, by_mail.right),
            partial(post_form, by_sms.invitation.link, by_sms.right),
            partial(post_form, by_mail.invitation.link, by_mail.right | rejection),
            partial(post_form, by_sms.invitation.link, by_sms.right | rejection),
        ]

        statuses = Counter(reply.status for reply in at_once(race))

        decisions = [e for e in records.events(by_mail.stream) if e in ("ContentSigned", "ContentRejected")]
        assert len(decisions) == 1, f"{content_id}: {decisions}"
        assert statuses == {200: 1, 409: 3}, f"{content_id}: {statuses}"


def test_after_all_that_each_doctor_signs_her_piece_once(targets: Targets, clinic: Clinic, records: Records) -> None:
    for by_mail in targets.waiting[::2]:
        before = records.events(by_mail.stream)

        assert by_mail.invitation.sign().status == 200
        clinic.published(by_mail.stream.rpartition("#")[2])

        assert records.events(by_mail.stream) == [*before, "ContentSigned", "ContentTagged", "ContentPublished"]
