"""The people of the demo hospital at a running stack: every step through the API and the links, as they would do it."""

from __future__ import annotations

import itertools
import json
import re
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from infra.local import demo, stack
from infra.local.demo_users import Person
from infra.local.http import Reply, get, post_form, post_json, send
from narrowcast.application.dispatch import reference
from narrowcast.application.links import link_key

HOSPITAL = "renhe"
PATIENCE_SECONDS = 40.0
JSON, FHIR, HL7 = "application/json", "application/fhir+json", "x-application/hl7-v2+er7"
SAMPLES = {JSON: "visit-json.json", FHIR: "visit-fhir.json", HL7: "visit-hl7.er7"}
_FIELD = re.compile(r'name="(revision|document_hash)" value="([^"]*)"')
_CODE = re.compile(r"(?<!\d)\d{6}(?!\d)")
_numbers = itertools.count(1)


def awaited(what: str, ready: Callable[[], Any], patience: float = PATIENCE_SECONDS) -> Any:
    """Return the first true answer of `ready`; AssertionError that names what did not come in time."""
    deadline = time.monotonic() + patience
    while not (found := ready()):
        assert time.monotonic() < deadline, f"not within {patience:.0f} s: {what}"
        time.sleep(0.05)
    return found


@dataclass(frozen=True)
class Invitation:
    """One of the two links of a request for a signature, with the code that came for it over the other channel."""

    link: str
    code: str

    @property
    def nonce(self) -> str:
        return self.link.rpartition("/")[2]

    @property
    def key(self) -> str:
        """Where the stack keeps what it knows of the link."""
        return link_key(self.nonce)

    def open(self) -> Reply:
        """What the doctor sees."""
        return get(self.link)

    def form(self, decision: str = "sign", **changes: str) -> dict[str, str]:
        """The form of the page as it is shown now, filled in."""
        return {**dict(_FIELD.findall(self.open().text)), "decision": decision, "code": self.code, **changes}

    def sign(self) -> Reply:
        """Read, type the code, sign."""
        return post_form(self.link, self.form())


