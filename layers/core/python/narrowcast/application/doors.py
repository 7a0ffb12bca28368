"""How a person comes to her conversation and back to it: from her guide, as somebody unknown, with the nonce alone.

A nonce is the only key to a conversation and is stored nowhere. Opening a door twice leads to the same conversation as
long as that one is not closed, within a month.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from itertools import count
from typing import TYPE_CHECKING

from narrowcast.application.askers import FROM_GUIDE, stem_of
from narrowcast.application.guides import GuideNoLongerOffered
from narrowcast.application.links import LinkOffice, link_key
from narrowcast.application.persons import Persons
from narrowcast.application.ports import Link, Links
from narrowcast.application.sealed_words import PersonForgotten
from narrowcast.application.store import Store
from narrowcast.application.streams import CONVERSATION, GUIDE, VISIT, StreamKey
from narrowcast.domain.conversation import Conversation, Phase
from narrowcast.domain.errors import Refusal
from narrowcast.domain.vocabulary import Channel

if TYPE_CHECKING:  # heavy, and only called
    from narrowcast.application.assistant import Assistant

LIFETIME = timedelta(days=90)
KIND = "chat"
A_MINUTE, IN_A_MINUTE = timedelta(minutes=1), 10
IN_ALL = 200
"""Questions that one conversation takes: no person needs more, and a program gets no further."""


class TooManyQuestions(Refusal):
    """The person asks faster than anybody reads."""


@dataclass(frozen=True, slots=True)
class Doors:
    """Opens conversations and finds them again."""

    store: Store
    links: Links
    office: LinkOffice
    assistant: Assistant

    def from_guide(self, nonce: str) -> str:
        """Return the nonce of the conversation that belongs to a guide. LinkUnknown, LinkExpired."""
        key = StreamKey.parse(self.office.open(nonce, "guide", self.store.clock.now()).stream)
        made = self.store.load(GUIDE, key.hospital, key.key).state.made
        person = Persons(self.store).of(key.hospital, made.patient)
        if person.state.forgotten:
            raise GuideNoLongerOffered("这份健康指南不再提供")
        department = self.store.load(VISIT, key.hospital, made.visit_id).state.department
        name = self.current(key.hospital, key.key.removeprefix("g-"))
        self.assistant.open(
            key.hospital, patient=person.root, department=department, channel=FROM_GUIDE, conversation=name
        )
        return self._nonce(key.hospital, name)

    def unknown(self, hospital: str) -> str:
        """Return the nonce of a new conversation with somebody unknown. HospitalUnknown."""
        return self._nonce(hospital, self.assistant.open(hospital, channel="web"))

    def from_wechat(self, hospital: str, patient: str) -> tuple[str, str]:
        """Return the conversation of somebody who writes over WeChat, and its nonce."""
        name = self.current(hospital, f"w-{patient.removeprefix('p-')}")
        self.assistant.open(hospital, patient=patient, channel="wechat", conversation=name)
        return name, self._nonce(hospital, name)

    def again(self, nonce: str) -> str:
        """End a conversation and return the nonce of a new one of the same person, in which the assistant may speak.

        One in which nothing was said is as good as new. LinkUnknown, LinkExpired, PersonForgotten.
        """
        hospital, conversation = self.behind(nonce)
        state = self._state(hospital, conversation)
        begun = state.begun
        if state.phase is Phase.ASSISTANT and not state.questions:
            return nonce
        self.assistant.close(hospital, conversation)
        if not begun.patient:
            return self.unknown(hospital)
        name = self.current(hospital, stem_of(conversation))
        self.assistant.open(
            hospital, patient=begun.patient, department=begun.department, channel=begun.channel, conversation=name
        )
        return self._nonce(hospital, name)

    def current(self, hospital: str, stem: str) -> str:
        """Return the id of this month's newest conversation of a stem that is not closed, or the next free one."""
        month = self.store.clock.now().strftime("%Y%m")
        names = (f"c{month}-{stem}-{number}" for number in count(1))
        return next(name for name in names if self._state(hospital, name).phase is not Phase.CLOSED)

    def behind(self, nonce: str) -> tuple[str, str]:
        """Return hospital and conversation behind a nonce. LinkUnknown, LinkExpired, PersonForgotten."""
        key = StreamKey.parse(self.office.open(nonce, KIND, self.store.clock.now()).stream)
        patient = self._state(key.hospital, key.key).begun.patient
        if patient and Persons(self.store).of(key.hospital, patient).state.forgotten:
            raise PersonForgotten("该会话所属的个人信息已删除，请重新开始一个会话", field="conversation")
        return key.hospital, key.key

    def admit(self, hospital: str, conversation: str) -> None:
        """Let a further question pass; TooManyQuestions."""
        moments = [each.at for each in self._state(hospital, conversation).questions]
        lately = sum(self.store.clock.now() - at < A_MINUTE for at in moments)
        if lately >= IN_A_MINUTE:
            raise TooManyQuestions("您发得太快了，请稍等一分钟再发", field="text")
        if len(moments) >= IN_ALL:
            raise TooManyQuestions("这个会话的问题太多了，请结束后重新开始", field="text")

    def _state(self, hospital: str, conversation: str) -> Conversation:
        return self.store.load(CONVERSATION, hospital, conversation).state

    def _nonce(self, hospital: str, conversation: str) -> str:
        stream = CONVERSATION.stream(hospital, conversation)
        nonce = self.office.secret.nonce(stream, Channel.APP)
        self.links.keep(
            Link(
                key=link_key(nonce),
                kind=KIND,
                stream=stream,
                request_id=conversation,
                subject="",
                channel=Channel.APP,
                code_hash="",
                expires_at=self.store.clock.now() + LIFETIME,
            )
        )
        return nonce
