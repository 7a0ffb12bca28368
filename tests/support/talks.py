"""A hospital whose assistant answers, over the memory adapters, with the API's routes before it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import ModuleType, SimpleNamespace
from typing import Any
from urllib.parse import urlencode

import pytest

from app import app
from chalicelib import aftercare, readers
from chalicelib.routes import aftercare as care
from chalicelib.routes import app_inbox, desk, guides, inbox, reasons, shelf, talks, tasks, wishes
from narrowcast.application.app_inbox import AppInbox
from narrowcast.application.assistant import Assistant
from narrowcast.application.doors import Doors
from narrowcast.application.explanations import Explanations
from narrowcast.application.exports import TEXT_WRITERS, Exports
from narrowcast.application.inbox import Inbox
from narrowcast.application.links import LinkOffice
from narrowcast.application.public_library import PublicLibrary
from narrowcast.application.quoting import Glossary, Quoting, Shelves
from narrowcast.application.reports import Reports
from narrowcast.application.retrieval import Ranking, Retrieval
from narrowcast.application.sealed_words import SealedWords
from narrowcast.application.sign_on import SignInFailed
from narrowcast.application.transcripts import Transcripts
from narrowcast.application.wishes import Wishes
from narrowcast.domain.vocabulary import Form
from tests.support.newsroom import HOSPITAL, IDENTITY, TOPIC, World

FORM, JSON, HTML = "application/x-www-form-urlencoded", "application/json", "text/html"
TITLE = "什么是2型糖尿病？"
WHAT = replace(TOPIC, title=TITLE, form=Form.QA)
QUESTION, EMERGENCY = TITLE, "我爸突然半边身子不能动，说话也不清楚了"
PERSONAL = "我能不能自己把二甲双胍加量"
NURSE: Mapping[str, str] = {
    "sub": "nurse-1",
    "name": "刘敏",
    "cognito:groups": "nurse",
    "custom:hospital": HOSPITAL,
}
COLLEAGUE: Mapping[str, str] = {**NURSE, "sub": "nurse-2", "name": "赵云"}


class Accounts:
    """SignOn with the people whom it is told of; the token is the account's name."""

    def __init__(self, **people: Mapping[str, str]) -> None:
        self._people = people

    def sign_in(self, username: str, password: str, code: str) -> str:
        if username not in self._people or password != "right" or code:
            raise SignInFailed("账号、密码或动态验证码不正确", field="username")
        return username

    def claims(self, token: str) -> Mapping[str, str] | None:
        return self._people.get(token)

    def sign_out(self, token: str) -> None:
        self._people.pop(token, None)


@dataclass(frozen=True)
class Answer:
    """What the API answered; `headers` in lower case."""

    status: int
    headers: Mapping[str, str]
    text: str

    @property
    def json(self) -> Any:
        return json.loads(self.text)


