"""Brings what staff say to people who wrote over WeChat: each reply once, as a customer-service message."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from narrowcast.application.ports import (
    Claim,
    Effects,
    InDoubtError,
    UnavailableError,
    UndeliverableError,
    Vault,
)
from narrowcast.application.sealed_words import SealedWords
from narrowcast.application.store import Store
from narrowcast.application.streams import CONVERSATION, PATIENT, StreamKey
from narrowcast.contracts.codec import Envelope
from narrowcast.domain.conversation import StaffReplied

if TYPE_CHECKING:  # it brings the assistant, which is not needed to carry a reply
    from narrowcast.application.wechat import Accounts, ServiceMessages

WECHAT = "wechat"
SPEAKERS = {"nurse": "护士", "doctor": "医生"}


@dataclass(frozen=True, slots=True)
class Courier:
    """Carries replies to WeChat; those of other channels wait on their page."""

    store: Store
    accounts: Accounts
    vault: Vault
    words: SealedWords
    effects: Effects
    messages: ServiceMessages

    def carry(self, envelope: Envelope, replied: StaffReplied) -> None:
        """Send a reply. InDoubtError if nobody knows whether it went; UnavailableError: deliver the event again."""
        key = StreamKey.parse(envelope.stream)
        state = self.store.load(CONVERSATION, key.hospital, key.key).state
        account = self.accounts.of(key.hospital)
        if state.begun.channel != WECHAT or account is None:
            return
        contact = self.vault.contact(PATIENT.stream(key.hospital, state.begun.patient))
        text = self.words.open(key.hospital, key.key, state, replied.text)
        if contact is None or text is None:  # forgotten since
            return
        match self.effects.claim(effect := f"{envelope.event_id}|wechat"):
            case Claim.OPEN:
                raise InDoubtError(effect)
            case Claim.TAKEN:
                speaker = f"{SPEAKERS.get(replied.role, '工作人员')} {replied.name}".strip()
                self._send(effect, lambda: self.messages.send(account, contact.app_user, f"【{speaker}】\n{text}"))

    def _send(self, effect: str, send: Callable[[], None]) -> None:
        """Send; the claim is given back only if the message certainly did not leave."""
        try:
            send()
        except UndeliverableError:
            pass  # it stands on the conversation's page, and staff see that the person is not there
        except UnavailableError:
            self.effects.release(effect)
            raise
        self.effects.mark(effect)
