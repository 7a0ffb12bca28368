"""`make demo`: from doctors' facts to patients' guides on the embedded AWS, every human step as the person would do it.

Staff act through the API with their own tokens, doctors through the links and codes in their mail and SMS, the hospital
system by its messages, patients through the link in their push. Every run adds its own pieces and visits, so that it
may be repeated on the same stack.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property, partial
from html import unescape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from infra.local import stack
from infra.local.demo_users import HOSPITAL, Person
from infra.local.home import REPOSITORY
from infra.local.http import Reply, get, post_form, post_json, send

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

DATA = REPOSITORY / "events/demo"
OUT = Path("demo-out")
PATIENCE_SECONDS = 90
PROFILE_FIELDS = ("name", "timezone", "emergency_line", "settle_seconds", "discharge_settle_seconds", "pushing")
VISITS = {
    "visit-hl7.er7": "x-application/hl7-v2+er7",
    "visit-fhir.json": "application/fhir+json",
    "visit-json.json": "application/json",
}
KNOWN, URGENT = "什么是2型糖尿病？", "我爸突然半边身子不能动，说话也不清楚了"
PERSONAL, HELLO = "我能不能自己把二甲双胍加量？", "您好，我是护士，正在看您的消息。"
SENT_BACK = "htn-diet"
"""The piece that its doctor sends back once, so that the way back is walked too."""

_IDS = re.compile(r"RH-\d{8}-\d{4}|RHV\d{11}|RH\d{7}")
_LINK = re.compile(r"https?://\S+?/(?:sign|g)/[\w-]+")
_FIELD = re.compile(r'name="(revision|document_hash)" value="([^"]*)"')
_TITLE = re.compile(r"<h1[^>]*>(.*?)</h1>", re.DOTALL)
_QUESTION = re.compile(r'<form class="question".*?</form>', re.DOTALL)
_HIDDEN = re.compile(r'type="hidden" name="(\w+)" value="([^"]*)"')
_CODE = re.compile(r"(?<!\d)\d{6}(?!\d)")
_REFERENCE = re.compile(r"编号([0-9A-F]{6})")


class DemoFailed(Exception):  # noqa: N818 - the verdict of the run
    """A step did not hold; the message says which."""


@dataclass
class Tally:
    """What the closing table counts."""

    facts: int = 0
    drafted: int = 0
    refused: int = 0
    signed: int = 0
    visits: int = 0
    guides: int = 0
    sections: int = 0
    gaps: int = 0
    pushes: int = 0
    questions: int = 0
    commits: int = 0


@dataclass
class Demo:
    """One run."""

    directory: Path
    endpoints: Mapping[str, Any]
    before: int
    tally: Tally = field(default_factory=Tally)

    @cached_property
    def run(self) -> int:
        """The number of this run on this stack, from 1."""
        known = [row["content_id"] for row in self.staff_get("/contents")["contents"]]
        first = load("topics.json")[0]["key"]
        return 1 + sum(1 for content_id in known if content_id.startswith(first))

    @cached_property
    def topics(self) -> list[dict[str, Any]]:
        """The planned pieces: those for guides, what asks about them, and what is said to somebody who asks."""
        moved = load("recall.json")["topic"] | {"fact_keys": [self.moved]}
        return [*load("topics.json"), moved, *load("quizzes.json"), *load("assistant/topics.json")]

    @cached_property
    def facts(self) -> dict[str, dict[str, Any]]:
        """The doctors' facts by key."""
        moved = load("recall.json")["fact"] | {"key": self.moved}
        return {fact["key"]: fact for fact in (*load("facts.json"), moved, *load("assistant/facts.json"))}

    @property
    def moved(self) -> str:
        """The fact that is taken back: one for each run, for none comes back."""
        return f"rehab-place-{self.run}"

    @cached_property
    def doctors(self) -> dict[str, str]:
        """A token for each signer."""
        signers = [signer["signer"] for signer in load("signers.json")]
        return {signer: stack.token(self.directory, Person("doctor", signer)) for signer in signers}

    def content_id(self, topic_key: str) -> str:
        """The id of a topic's piece in this run."""
        return topic_key if self.run == 1 else f"{topic_key}-{self.run}"

    def url(self, path: str) -> str:
        """The address of a route."""
        return f"{self.endpoints['api']}{path}"

    def staff_get(self, path: str) -> Any:
        """Ask as the editor."""
        return expect(200, get(self.url(path), self.endpoints["tokens"]["editor"]), path).json

    def staff_post(self, path: str, document: object, role: str, *, status: int) -> Any:
        """Act as a member of staff."""
        return expect(status, post_json(self.url(path), document, self.endpoints["tokens"][role]), path).json

    def piece(self, topic_key: str) -> Any:
        """The piece of a topic as it stands."""
        return self.staff_get(f"/contents/{self.content_id(topic_key)}")["state"]

    def messages(self) -> list[dict[str, str]]:
        """Every message sent since this run began, oldest first."""
        return outbox(self.endpoints)[self.before :]


