"""Mail through SES."""

from __future__ import annotations

from typing import TYPE_CHECKING

from narrowcast.adapters.messaging.refusals import told_apart
from narrowcast.application.ports import Message

if TYPE_CHECKING:  # the stubs are not shipped to the functions
    from mypy_boto3_ses import SESClient


class SesMail:
    """Messenger for plain-text mail from one verified sender; its client must not repeat a call by itself."""

    def __init__(self, client: SESClient, sender: str) -> None:
        self._client = client
        self._sender = sender

    def send(self, message: Message) -> None:
        with told_apart("ses", message.effect):
            self._client.send_email(
                Source=self._sender,
                Destination={"ToAddresses": [message.to]},
                Message={
                    "Subject": {"Data": message.subject, "Charset": "UTF-8"},
                    "Body": {"Text": {"Data": message.text, "Charset": "UTF-8"}},
                },
            )
