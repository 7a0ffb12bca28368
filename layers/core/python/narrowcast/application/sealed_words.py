"""What people say in a conversation, sealed under the person's key before it enters an event, and opened for readers.

The subject is the patient's stream; of somebody unknown, the conversation's own. Forgetting destroys the subject's key.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from dataclasses import dataclass

from narrowcast.application.ports import KeyDestroyedError, KeyRing
from narrowcast.application.streams import CONVERSATION, PATIENT
from narrowcast.domain.conversation import Conversation
from narrowcast.domain.errors import Refusal


class PersonForgotten(Refusal):
    """The person was forgotten: nothing can be said in her name any more."""


@dataclass(frozen=True, slots=True)
class SealedWords:
    """Seals and opens the words of one hospital's conversations."""

    ring: KeyRing

    def seal(self, hospital: str, conversation: str, state: Conversation, words: str) -> str:
        """Return the words as they may stand in an event: base64. PersonForgotten."""
        try:
            sealed = self.ring.seal(subject_of(hospital, conversation, state), words.encode())
        except KeyDestroyedError:
            raise PersonForgotten("该会话所属的个人信息已删除，请重新开始一个会话", field="conversation") from None
        return b64encode(sealed).decode()

    def open(self, hospital: str, conversation: str, state: Conversation, sealed: str) -> str | None:
        """Return what was sealed; None once the key is destroyed."""
        plain = self.ring.unseal(subject_of(hospital, conversation, state), b64decode(sealed))
        return None if plain is None else plain.decode()


def subject_of(hospital: str, conversation: str, state: Conversation) -> str:
    """Return the subject whose key seals the conversation."""
    patient = state.begun.patient
    return PATIENT.stream(hospital, patient) if patient else CONVERSATION.stream(hospital, conversation)