def main() -> int:
    """Run the demo; 0 only if every step held."""
    begun = time.monotonic()
    say("== the embedded AWS")
    endpoints = stack.up(Path.cwd(), say=lambda line: say(f"   {line}"))
    demo = Demo(Path.cwd(), endpoints, before=len(outbox(endpoints)))
    try:
        for step in STEPS:
            step(demo)
    except DemoFailed as failed:
        say(f"FAILED: {failed}")
        return 1
    print_table(demo.tally)
    say(f"guide pages: {OUT}/  outbox: {demo.endpoints['outbox']}  took {time.monotonic() - begun:.0f} s")
    say("the stack is still running: look around with .venv/bin/narrowcast, stop it with `make down`")
    return 0


def register(demo: Demo) -> None:
    """The administrator registers the hospital and its signers."""
    say("== hospital and signers")
    hospital = load("hospital.json")
    departments = [{"department": each["id"], "name": each["name"]} for each in hospital["departments"]]
    profile = {key: hospital[key] for key in PROFILE_FIELDS} | {"departments": departments}
    reply = post_json(demo.url("/hospital"), profile, demo.endpoints["tokens"]["admin"])
    if reply.status == 409:  # noqa: PLR2004 - HTTP
        raise DemoFailed("this stack holds an earlier demo hospital; `python -m infra.local reset` wipes it")
    expect(201, reply, "/hospital")
    for signer in load("signers.json"):
        demo.staff_post("/signers", {"signer_id": signer.pop("signer"), **signer}, "admin", status=201)


def propose_facts(demo: Demo) -> None:
    """Each doctor puts her facts forward and confirms them."""
    say("== facts")
    for key, fact in demo.facts.items():
        token = demo.doctors[fact["author"]]
        statement = {name: value for name, value in fact.items() if name not in ("key", "author")}
        expect(201, post_json(demo.url("/facts"), {"fact_id": key, "statement": statement}, token), f"fact {key}")
        expect(200, post_json(demo.url(f"/facts/{key}/approve"), {}, token), f"fact {key} approved")
        demo.tally.facts += 1
    say(f"   {demo.tally.facts} facts, each with its source, confirmed by their doctors")


def plan_topics(demo: Demo) -> None:
    """The editor plans the pieces; the machine drafts and checks them."""
    say("== topics and drafts")
    for topic in demo.topics:
        plan = {
            name: topic[name] for name in ("title", "form", "section", "codes", "treatments", "stages", "age_bands")
        }
        plan |= {"audience": topic["audience"], "department": topic["department"], "signer_id": topic["signer"]}
        plan |= {"content_id": demo.content_id(topic["key"]), "facts": refs(topic["fact_keys"])}
        demo.staff_post("/topics", plan, "editor", status=202)
    for topic in demo.topics:
        at_editor(demo, topic["key"])
        demo.tally.drafted += 1
        say(f"   drafted and checked: {topic['title']}")


def edit_drafts(demo: Demo) -> None:
    """The editor polishes; an edit that changes a dose is refused, a faithful one is not."""
    say("== editing")
    edits = load("edits.json")
    try_false_dose(demo, edits["refused"])
    polish(demo, edits["accepted"])
    for topic in demo.topics:
        accept(demo, topic["key"])


