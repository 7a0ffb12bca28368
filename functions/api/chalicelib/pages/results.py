"""The words of every outcome a doctor or patient can meet, in one place so that they stay alike.

A page says what happened and what to do next; it never says who else holds a link or whether a code was close.
"""

from __future__ import annotations

from chalicelib.pages.models import ResultPage

_STAFF_HELP = "如有疑问，请联系本院健康宣教编辑。"
_UNCHANGED = "本次操作没有改变任何内容。"


def signed(title: str, *, hospital_name: str = "", signed_at: str = "") -> ResultPage:
    """Return the page after a signature; `signed_at` is already in words."""
    when = f"签发时间：{signed_at}。" if signed_at else ""
    return ResultPage(
        title="已签发",
        message=f"《{title}》已由您签发。",
        kind="done",
        detail=f"{when}此链接已完成使命，可以关闭本页。",
        hospital_name=hospital_name,
    )


def sent_back(title: str, *, hospital_name: str = "") -> ResultPage:
    """Return the page after a rejection."""
    return ResultPage(
        title="已退回",
        message=f"《{title}》已退回编辑修改。",
        kind="done",
        detail="修改完成后，会有新的链接请您重新审核。可以关闭本页。",
        hospital_name=hospital_name,
    )


def key_points_taken(count: int, *, hospital_name: str = "") -> ResultPage:
    """Return the page after a doctor gave key points."""
    return ResultPage(
        title="已收到",
        message=f"您的{count}条要点已作为事实提出。",
        kind="done",
        detail="请在事实库中核对并确认，确认后即可用于起草。可以关闭本页。",
        hospital_name=hospital_name,
    )


def link_unknown() -> ResultPage:
    """Return the page for a link that opens nothing: used, altered or never issued."""
    return ResultPage(
        title="链接已失效",
        message="这个链接不能再打开内容。",
        kind="gone",
        detail="链接可能已经使用过，或没有复制完整。请从原消息中重新点开，或联系发送链接的医院。",
    )


def link_expired() -> ResultPage:
    """Return the page for a link past its time."""
    return ResultPage(
        title="链接已过期",
        message="这个链接已超过有效期。",
        kind="gone",
        detail="请联系发送链接的医院，获取新的链接。",
    )


def no_longer_offered() -> ResultPage:
    """Return the page for a guide that is not shown any more; it does not tell whose it was, or why."""
    return ResultPage(
        title="不再提供",
        message="这份健康指南不再提供。",
        kind="gone",
        detail="如需健康指导，请咨询您的医生或护士。",
    )


def not_in_library() -> ResultPage:
    """Return the page for a piece or shelf that anybody may ask for and that is not open, or not any more."""
    return ResultPage(
        title="当前不可提供",
        message="没有这篇内容，或当前不可提供。",
        kind="gone",
        detail="内容更正或停用时会从这里撤下。如需健康指导，请咨询您的医生或护士。",
    )


def too_many_tries() -> ResultPage:
    """Return the page once the tries are used up: this link is closed."""
    return ResultPage(
        title="尝试次数过多",
        message="为了安全，这个链接已停用。",
        kind="gone",
        detail=f"{_UNCHANGED}{_STAFF_HELP}",
    )


def not_your_link() -> ResultPage:
    """Return the page for a doctor who is not the one the link was issued to."""
    return ResultPage(
        title="无法签发",
        message="这个链接不是发给您的。",
        kind="refused",
        detail=f"{_UNCHANGED}{_STAFF_HELP}",
    )


def no_more_guides(*, hospital_name: str = "") -> ResultPage:
    """Return the page after a patient refused further guides."""
    return ResultPage(
        title="已停止接收",
        message="我们不会再向您发送健康指南。",
        kind="done",
        detail="这不影响您的就诊和治疗。以后想再接收，可以在接收设置中同意，也可以告诉您的医生或护士。",
        hospital_name=hospital_name,
        back_href="wishes",
        back_text="接收设置",
    )


def not_done(reason: str, *, back_href: str = "") -> ResultPage:
    """Return the page for what could not be done as things stand; `reason` says why, `back_href` leads to the form."""
    return ResultPage(
        title="操作未完成",
        message=reason,
        kind="refused",
        detail=_UNCHANGED,
        back_href=back_href,
        back_text="返回重填" if back_href else "",
    )