@dataclass
class Clinic:
    """Staff, doctors, hospital system and patients of one running stack."""

    directory: Path
    endpoints: Mapping[str, Any]
    facts: set[str] = field(default_factory=set)

    @cached_property
    def doctors(self) -> dict[str, str]:
        """A token for each signer."""
        return {s["signer"]: stack.token(self.directory, Person("doctor", s["signer"])) for s in signers()}

    @property
    def tokens(self) -> dict[str, str]:
        """A token for each role, and the key of the hospital system (`his`)."""
        tokens: dict[str, str] = self.endpoints["tokens"]
        return tokens

    def url(self, path: str) -> str:
        return f"{self.endpoints['api']}{path}"

    def ask(self, path: str, role: str = "editor") -> Any:
        """What staff get."""
        return _expect(get(self.url(path), self.tokens[role]), 200, path).json

    def tell(self, path: str, document: object, role: str = "editor", status: int = 202) -> Any:
        """What staff do."""
        return _expect(post_json(self.url(path), document, self.tokens[role]), status, path).json

    # The library

    def register(self, **changes: Any) -> None:
        """The administrator registers hospital and signers."""
        hospital = demo.load("hospital.json")
        departments = [{"department": each["id"], "name": each["name"]} for each in hospital["departments"]]
        profile = {key: hospital[key] for key in demo.PROFILE_FIELDS}
        self.tell("/hospital", {**profile, "departments": departments, **changes}, "admin", 201)
        for signer in signers():
            self.tell("/signers", {"signer_id": signer.pop("signer"), **signer}, "admin", 201)

    def plan(self, topic_key: str, content_id: str = "", **changes: Any) -> str:
        """The doctors confirm the facts of a topic, the editor plans a piece on it; returns its id."""
        topic = next(topic for topic in _told("topics.json") if topic["key"] == topic_key)
        self._confirm(topic["fact_keys"])
        names = ("title", "form", "section", "codes", "treatments", "stages", "age_bands", "audience", "department")
        plan = {name: topic[name] for name in names} | {"signer_id": topic["signer"]}
        plan |= {"content_id": content_id or topic_key, "facts": demo.refs(topic["fact_keys"]), **changes}
        self.tell("/topics", plan)
        return str(plan["content_id"])

    def _confirm(self, keys: Iterable[str]) -> None:
        known = {fact["key"]: fact for fact in _told("facts.json")}
        for key in (key for key in keys if key not in self.facts):
            fact = known[key]
            statement = {name: value for name, value in fact.items() if name not in ("key", "author")}
            token = self.doctors[fact["author"]]
            _expect(post_json(self.url("/facts"), {"fact_id": key, "statement": statement}, token), 201, key)
            _expect(post_json(self.url(f"/facts/{key}/approve"), {}, token), 200, key)
            self.facts.add(key)

    def piece(self, content_id: str) -> Any:
        """A piece as it stands."""
        return self.ask(f"/contents/{content_id}")["state"]

    def at_editor(self, content_id: str) -> Any:
        """A piece, once its newest version is checked."""

        def checked() -> Any:
            state = self.piece(content_id)
            return state if state["status"] == "drafted" and state["facts_check"] and state["compliance"] else None

        return awaited(f"{content_id} is at the editor", checked)

    def accept(self, content_id: str) -> None:
        """The editor sends the newest version to the doctor."""
        self.tell(f"/contents/{content_id}/accept", {"revision": self.at_editor(content_id)["revision"]})

    def rework(self, content_id: str) -> None:
        """The editor adds a sentence to what a doctor sent back, and sends it to her again."""
        state = self.at_editor(content_id)
        sentences = [*state["draft"]["sentences"], {"text": "请把这些内容也告诉您的家人。", "facts": []}]
        edit = {"revision": state["revision"], "title": state["draft"]["title"], "sentences": sentences}
        self.tell(f"/contents/{content_id}/edit", edit)
        self.accept(content_id)

    def published(self, content_id: str) -> Any:
        """A piece, once it is open to patients."""

        def ready() -> Any:
            state = self.piece(content_id)
            return state if state["status"] == "published" else None

        return awaited(f"{content_id} is published", ready)

    def invitations(self, content_id: str, phase: str = "first") -> tuple[Invitation, Invitation]:
        """The links by mail and by SMS of a piece's open request, once both came."""

        def both() -> Any:
            requests = [r for r in self.piece(content_id)["requests"] if r["phase"] == phase]
            return _pair(self.messages(), reference(requests[-1]["request_id"])) if requests else None

        pair: tuple[Invitation, Invitation] = awaited(f"{content_id}: links of the {phase} request", both)
        return pair

    def publish(self, *topic_keys: str) -> None:
        """Take topics the whole way, side by side."""
        for key in topic_keys:
            self.plan(key)
        for key in topic_keys:
            self.accept(key)
        for key in topic_keys:
            _expect(self.invitations(key)[0].sign(), 200, f"{key} is signed")
        for key in topic_keys:
            self.published(key)
        # The row that a stream consumer writes after the log: what is listed is indexed too.
        awaited("the pieces are listed as published", lambda: set(topic_keys) <= self._listed_as_published())

    def _listed_as_published(self) -> set[str]:
        return {row["content_id"] for row in self.ask("/contents")["contents"] if row["status"] == "published"}

    # Visits and guides

    def send_visit(self, body: bytes | dict[str, Any], content_type: str = JSON, key: str = "") -> Reply:
        """The hospital system sends a message."""
        raw = body if isinstance(body, bytes) else json.dumps(body, ensure_ascii=False).encode()
        headers = {"Content-Type": content_type, "Authorization": f"Bearer {key or self.tokens['his']}"}
        return send("POST", self.url("/visits"), body=raw, headers=headers)

    def visit(self, body: bytes | dict[str, Any], content_type: str = JSON) -> str:
        """Send a message that must be taken; returns the visit's pseudonym."""
        reply = self.send_visit(body, content_type)
        assert reply.status in (200, 202), f"the visit was refused: {reply.status} {reply.text}"
        return reply.headers["x-narrowcast-visit"]

    def guide(self, visit_id: str, *, edition: int = 1) -> Any:
        """The guide of a visit as the log has it, once it has that edition."""
        path = f"/guides/g-{visit_id.removeprefix('v-')}"

        def made() -> Any:
            state = self.ask(path)["state"]
            return state if state["edition"] >= edition else None

        found = awaited(f"edition {edition} of the guide of {visit_id}", lambda: _if_there(self, path) and made())
        assert found["edition"] == edition, (
            f"expected edition {edition}, the guide of {visit_id} is at {found['edition']}"
        )
        return found

    def guide_link(self, address: str, number: int = 1) -> str:
        """The link of the newest push to an address, once that many pushes came."""
        return demo.link_in(awaited(f"push {number} to {address}", lambda: self.pushes(address)[number - 1 :])[-1])

    def enter(self, link: str, address: str) -> str:
        """The cookie of a device whose holder knows the end of the telephone number on file."""
        return demo.enter(link, address[-4:])

    def read(self, address: str, number: int = 1) -> Reply:
        """The page of the newest push to an address, on a device of its patient's."""
        link = self.guide_link(address, number)
        return get(link, cookie=self.enter(link, address))

    def pushes(self, address: str = "") -> list[dict[str, str]]:
        """Every push of a guide, or those to one address, oldest first."""
        return [m for m in self.messages() if "/g/" in m["text"] and m["to"].endswith(address)]

    def messages(self) -> list[dict[str, str]]:
        """Every message ever sent, oldest first."""
        return demo.outbox(self.endpoints)


