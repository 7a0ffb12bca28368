"""Gives each message to its channel."""

from __future__ import annotations

from collections.abc import Mapping

from narrowcast.application.ports import Message, Messenger, UndeliverableError
from narrowcast.domain.vocabulary import Channel


class ChannelMessenger:
    """Messenger over one messenger per channel; a channel that the hospital does not have is undeliverable."""

    def __init__(self, channels: Mapping[Channel, Messenger]) -> None:
        self._channels = channels

    def send(self, message: Message) -> None:
        messenger = self._channels.get(message.channel)
        if messenger is None:
            raise UndeliverableError(f"no channel {message.channel}")
        messenger.send(message)
