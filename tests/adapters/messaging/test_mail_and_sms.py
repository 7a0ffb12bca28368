from __future__ import annotations

import pytest
from botocore.exceptions import ConnectTimeoutError, ReadTimeoutError
from botocore.stub import Stubber

from narrowcast.adapters.memory.messenger import MemoryMessenger
from narrowcast.adapters.messaging.mail import SesMail
from narrowcast.adapters.messaging.refusals import told_apart
from narrowcast.adapters.messaging.router import ChannelMessenger
from narrowcast.adapters.messaging.sms import SnsSms
from narrowcast.application.ports import InDoubtError, Message, UnavailableError, UndeliverableError
from narrowcast.domain.vocabulary import Channel
from tests.support.offline import offline_client

MAIL = Message(Channel.MAIL, "dr@example.org", "请核对并签发", "请打开链接核对。", "event-1/mail")
SMS = Message(Channel.SMS, "+8613800000000", "", "您的验证码是 123456", "event-1/code")


def test_mail_goes_out_as_utf8_text_from_the_sender() -> None:
    client = offline_client("ses")
    expected = {
        "Source": "noreply@example.org",
        "Destination": {"ToAddresses": ["dr@example.org"]},
        "Message": {
            "Subject": {"Data": "请核对并签发", "Charset": "UTF-8"},
            "Body": {"Text": {"Data": "请打开链接核对。", "Charset": "UTF-8"}},
        },
    }
    with Stubber(client) as stub:
        stub.add_response("send_email", {"MessageId": "m1"}, expected)
        SesMail(client, "noreply@example.org").send(MAIL)
        stub.assert_no_pending_responses()


def test_sms_goes_out_as_transactional() -> None:
    client = offline_client("sns")
    expected = {
        "PhoneNumber": "+8613800000000",
        "Message": "您的验证码是 123456",
        "MessageAttributes": {"AWS.SNS.SMS.SMSType": {"DataType": "String", "StringValue": "Transactional"}},
    }
    with Stubber(client) as stub:
        stub.add_response("publish", {"MessageId": "m1"}, expected)
        SnsSms(client).send(SMS)
        stub.assert_no_pending_responses()


@pytest.mark.parametrize("code", ["MessageRejected", "InvalidParameterValue"])
def test_a_refused_address_is_undeliverable_and_not_named(code: str) -> None:
    client = offline_client("ses")
    with Stubber(client) as stub:
        stub.add_client_error("send_email", code, "dr@example.org is on the suppression list", 400)
        with pytest.raises(UndeliverableError, match=rf"^ses: {code}$") as fault:
            SesMail(client, "noreply@example.org").send(MAIL)
    assert fault.value.__cause__ is None
    assert fault.value.__suppress_context__


@pytest.mark.parametrize(
    "code", ["Throttling", "InternalFailure", "AccessDenied", "MailFromDomainNotVerifiedException"]
)
def test_what_is_ours_to_repair_is_unavailable(code: str) -> None:
    client = offline_client("ses")
    with Stubber(client) as stub:
        stub.add_client_error("send_email", code, "no", 400)
        with pytest.raises(UnavailableError, match=rf"^ses: {code}$"):
            SesMail(client, "noreply@example.org").send(MAIL)


def test_an_invalid_number_is_undeliverable() -> None:
    client = offline_client("sns")
    with Stubber(client) as stub:
        stub.add_client_error("publish", "InvalidParameter", "+8613800000000 is not valid", 400)
        with pytest.raises(UndeliverableError, match=r"^sns: InvalidParameter$"):
            SnsSms(client).send(SMS)


def test_a_service_that_does_not_answer_is_unavailable() -> None:
    with pytest.raises(UnavailableError, match=r"^ses: ConnectTimeoutError$"), told_apart("ses", "event-1|mail"):
        raise ConnectTimeoutError(endpoint_url="https://email.cn-north-1.amazonaws.com.cn")


def test_a_service_that_was_asked_and_fell_silent_leaves_the_message_in_doubt() -> None:
    with pytest.raises(InDoubtError) as doubt, told_apart("ses", "event-1|mail"):
        raise ReadTimeoutError(endpoint_url="https://email.cn-north-1.amazonaws.com.cn")
    assert doubt.value.effects == ("event-1|mail",)


@pytest.mark.parametrize(("status", "fault"), [(500, InDoubtError), (502, InDoubtError), (503, UnavailableError)])
def test_an_error_on_the_services_side_leaves_the_message_in_doubt_unless_it_took_nothing(
    status: int, fault: type[Exception]
) -> None:
    client = offline_client("sns")
    with Stubber(client) as stub:
        stub.add_client_error("publish", "InternalError", "no", status)
        with pytest.raises(fault):
            SnsSms(client).send(SMS)


def test_each_message_goes_to_its_channel() -> None:
    mail, sms = MemoryMessenger(), MemoryMessenger()
    messenger = ChannelMessenger({Channel.MAIL: mail, Channel.SMS: sms})
    messenger.send(MAIL)
    messenger.send(SMS)
    assert (mail.sent, sms.sent) == ([MAIL], [SMS])


def test_a_channel_that_the_hospital_does_not_have_is_undeliverable() -> None:
    with pytest.raises(UndeliverableError, match="no channel mail"):
        ChannelMessenger({}).send(MAIL)


def test_a_message_does_not_show_its_reader() -> None:
    assert "dr@example.org" not in repr(MAIL)
    assert "链接" not in repr(MAIL)