def _if_there(clinic: Clinic, path: str) -> bool:
    return get(clinic.url(path), clinic.tokens["editor"]).status == 200


def _pair(messages: list[dict[str, str]], number: str) -> tuple[Invitation, Invitation] | None:
    found = {m["channel"]: m for m in messages if f"编号{number}" in m["text"]}
    if not {"mail", "sms"} <= set(found):
        return None
    links = {channel: demo.link_in(found[channel]) for channel in ("mail", "sms")}
    codes = {channel: _CODE.findall(found[channel]["text"])[-1] for channel in ("mail", "sms")}
    return Invitation(links["mail"], codes["sms"]), Invitation(links["sms"], codes["mail"])


def _expect(reply: Reply, status: int, what: str) -> Reply:
    assert reply.status == status, f"{what}: {reply.status} instead of {status}: {reply.text[:400]}"
    return reply


def _told(name: str) -> list[dict[str, Any]]:
    """What the demo hospital has for guides, and for whoever asks."""
    return [*demo.load(name), *demo.load(f"assistant/{name}")]


def signers() -> list[dict[str, Any]]:
    """The demo hospital's signers, fresh each time."""
    loaded: list[dict[str, Any]] = demo.load("signers.json")
    return loaded


def fresh(content_type: str = JSON) -> bytes:
    """A sample message about a patient and visit that nobody has met yet."""
    number = 1000 + next(_numbers)
    return demo.fresh_ids((demo.DATA / "visits" / SAMPLES[content_type]).read_bytes(), number)


def diabetic(phone: str = "", **changes: Any) -> dict[str, Any]:
    """A visit of a fresh patient with type 2 diabetes who consents and can be reached by SMS."""
    sample: dict[str, Any] = json.loads(fresh())
    number = next(_numbers)
    sample |= {
        "diagnoses": [{"system": "ICD-10", "code": "E11.900", "status": "confirmed"}],
        "medications": [],
        "department": "endo",
        "contact": {"phone": phone or f"1390000{number:04d}"},
    }
    return sample | changes


def phone_of(visit: Mapping[str, Any]) -> str:
    """The number that a visit's pushes go to."""
    return str(visit["contact"]["phone"])