def try_false_dose(demo: Demo, edit: Mapping[str, Any]) -> None:
    """An editor's slip in a dose must be caught, and must not reach the doctor."""
    before = demo.piece(edit["topic_key"])["draft"]
    post_edit(demo, edit["topic_key"], [*before["sentences"], sentence(edit["append_sentence"])])
    checked = at_editor(demo, edit["topic_key"])
    if checked["facts_check"]["passed"]:
        raise DemoFailed("the checks let a changed dose pass")
    demo.staff_post(
        f"/contents/{demo.content_id(edit['topic_key'])}/accept",
        {"revision": checked["revision"]},
        "editor",
        status=422,
    )
    for objection in checked["facts_check"]["objections"]:
        say(f"   refused ({objection['kind']}): expected {objection['expected']}, found {objection['found']}")
    demo.tally.refused += 1
    post_edit(demo, edit["topic_key"], before["sentences"])


def polish(demo: Demo, edit: Mapping[str, Any]) -> None:
    """A faithful rewording and a connective pass."""
    fact = {"fact_id": edit["replace"]["fact_key"], "version": 1}
    at_editor(demo, edit["topic_key"])
    sentences = demo.piece(edit["topic_key"])["draft"]["sentences"]
    polished = [{**s, "text": edit["replace"]["text"]} if fact in s["facts"] else s for s in sentences]
    post_edit(demo, edit["topic_key"], [*polished, sentence(edit["append_sentence"])])


def accept(demo: Demo, topic_key: str) -> None:
    """The editor sends the newest version to the doctor."""
    state = at_editor(demo, topic_key)
    demo.staff_post(
        f"/contents/{demo.content_id(topic_key)}/accept", {"revision": state["revision"]}, "editor", status=202
    )


def sign_pieces(demo: Demo) -> None:
    """Each doctor opens the links in her mail, reads, and signs with the code from her SMS; one sends a piece back."""
    say("== signatures")
    waiting = {demo.piece(topic["key"])["draft"]["title"]: topic["key"] for topic in demo.topics}
    sent_back, done = False, set[str]()
    for link, code in invitations(demo, lambda: len(done) == len(waiting)):
        shown = expect(200, get(link), "the doctor's page")
        topic_key = waiting.get(text_of(_TITLE, shown.text), "")
        if not topic_key or topic_key in done:
            continue
        if topic_key == SENT_BACK and not sent_back:
            send_back(demo, link, code, shown)
            sent_back = True
            continue
        decide(link, {"decision": "sign", "code": code}, shown)
        done.add(topic_key)
        demo.tally.signed += 1
        say(f"   signed: {text_of(_TITLE, shown.text)}")
    for topic in demo.topics:
        until(f"{topic['key']} is published", partial(published, demo, topic["key"]))


def published(demo: Demo, topic_key: str) -> bool:
    """Whether the piece is open to patients, and found: its row is written after the index."""
    rows = demo.staff_get("/contents")["contents"]
    return any(row["content_id"] == demo.content_id(topic_key) and row["status"] == "published" for row in rows)


def invitations(demo: Demo, finished: Callable[[], bool]) -> Iterator[tuple[str, str]]:
    """Yield each link to sign that comes by mail with the code that came for it by SMS, until all is signed."""
    opened: set[str] = set()
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not finished():
        if time.monotonic() > deadline:
            raise DemoFailed(f"{len(opened)} invitations came, and not everything could be signed")
        messages = demo.messages()
        codes = {text_of(_REFERENCE, m["text"]): m["text"] for m in messages if m["channel"] == "sms"}
        for mail in (m for m in messages if m["channel"] == "mail" and "/sign/" in m["text"]):
            reference = text_of(_REFERENCE, mail["text"])
            if reference in codes and reference not in opened:
                opened.add(reference)
                yield link_in(mail), _CODE.findall(codes[reference])[-1]
        time.sleep(0.2)


