"""The HTML that doctors, patients and nurses read: view models in, escaped and self-contained pages out.

Pages work without JavaScript and fetch nothing, but for a conversation's own new lines. They decide nothing either:
what may be shown is settled before a view model is made.
"""

from chalicelib.pages import results
from chalicelib.pages.headers import CONTENT_SECURITY_POLICY, SECURITY_HEADERS, TALK_HEADERS
from chalicelib.pages.models import (
    Answer,
    GuideCard,
    GuidePage,
    GuidePiece,
    ResultKind,
    ResultPage,
    ShownFact,
    ShownVerdict,
    SignedSentence,
    SigningPage,
    SigningState,
)
from chalicelib.pages.rendering import (
    render_check_page,
    render_desk,
    render_guide_page,
    render_inbox,
    render_result_page,
    render_sign_in,
    render_signing_page,
    render_talk_lines,
    render_talk_page,
    render_talk_start,
)

__all__ = [
    "CONTENT_SECURITY_POLICY",
    "SECURITY_HEADERS",
    "TALK_HEADERS",
    "Answer",
    "GuideCard",
    "GuidePage",
    "GuidePiece",
    "ResultKind",
    "ResultPage",
    "ShownFact",
    "ShownVerdict",
    "SignedSentence",
    "SigningPage",
    "SigningState",
    "render_check_page",
    "render_desk",
    "render_guide_page",
    "render_inbox",
    "render_result_page",
    "render_sign_in",
    "render_signing_page",
    "render_talk_lines",
    "render_talk_page",
    "render_talk_start",
    "results",
]
