"""What people say in a conversation, sealed before it enters an event, and opened for readers.

Two seals: within, under the conversation's own key; around that, of a known patient, under the patient's. Forgetting
the patient destroys the outer key, the end of the time for which the record is kept the inner one: either makes the
words noise, and neither takes anything else along.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from dataclasses import dataclass

from narrowcast.application.ports import KeyDestroyedError, KeyRing
from narrowcast.application.streams import CONVERSATION, PATIENT
from narrowcast.domain.conversation import Conversation
from narrowcast.domain.errors import Refusal

TWICE = "2:"
"""Stands before words under both seals; of a known patient's before that, only the patient's key was used."""


class PersonForgotten(Refusal):
    """The person was forgotten: nothing can be said in her name any more."""


@dataclass(frozen=True, slots=True)
class SealedWords:
    """Seals and opens the words of one hospital's conversations."""

    ring: KeyRing

    def seal(self, hospital: str, conversation: str, state: Conversation, words: str) -> str:
        """Return the words as they may stand in an event: base64, marked. PersonForgotten."""
        try:
            sealed = self.ring.seal(CONVERSATION.stream(hospital, conversation), words.encode())
            if patient := state.begun.patient:
                sealed = self.ring.seal(PATIENT.stream(hospital, patient), sealed)
        except KeyDestroyedError:
            raise PersonForgotten("该会话所属的个人信息已删除，请重新开始一个会话", field="conversation") from None
        return (TWICE if patient else "") + b64encode(sealed).decode()

    def open(self, hospital: str, conversation: str, state: Conversation, sealed: str) -> str | None:
        """Return what was sealed; None once a key of it is destroyed."""
        if state.erased:
            return None
        plain = b64decode(sealed.removeprefix(TWICE))
        for subject in _seals(hospital, conversation, state, twice=sealed.startswith(TWICE)):
            opened = self.ring.unseal(subject, plain)
            if opened is None:
                return None
            plain = opened
        return plain.decode()

    def erase(self, hospital: str, conversation: str) -> None:
        """Destroy the conversation's own key, for good. UnavailableError."""
        self.ring.destroy(CONVERSATION.stream(hospital, conversation))


def _seals(hospital: str, conversation: str, state: Conversation, *, twice: bool) -> tuple[str, ...]:
    """Return the subjects whose keys open the words, the outer seal first."""
    own, patient = CONVERSATION.stream(hospital, conversation), state.begun.patient
    if not patient:
        return (own,)
    return (PATIENT.stream(hospital, patient), *((own,) if twice else ()))