def send_back(demo: Demo, link: str, code: str, shown: Reply) -> None:
    """The doctor wants one more sentence; the editor adds it and the piece comes back for signature."""
    decide(link, {"decision": "reject", "code": code, "reason": "请在结尾提醒患者有疑问时咨询医生。"}, shown)
    demo.tally.refused += 1
    state = until("the piece is back with the editor", lambda: rejected(demo))
    say(f"   sent back: {state['rejection']['reason']}")
    post_edit(demo, SENT_BACK, [*state["draft"]["sentences"], {"text": "如有疑问，请咨询您的医生。", "facts": []}])
    accept(demo, SENT_BACK)


def rejected(demo: Demo) -> Any:
    """The piece that was sent back, once it is."""
    state = demo.piece(SENT_BACK)
    return state if state["status"] == "drafted" else None


def decide(link: str, fields: dict[str, str], shown: Reply) -> None:
    """Send one of the two forms of the doctor's page with what it shows."""
    expect(
        200,
        post_form(link, {**dict(_FIELD.findall(shown.text)), **fields}),
        f"the doctor decides: {fields['decision']}",
    )


def receive_visits(demo: Demo) -> None:
    """The hospital system tells of three visits: HL7 v2, FHIR, JSON."""
    say("== visits")
    for name, content_type in VISITS.items():
        body = fresh_ids((DATA / "visits" / name).read_bytes(), demo.run)
        headers = {"Content-Type": content_type, "Authorization": f"Bearer {demo.endpoints['tokens']['his']}"}
        reply = send("POST", demo.url("/visits"), body=body, headers=headers)
        if reply.status not in (200, 202):
            raise DemoFailed(f"{name} was refused: {reply.status} {reply.text}")
        demo.tally.visits += 1
        follow_visit(demo, name, reply.headers["x-narrowcast-visit"])


def follow_visit(demo: Demo, name: str, visit_id: str) -> None:
    """Wait until the visit's guide is assembled and its push sent."""
    guide_id = f"g-{visit_id.removeprefix('v-')}"
    row = until(f"the guide of {name} is pushed", lambda: pushed(demo, guide_id))
    demo.tally.guides += 1
    demo.tally.pushes += len(row["pushed"])
    demo.tally.sections += len(row["sections"])
    demo.tally.gaps += len(row["gaps"])
    gaps = ", ".join(f"{gap['section']} {gap['code']}" for gap in row["gaps"])
    say(f"   {name}: {guide_id}, {len(row['sections'])} sections, pushed by {', '.join(row['pushed'])}")
    say(f"      gaps: {gaps or 'none'}")


def pushed(demo: Demo, guide_id: str) -> Any:
    """The guide's row, once it was pushed."""
    rows = demo.staff_get("/guides")["guides"]
    return next((row for row in rows if row["guide_id"] == guide_id and row["pushed"]), None)


def explain_guide(demo: Demo) -> None:
    """Staff ask why a guide is as it is."""
    say("== why")
    guide_id = max(row["guide_id"] for row in demo.staff_get("/guides")["guides"] if row["sections"])
    explained = demo.staff_get(f"/guides/{guide_id}/reasons")
    say(f"   {guide_id}, rules {explained['rules']}: the whole by `narrowcast guide explain {guide_id}`")
    for section in [each for each in explained["sections"] if each["chosen"]][:2]:
        chosen = section["chosen"][0]
        parts = ", ".join(f"{part['part']} {part['points']:+}" for part in chosen["parts"])
        say(f"   {section['heading']}: {chosen['piece']['title']} for {chosen['code']} ({parts})")
        say(f"      the patient reads: {section['why']}")


def read_guides(demo: Demo) -> None:
    """Each patient opens the link, reads, and answers 看懂了 to one section and 有疑问 to another."""
    say("== patients")
    OUT.mkdir(exist_ok=True)
    told = {link_in(m): m["to"] for m in demo.messages() if "/g/" in m["text"]}
    for number, link in enumerate(list(told)[-demo.tally.guides :], start=1):
        cookie = enter(link, told[link][-4:])
        page = expect(200, get(link, cookie=cookie), "the patient's page").text
        (OUT / f"guide-{number}.html").write_text(page, encoding="utf-8")
        sections = list(dict.fromkeys(re.findall(r'name="section" value="(\w+)"', page)))
        for section, answer in zip(sections, ("understood", "questioned"), strict=False):
            fields = {"section": section, "answer": answer}
            expect(303, post_form(f"{link}/feedback", fields, cookie), "the patient answers")
        asked = answer_quizzes(link, cookie, page)
        read = f"{len(sections)} sections, {asked} questions, {len(page) // 1024} KB"
        say(f"   opened by the end of her number: {read}, {OUT}/guide-{number}.html")
    tend_patients(demo)