@dataclass
class TalkRoom:
    """The world, the assistant over it, and the app as API Gateway calls it."""

    world: World = field(default_factory=World)
    cookies: dict[str, str] = field(default_factory=dict)
    """What the one device of this room bears."""

    def __post_init__(self) -> None:
        world = self.world
        words, shelves = SealedWords(world.ring), Shelves(world.read, world.library)
        self.transcripts = Transcripts(world.store, words, Quoting(world.library), Glossary(shelves))
        searching = Retrieval(world.store, world.library, Ranking(world.index))
        self.assistant = Assistant(world.store, searching, shelves, Quoting(world.library), words)
        self.inbox = Inbox(world.store, world.read, words, self.transcripts, shelves)
        self.doors = Doors(world.store, world.links, LinkOffice(world.links, world.secret), self.assistant)

    def composition(self, accounts: Accounts) -> SimpleNamespace:
        """What the routes are given."""
        exports = Exports(self.world.store, self.world.library, TEXT_WRITERS)
        return SimpleNamespace(
            store=self.world.store,
            reading_room=self.world.room,
            transcripts=self.transcripts,
            assistant=self.assistant,
            inbox=self.inbox,
            reports=Reports(self.world.store, self.world.read, self.transcripts.quoting),
            registry=self.world.registry,
            doors=self.doors,
            exports=exports,
            sign_on=accounts,
            readers=self.world.readers,
            explanations=Explanations(self.world.store),
            app_inbox=AppInbox(
                self.world.store,
                self.world.links,
                self.world.secret,
                self.world.readers,
                self.world.pseudonyms,
                b"shared with the app",
            ),
            base_url="https://narrowcast.example",
            wishes=Wishes(self.world.store, self.world.room),
            public_library=PublicLibrary(self.world.store, self.world.read, self.world.library, {}),
            aftercare=self.world.aftercare,
            diaries=self.world.diaries,
            care_desk=self.world.care_desk,
            read=self.world.read,
        )

    def serve(self, monkeypatch: pytest.MonkeyPatch) -> TalkRoom:
        """Let the routes stand on this room."""
        given = self.composition(Accounts(liu=NURSE, zhao=COLLEAGUE))
        modules: tuple[ModuleType, ...] = (
            talks,
            desk,
            guides,
            inbox,
            readers,
            wishes,
            shelf,
            app_inbox,
            aftercare,
            care,
            reasons,
            tasks,
        )
        for module in modules:
            monkeypatch.setattr(module, "composition", lambda: given)
        return self

    def call(
        self,
        method: str,
        route: str,
        *,
        body: str | None = None,
        kind: str = FORM,
        accept: str = HTML,
        headers: Mapping[str, str] | None = None,
        query: Mapping[str, str] | None = None,
        claims: Mapping[str, str] | None = None,
        **path: str,
    ) -> Answer:
        """Call a route; everything that follows from it is carried out before the answer is looked at."""
        borne = {"cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())} if self.cookies else {}
        sent = {"accept": accept, **borne, **({"content-type": kind} if body is not None else {}), **(headers or {})}
        return self.request(method, route, headers=sent, query=query or {}, body=body, path=path, claims=claims)

    def request(
        self,
        method: str,
        route: str,
        *,
        headers: Mapping[str, str],
        query: Mapping[str, str],
        body: str | None,
        path: Mapping[str, str],
        claims: Mapping[str, str] | None = None,
        authorizer: Mapping[str, str] | None = None,
    ) -> Answer:
        """Call the app as API Gateway does; header names in lower case."""
        vouched = {**({"claims": claims} if claims else {}), **(authorizer or {})}
        event = {
            "requestContext": {
                "httpMethod": method,
                "resourcePath": route,
                **({"authorizer": vouched} if vouched else {}),
            },
            "pathParameters": dict(path),
            "headers": dict(headers),
            "multiValueHeaders": {name: [value] for name, value in headers.items()},
            "multiValueQueryStringParameters": {name: [value] for name, value in query.items()} or None,
            "stageVariables": None,
            "isBase64Encoded": False,
            "body": body,
        }
        answer: dict[str, Any] = app(event, None)
        self.world.settle()
        single = {name.lower(): str(value) for name, value in answer.get("headers", {}).items()}
        many = {name.lower(): str(values[0]) for name, values in answer.get("multiValueHeaders", {}).items()}
        return Answer(answer["statusCode"], {**many, **single}, answer["body"])

    def post(self, route: str, fields: Mapping[str, str], **more: Any) -> Answer:
        """Send a form."""
        return self.call("POST", route, body=urlencode(fields), **more)

    def enter(self, token: str, factor: str = IDENTITY.phone[-4:]) -> Answer:
        """Show at a guide's link who reads; the device keeps its cookie if that was right."""
        answer = self.post("/g/{token}/check", {"factor": factor}, token=token)
        if answer.status == 303:
            name, _, value = answer.headers["set-cookie"].partition(";")[0].partition("=")
            self.cookies[name] = value
        return answer

    def send(self, route: str, document: object, **more: Any) -> Answer:
        """Send data, as an app would."""
        return self.call("POST", route, body=json.dumps(document), kind=JSON, accept=JSON, **more)

    def begin(self, text: str = QUESTION) -> str:
        """Ask a first question as somebody unknown; returns the conversation's nonce."""
        opened = self.send("/ask/{hospital}", {"text": text}, hospital=HOSPITAL)
        assert opened.status == 201, opened.text
        nonce: str = opened.json["nonce"]
        return nonce

    def conversation(self, nonce: str) -> str:
        """The id of the conversation behind a nonce."""
        return self.doors.behind(nonce)[1]

    def shown(self, nonce: str) -> str:
        """The page of a conversation."""
        page = self.call("GET", "/chat/{nonce}", nonce=nonce)
        assert page.status == 200, page.text
        return page.text

    def staff(self, step: str, conversation: str, document: object = None, who: Mapping[str, str] = NURSE) -> Answer:
        """Take a step as staff."""
        route = f"/inbox/{{conversation}}/{step}"
        return self.send(route, document or {}, conversation=conversation, claims=who)


def talk_room() -> TalkRoom:
    """A hospital with one signed answer."""
    room = TalkRoom()
    room.world.open_hospital().publish("dm-qa", WHAT)
    return room


def text_of(html: str) -> str:
    """What a page says, without its tags."""
    body = re.sub(r"<(style|script)>.*?</\1>", "", html, flags=re.DOTALL)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", body))
