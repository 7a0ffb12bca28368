"""The HTML that doctors, patients and nurses read: view models in, escaped and self-contained pages out.

Pages work without JavaScript and fetch nothing, but for a conversation's own new lines. They decide nothing either:
what may be shown is settled before a view model is made.
"""

from chalicelib.pages import results
from chalicelib.pages.headers import CONTENT_SECURITY_POLICY, GUIDE_HEADERS, SECURITY_HEADERS, TALK_HEADERS
from chalicelib.pages.models import (
    AlarmPage,
    Answer,
    DiaryForm,
    GuideCard,
    GuidePage,
    GuidePiece,
    Option,
    ReminderForm,
    ResultKind,
    ResultPage,
    ShownFact,
    ShownNote,
    ShownQuestion,
    ShownVerdict,
    SignedSentence,
    SigningPage,
    SigningState,
)
from chalicelib.pages.rendering import (
    render_alarm_page,
    render_check_page,
    render_desk,
    render_guide_page,
    render_inbox,
    render_reasons,
    render_result_page,
    render_sign_in,
    render_signing_page,
    render_talk_lines,
    render_talk_page,
    render_talk_start,
)

__all__ = [
    "CONTENT_SECURITY_POLICY",
    "GUIDE_HEADERS",
    "SECURITY_HEADERS",
    "TALK_HEADERS",
    "AlarmPage",
    "Answer",
    "DiaryForm",
    "GuideCard",
    "GuidePage",
    "GuidePiece",
    "Option",
    "ReminderForm",
    "ResultKind",
    "ResultPage",
    "ShownFact",
    "ShownNote",
    "ShownQuestion",
    "ShownVerdict",
    "SignedSentence",
    "SigningPage",
    "SigningState",
    "render_alarm_page",
    "render_check_page",
    "render_desk",
    "render_guide_page",
    "render_inbox",
    "render_reasons",
    "render_result_page",
    "render_sign_in",
    "render_signing_page",
    "render_talk_lines",
    "render_talk_page",
    "render_talk_start",
    "results",
]