def answer_quizzes(link: str, cookie: str, page: str) -> int:
    """The patient opens her guide and takes the first answer to each question, right or wrong; how many there are."""
    expect(204, post_form(f"{link}/opened", {}, cookie), "the page tells that it is read")
    questions = [dict(_HIDDEN.findall(form)) for form in _QUESTION.findall(page)]
    for fields in questions:
        expect(303, post_form(f"{link}/quiz", {**fields, "option": "0"}, cookie), "the patient answers a question")
    if questions:
        until_day = (datetime.now(UTC) + timedelta(days=7)).date().isoformat()
        reminder = {"kind": "medication", "time1": "08:00", "until": until_day}
        reply = post_form(f"{link}/reminders", reminder, cookie)
        if reply.status not in (303, 409):  # without a part on drugs there is nothing to be reminded of
            raise DemoFailed(f"reminders: {reply.status}")
        noted = {"entry": "demo-1", "severity": "mild", "symptom_dizziness": "yes"}
        expect(303, post_form(f"{link}/symptoms", noted, cookie), "the patient notes how she feels")
    return len(questions)


def tend_patients(demo: Demo) -> None:
    """A nurse finds what patients did not understand or noted, takes it and says what came of it."""
    token = demo.endpoints["tokens"]["nurse"]
    url = demo.url("/tasks")
    tasks = until("the nurse's tasks", lambda: expect(200, get(url, token), "the nurse's tasks").json["tasks"])
    for task in tasks:
        demo.staff_post(f"/tasks/{task['task']}/finish", {"result": "explained"}, "nurse", status=200)
    say(f"   {len(tasks)} tasks of the nurse: {', '.join(sorted({task['why'] for task in tasks}))}")


def enter(link: str, factor: str) -> str:
    """The cookie of a device whose holder says at the link who she is: the end of her telephone number."""
    shown = expect(200, get(link), "the page that asks who reads").text
    if "看懂了" in shown:
        raise DemoFailed("the link opens without asking who reads")
    reply = expect(303, post_form(f"{link}/check", {"factor": factor}), "the patient says who she is")
    return reply.headers["set-cookie"].partition(";")[0]


def ask_questions(demo: Demo) -> None:
    """Somebody asks: an answer with its source, an emergency, and what only a person may answer: a nurse takes over."""
    say("== questions")
    opened = ask(demo, f"/ask/{HOSPITAL}", KNOWN, 201)
    answer = opened["lines"][-1]
    if answer["kind"] != "answer" or not answer["sentences"]:
        raise DemoFailed(f"{KNOWN} was not answered but by {answer['kind']}")
    quoted = answer["sentences"][0]
    say(f"   {KNOWN} -> {quoted['text']} ({quoted['title']}, signed by {quoted['signer']})")
    emergency = ask(demo, f"/ask/{HOSPITAL}", URGENT, 201)["lines"][-1]
    say(f"   {URGENT} -> {''.join(emergency['notices'])}")
    chat = f"/chat/{opened['nonce']}"
    handed = ask(demo, f"{chat}/messages?after={opened['cursor']}", PERSONAL, 200)
    say(f"   {PERSONAL} -> {handed['phase']}: {''.join(handed['lines'][-1]['notices'])}")
    conversation = until("the nurse's inbox lists who waits", partial(newest_waiting, demo))
    for step, document in (("claim", {}), ("reply", {"text": HELLO})):
        demo.staff_post(f"/inbox/{conversation}/{step}", document, "nurse", status=200)
    said = get(demo.url(f"{chat}/messages?after={handed['cursor']}")).json["lines"][-1]
    if (emergency["kind"], handed["phase"], said["text"]) != ("emergency", "waiting", HELLO):
        raise DemoFailed(f"{emergency['kind']}, {handed['phase']}, {said['text']}")
    demo.tally.questions += 3
    say(f"   {said['speaker']} {said['name']}: {said['text']}")
    say(f"   the patient's page: {demo.url(chat)}  the nurse's: {demo.url('/desk/inbox')}")


