"""SMS through SNS."""

from __future__ import annotations

from typing import TYPE_CHECKING

from narrowcast.adapters.messaging.refusals import told_apart
from narrowcast.application.ports import Message

if TYPE_CHECKING:  # the stubs are not shipped to the functions
    from mypy_boto3_sns import SNSClient


class SnsSms:
    """Messenger for SMS to a number in E.164 form; transactional, so carriers do not treat it as advertising.

    Its client must not repeat a call by itself.
    """

    def __init__(self, client: SNSClient) -> None:
        self._client = client

    def send(self, message: Message) -> None:
        with told_apart("sns", message.effect):
            self._client.publish(
                PhoneNumber=message.to,
                Message=message.text,
                MessageAttributes={"AWS.SNS.SMS.SMSType": {"DataType": "String", "StringValue": "Transactional"}},
            )
