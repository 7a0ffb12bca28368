"""Templates turned into HTML: escaped, without hidden characters, the same bytes for the same values.

Nothing here chooses words; the view models bring them.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

    from jinja2 import Environment
    from markupsafe import Markup

    from chalicelib.pages.care import TaskPage, TasksPage
    from chalicelib.pages.models import AlarmPage, GuidePage, ReasonsPage, ResultPage, SigningPage
    from chalicelib.pages.talk import DeskPage, InboxPage, SignInPage, TalkLine, TalkPage, TalkStart
    from chalicelib.pages.upkeep import BacklogPage, KeyPointsPage, RecallsPage
    from chalicelib.pages.wishes import LibraryPage, WishesPage

_TEMPLATES = Path(__file__).parent / "templates"
STYLE = (_TEMPLATES / "page.css").read_text(encoding="utf-8")
TALK_STYLE = STYLE + (_TEMPLATES / "talk.css").read_text(encoding="utf-8")
TALK_SCRIPT = (_TEMPLATES / "talk.js").read_text(encoding="utf-8")
GUIDE_STYLE = STYLE + (_TEMPLATES / "guide.css").read_text(encoding="utf-8")
GUIDE_SCRIPT = (_TEMPLATES / "guide.js").read_text(encoding="utf-8")
INBOX_SCRIPT = (_TEMPLATES / "inbox.js").read_text(encoding="utf-8")

# Characters that a browser draws as nothing, or that turn the reading direction around: with them the text a doctor
# sees and the text a doctor signs could differ. They are printed by number instead.
_INVISIBLE = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u00ad\u034f\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u115f\u1160\u17b4\u17b5"
    "\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f\u2800\u3164\ud800-\udfff\ue000-\uf8ff\ufe00-\ufe0f\ufeff"
    "\uffa0\ufff0-\ufffb\U000110bd\U000110cd\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    "\U000e0000-\U000e0fff\U000f0000-\U0010ffff]"
)


def render_signing_page(page: SigningPage, form_action: str) -> str:
    """Return the doctor's page; both of its forms post to `form_action`.

    Fields sent: decision ("sign" or "reject"), revision, document_hash, code, and reason with "reject".
    """
    return _render("signing.html", page=page, form_action=form_action)


def render_guide_page(page: GuidePage, action_base: str) -> str:
    """Return the patient's page.

    Posts go to `action_base` + "/feedback" (section, answer: "understood" or "questioned"), "/refuse", "/quiz" (quiz,
    revision, question, option), "/reminders" (kind, time1 and more, until), "/reminders/stop" (kind), "/symptoms"
    (entry, symptom_… of each, severity, words); by its script to "/opened" and "/read" (section).
    """
    script = _own(GUIDE_SCRIPT)
    return _render("guide.html", page=page, action_base=action_base, style=_own(GUIDE_STYLE), guide_script=script)


def render_alarm_page(page: AlarmPage) -> str:
    """Return the page that says to ring for help now."""
    return _render("alarm.html", page=page, style=_own(GUIDE_STYLE))


def render_wishes_page(page: WishesPage, back: str) -> str:
    """Return a patient's page of wishes; it posts purpose and given to "consent", the rest to "wishes"."""
    return _render("wishes.html", page=page, back=back, style=_own(GUIDE_STYLE))


def render_library_page(page: LibraryPage) -> str:
    """Return the list of what anybody may read."""
    return _render("library.html", page=page, style=_own(GUIDE_STYLE))


def render_check_page(action: str, *, wrong: bool = False) -> str:
    """Return the page that asks a link's holder who she is; it posts factor to `action`. It tells of nobody."""
    return _render("check.html", action=action, wrong=wrong)


def render_result_page(page: ResultPage) -> str:
    """Return the page that says what became of a request."""
    return _render("result.html", page=page)


def render_talk_start(page: TalkStart, action: str) -> str:
    """Return the page before the first question; it posts text and message to `action`."""
    return _render("talk_start.html", page=page, action=action, style=_own(TALK_STYLE))