def ask(demo: Demo, path: str, text: str, status: int) -> Any:
    """Ask as an app would."""
    return expect(status, post_json(demo.url(path), {"text": text}), text).json


def newest_waiting(demo: Demo) -> str:
    """The conversation that waits, once it is listed; of several runs, the newest."""
    path = "/inbox"
    listed = expect(200, get(demo.url(path), demo.endpoints["tokens"]["nurse"]), path).json["conversations"]
    return max((each["conversation"] for each in listed if each["phase"] == "waiting"), default="")


def take_back(demo: Demo) -> None:
    """A place that guides name has moved: the piece falls silent, a doctor signs what holds, its readers are told."""
    say("== recall")
    begun, new = len(demo.messages()), load("recall.json")
    path = f"/facts/{demo.moved}/supersede"
    expect(200, post_json(demo.url(path), new["newer"], demo.doctors[new["fact"]["author"]]), path)
    recall = until("the recall asks for its correction", partial(recall_of, demo, "correct"))
    say(f"   {recall['recall']}: {', '.join(recall['pieces'])} shown no more, in {recall['guides']} guides")
    correction = until("the correction is planned", lambda: recall_of(demo, "correct")["requested"])
    checked = until("the correction is checked", partial(checked_piece, demo, correction))
    demo.staff_post(f"/contents/{correction}/accept", {"revision": checked["revision"]}, "editor", status=202)
    link, code = until("the doctor is asked to sign it", partial(newest_invitation, demo, begun))
    decide(link, {"decision": "sign", "code": code}, expect(200, get(link), "the doctor's page"))
    done = until("those who were given it are dealt with", partial(recall_of, demo, "told"))
    sentences = "".join(each["text"] for each in checked["draft"]["sentences"])
    say(f"   correction signed: {sentences}")
    say(f"   {done['patients']} patients: {done['told']} told, {done['pending']} pending, {done['held']} held")


def recall_of(demo: Demo, state: str) -> Any:
    """The recall of this run's fact, once it stands there."""
    recalls = demo.staff_get("/recalls")["recalls"]
    return next((each for each in recalls if each["fact"] == demo.moved and each["state"] == state), None)


def checked_piece(demo: Demo, content_id: str) -> Any:
    """A piece, once its newest version is checked."""
    reply = get(demo.url(f"/contents/{content_id}"), demo.endpoints["tokens"]["editor"])
    state = reply.json["state"] if reply.status == 200 else None  # noqa: PLR2004 - HTTP; it is asked for, then planned
    return state if state and state["facts_check"] and state["compliance"] else None


def newest_invitation(demo: Demo, since: int) -> Any:
    """The link to sign that came by mail since then, with the code that came for it by SMS."""
    messages = [each for each in demo.messages()[since:] if "/sign/" in each["text"]]
    codes = {text_of(_REFERENCE, each["text"]): each["text"] for each in messages if each["channel"] == "sms"}
    for mail in (each for each in messages if each["channel"] == "mail"):
        if said := codes.get(text_of(_REFERENCE, mail["text"])):
            return link_in(mail), _CODE.findall(said)[-1]
    return None


def fill_gaps(demo: Demo) -> None:
    """What patients lack is ranked; one click sends a doctor the form."""
    say("== backlog")
    entries = demo.staff_get("/backlog")["entries"]
    for entry in entries[:3]:
        say(f"   {entry['patients']} patients: {entry['need']}, {entry['label']}")
    item = next(each["item"] for each in entries if each["section"] and each["state"] == "open")
    asked = demo.staff_post(f"/backlog/{item}/ask", {}, "editor", status=202)
    say(f"   {len(entries)} entries; {asked['signer_id']} is asked for key points on {item}")


