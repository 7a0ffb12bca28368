"""The HTML that doctors and patients read: view models in, escaped and self-contained pages out.

Pages work without JavaScript and fetch nothing. They decide nothing either: what may be shown is settled before a
view model is made.
"""

from chalicelib.pages import results
from chalicelib.pages.headers import CONTENT_SECURITY_POLICY, SECURITY_HEADERS
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
from chalicelib.pages.rendering import render_guide_page, render_result_page, render_signing_page

__all__ = [
    "CONTENT_SECURITY_POLICY",
    "SECURITY_HEADERS",
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
    "render_guide_page",
    "render_result_page",
    "render_signing_page",
    "results",
]