def render_talk_page(page: TalkPage, action_base: str) -> str:
    """Return a person's conversation.

    Posts go to `action_base` + "/messages" (text, message), "/reports" (number, sentence, complaint), "/ratings"
    (number, helpful), "/handover" and "/close".
    """
    talk_script = _own(TALK_SCRIPT)
    return _render("talk.html", page=page, action_base=action_base, style=_own(TALK_STYLE), talk_script=talk_script)


def render_talk_lines(lines: Iterable[TalkLine], action_base: str) -> str:
    """Return lines of a conversation alone, as its page shows them: what the page's script asks for."""
    return _render("fragment.html", lines=tuple(lines), action_base=action_base)


def render_inbox(page: InboxPage) -> str:
    """Return the list of who waits."""
    return _render("inbox.html", page=page, style=_own(TALK_STYLE), inbox_script=_own(INBOX_SCRIPT))


def render_tasks(page: TasksPage) -> str:
    """Return the list of nurses' tasks."""
    return _render("tasks.html", page=page, style=_own(TALK_STYLE), inbox_script=_own(INBOX_SCRIPT))


def render_task(page: TaskPage, base: str, action_base: str) -> str:
    """Return one task; it posts to `action_base` + "/claim" and "/finish" (result). `base` leads to the list."""
    return _render("task.html", page=page, base=base, action_base=action_base, style=_own(TALK_STYLE))


def render_desk(page: DeskPage, action_base: str) -> str:
    """Return a conversation as staff see it.

    Posts go to `action_base` + "/claim", "/reply" (text, script, message, seen), "/note" (text, message), "/transfer"
    (department), "/give-back" and "/close".
    """
    return _render("desk.html", page=page, action_base=action_base, style=_own(TALK_STYLE))


def render_reasons(page: ReasonsPage) -> str:
    """Return why a guide is as it is, for staff."""
    return _render("reasons.html", page=page, style=_own(TALK_STYLE))


def render_recalls(page: RecallsPage) -> str:
    """Return the list of recalls."""
    return _render("recalls.html", page=page, style=_own(TALK_STYLE))


def render_backlog(page: BacklogPage) -> str:
    """Return what patients lack; an entry's form posts nothing to "backlog/" + its id."""
    return _render("backlog.html", page=page, style=_own(TALK_STYLE))


def render_key_points(page: KeyPointsPage, form_action: str) -> str:
    """Return the doctor's form for key points.

    It posts text, kind, title, publisher, year, locator, valid_until and code to `form_action`.
    """
    return _render("key_points.html", page=page, form_action=form_action, style=_own(TALK_STYLE))


def render_sign_in(page: SignInPage) -> str:
    """Return the page where staff sign in; it posts username, password and code to "sign-in"."""
    return _render("sign_in.html", page=page, style=_own(TALK_STYLE))


def _own(file: str) -> Markup:
    """Return one of our own files as it stands; the policy names its hash."""
    from markupsafe import Markup  # noqa: PLC0415 - as jinja2 below

    return Markup(file)  # noqa: S704 - see above


def _render(template: str, **values: Any) -> str:
    return _environment().get_template(template).render(values)


@cache
def _environment() -> Environment:
    # Imported here because most requests to the API are JSON and should not pay for a template engine.
    from jinja2 import Environment, FileSystemLoader, StrictUndefined  # noqa: PLC0415 - see above
    from markupsafe import Markup  # noqa: PLC0415 - see above

    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        auto_reload=False,
        undefined=StrictUndefined,
        finalize=_without_hidden_characters,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals["style"] = Markup(STYLE)  # noqa: S704 - our own file, whose hash the policy names
    environment.filters["grouped"] = _grouped
    return environment


def _without_hidden_characters(value: Any) -> Any:
    if not isinstance(value, str) or not _INVISIBLE.search(value):
        return value
    return _INVISIBLE.sub(lambda found: f"[U+{ord(found[0]):04X}]", value)


def _grouped(digest: str, size: int = 4) -> list[str]:
    return [digest[start : start + size] for start in range(0, len(digest), size)]