def prove(demo: Demo) -> None:
    """Recompute every hash and signature from the log."""
    say("== the log")
    command = [str(REPOSITORY / ".venv/bin/narrowcast"), "log", "verify", "--json"]
    verdict = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - our own command
    if verdict.returncode:
        raise DemoFailed(f"the log does not verify: {verdict.stdout or verdict.stderr}")
    proof = json.loads(verdict.stdout)
    demo.tally.commits = proof["commits"]
    say(f"   {proof['events']} events in {proof['streams']} streams, {proof['signatures']} signatures verified")


def outbox(endpoints: Mapping[str, Any]) -> list[dict[str, str]]:
    """Every message that was ever sent, oldest first."""
    sent: list[dict[str, str]] = get(f"{endpoints['outbox']}/messages.json").json
    return sent[::-1]


# --- small things -------------------------------------------------------------------------------------------------


def at_editor(demo: Demo, topic_key: str) -> Any:
    """The piece, once its newest version is checked and waits for the editor."""

    def ready() -> Any:
        state = demo.piece(topic_key)
        return state if state["status"] == "drafted" and state["facts_check"] and state["compliance"] else None

    return until(f"{topic_key} is at the editor", ready)


def post_edit(demo: Demo, topic_key: str, sentences: list[dict[str, Any]]) -> None:
    """The editor replaces the text of the version she sees."""
    state = at_editor(demo, topic_key)
    document = {"revision": state["revision"], "title": state["draft"]["title"], "sentences": sentences}
    demo.staff_post(f"/contents/{demo.content_id(topic_key)}/edit", document, "editor", status=202)


def sentence(given: Mapping[str, Any]) -> dict[str, Any]:
    """A sentence as the API takes it."""
    return {"text": given["text"], "facts": refs(given["fact_keys"])}


def refs(keys: Iterable[str]) -> list[dict[str, Any]]:
    """References to the first version of each fact."""
    return [{"fact_id": key, "version": 1} for key in keys]


def fresh_ids(message: bytes, run: int) -> bytes:
    """The message about a patient and visit of this run's own."""
    if run == 1:
        return message
    return _IDS.sub(lambda found: f"{found[0]}-{run}", message.decode()).encode()


def link_in(message: Mapping[str, str]) -> str:
    """The link that a message carries."""
    found = _LINK.search(message["text"])
    if found is None:
        raise DemoFailed(f"a message without a link: {message['subject']}")
    return found[0]


def text_of(pattern: re.Pattern[str], text: str) -> str:
    """What the pattern's group finds, as text; empty if nothing."""
    found = pattern.search(text)
    return unescape(re.sub(r"<[^>]+>", "", found[1])).strip() if found else ""


def until(what: str, ready: Callable[[], Any]) -> Any:
    """Wait for something to be true and return it."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not (found := ready()):
        if time.monotonic() > deadline:
            raise DemoFailed(f"waited {PATIENCE_SECONDS} s in vain until {what}")
        time.sleep(0.1)
    return found


def expect(status: int, reply: Reply, what: str) -> Reply:
    """The reply, if it has the status."""
    if reply.status != status:
        raise DemoFailed(f"{what}: {reply.status} instead of {status}: {reply.text[:400]}")
    return reply


def load(name: str) -> Any:
    """A file of the demo hospital."""
    return json.loads((DATA / name).read_text("utf-8"))


def print_table(tally: Tally) -> None:
    """Print what the run counted."""
    labels = {"drafted": "pieces drafted", "commits": "commits verified"}
    say("")
    for name, count in vars(tally).items():
        say(f"   {labels.get(name, name):<18}{count:>6}")
    say("")


def say(line: str) -> None:
    """Print a line of progress at once."""
    print(line, flush=True)


STEPS = (
    register,
    propose_facts,
    plan_topics,
    edit_drafts,
    sign_pieces,
    receive_visits,
    explain_guide,
    read_guides,
    ask_questions,
    take_back,
    fill_gaps,
    prove,
)

if __name__ == "__main__":
    sys.exit(main())
