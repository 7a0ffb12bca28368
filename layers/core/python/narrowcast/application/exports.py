"""Signed pieces as files to hand on: the text with its sources, its signer, and both AI labels.

Only what the signed library shows can be exported, and no file leaves without both labels. Text forms are written
here, the same bytes for the same piece; forms that are drawn come from an adapter.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from html import escape
from zoneinfo import ZoneInfo

from narrowcast.application.guides import SignedLibrary
from narrowcast.application.hospitals import local_date, profile_of
from narrowcast.application.store import Store, history
from narrowcast.application.streams import FACT
from narrowcast.domain.content import CitedFact, Content
from narrowcast.domain.control.label import hidden_label
from narrowcast.domain.control.label.exports import embed, lint
from narrowcast.domain.draft import FactRef, Sentence, Source
from narrowcast.domain.errors import Refusal
from narrowcast.domain.hospital import Hospital
from narrowcast.domain.signing import digest_text, document_hash
from narrowcast.domain.vocabulary import Audience, Section

AUDIENCES = {Audience.PATIENT: "患者本人", Audience.CARER: "照护者"}
"""How readers are called on every page and in every file."""

_MARKUP = re.compile(r"[\\`*_\[\]<>#|~&]|^[-+=]|(?<=\d)[.)](?=\s)")
_STYLE = """
:root { color-scheme: light dark; --desk: #f3ede1; --ink: #20282a; --soft: #465054; --pine: #0f4d45; --edge: #7b7467 }
@media (prefers-color-scheme: dark) {
  :root { --desk: #14191a; --ink: #f0ebe0; --soft: #c9c5b9; --pine: #9ad6c8; --edge: #8d958f }
}
body { margin: 0; background: var(--desk); color: var(--ink); overflow-wrap: anywhere;
  font: 1.15rem/1.8 "PingFang SC", "Noto Sans CJK SC", "Source Han Sans SC", "Microsoft YaHei", sans-serif }
main { max-width: 40rem; margin: 0 auto; padding: 1.5rem 1.25rem 3rem }
h1, h2, header { font-family: "Songti SC", "Noto Serif CJK SC", "Source Han Serif SC", serif; line-height: 1.4 }
header { display: flex; justify-content: space-between; border-bottom: 3px solid var(--pine); color: var(--pine) }
h2 { margin: 2rem 0 .4rem; font-size: 1.1rem; color: var(--soft) }
.sources, dl { margin: 0; padding-left: 1.4rem; color: var(--soft); font-size: 1rem }
dl { display: grid; grid-template-columns: auto 1fr; gap: 0 1rem; margin-top: 1.5rem; padding: 0 }
dd { margin: 0 }
.ai-label { margin-top: 1.5rem; border-left: 4px solid var(--edge); padding: .1rem 0 .1rem .8rem }
@media print { body { background: #fff } }
"""


class NotExportable(Refusal):
    """The piece is not signed, not valid now, or its record cannot be proved."""


class FormUnknown(Refusal):
    """No such form of export here."""


class LabelLost(Refusal):
    """The file would have left without one of its labels."""


class PrinterError(Exception):
    """This machine cannot draw the piece: a font or a character of it is missing. Nothing was written."""


@dataclass(frozen=True, slots=True)
class Passage:
    """One sentence as signed, and the places (from 0) of its sources in the leaflet's list."""

    text: str
    sources: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Leaflet:
    """A signed piece with all that its reader is to know about it. `signed_at` is in hospital time."""

    hospital_name: str
    content_id: str
    revision: int
    document_hash: str
    section: Section
    title: str
    passages: tuple[Passage, ...]
    sources: tuple[Source, ...]
    signer_name: str
    signer_title: str
    department: str
    signed_at: datetime
    audience: Audience
    valid_until: date
    label: str

    @property
    def particulars(self) -> tuple[tuple[str, str], ...]:
        """What stands under the text, each with its name."""
        return (
            ("审核签发", f"{self.hospital_name}{self.department} {self.signer_name} {self.signer_title}"),
            ("签发日期", in_words(self.signed_at)),
            ("适用读者", AUDIENCES[self.audience]),
            ("有效期至", in_words(self.valid_until)),
            ("内容编号", f"{self.content_id}（第{self.revision}版）"),
        )


Writer = Callable[[Leaflet], bytes]


@dataclass(frozen=True, slots=True)
class Exports:
    """Gives pieces out as files, in the forms that `writers` know."""

    store: Store
    library: SignedLibrary
    writers: Mapping[str, Writer]

    def export(self, hospital: str, content_id: str, form: str, *, public: bool = False) -> bytes:
        """Return the piece as a file with both labels. FormUnknown, NotExportable, PrinterError.

        `public` asks for more: anybody may read it.
        """
        write = self.writers.get(form)
        if write is None:
            raise FormUnknown(f"没有这种导出格式，可选：{'、'.join(self.writers)}", field="form")
        leaflet = self.leaflet(hospital, content_id, public=public)
        return labelled(form, write(leaflet), leaflet)

    def leaflet(self, hospital: str, content_id: str, *, public: bool = False) -> Leaflet:
        """Return the piece as it may be handed on today; NotExportable in any doubt."""
        profile = profile_of(self.store, hospital)
        found = self.library.public if public else self.library.piece
        state = found(hospital, content_id, on=local_date(profile, self.store.clock.now()))
        if state is None:
            raise NotExportable("这篇内容不存在、未签发、已过期或已收回，不能导出", field="content_id")
        return self.leaflet_of(profile, hospital, content_id, state)

    def leaflet_of(self, profile: Hospital, hospital: str, content_id: str, state: Content) -> Leaflet:
        """Return a published piece as it stands, whether it may be handed on or not; NotExportable if it is none."""
        cited = state.facts_check.cited if state.facts_check else ()
        sources = {each.fact: self._source(hospital, each) for each in cited}
        return _leaflet(profile, content_id, document_hash(hospital, content_id, state), state, sources)

    def _source(self, hospital: str, cited: CitedFact) -> Source:
        """Return where the cited version comes from, whatever version the fact is at now."""
        state = FACT.initial
        for envelope in history(self.store.log, FACT.stream(hospital, cited.fact.fact_id)):
            state = FACT.evolve(state, envelope.event)
            statement = state.statement
            if statement and state.version == cited.fact.version and digest_text(statement.text) == cited.digest:
                return statement.source
        raise NotExportable("引用的事实与签发时不一致，不能导出", field="fact_refs")


def labelled(form: str, data: bytes, leaflet: Leaflet) -> bytes:
    """Return the file with both labels in it; LabelLost if either cannot be read back."""
    hidden = hidden_label(producer=leaflet.hospital_name, content_id=leaflet.content_id)
    labelled = embed(form, data, visible=leaflet.label, hidden=hidden)
    if missing := lint(form, labelled):
        raise LabelLost(f"导出文件缺少人工智能标识：{'、'.join(missing)}", field="label")
    return labelled


def in_words(day: date) -> str:
    """Return a day as patients read it."""
    return f"{day.year}年{day.month}月{day.day}日"


def source_in_words(source: Source) -> str:
    """Return a source as readers can look it up."""
    return f"{source.publisher}《{source.title}》（{source.year}），{source.locator}"


def _leaflet(
    profile: Hospital, content_id: str, digest: str, state: Content, sources: Mapping[FactRef, Source]
) -> Leaflet:
    signed, published = state.signed, state.published
    if not (profile.profile and signed and published):
        raise NotExportable("这篇内容未签发，不能导出", field="content_id")
    listed = tuple(dict.fromkeys(sources.values()))
    return Leaflet(
        hospital_name=profile.profile.name,
        content_id=content_id,
        revision=state.revision,
        document_hash=digest,
        section=state.topic.section,
        title=state.draft.title,
        passages=tuple(_passage(sentence, sources, listed) for sentence in state.draft.sentences),
        sources=listed,
        signer_name=signed.signer_name,
        signer_title=signed.signer_title,
        department=signed.department,
        signed_at=signed.signed_at.astimezone(ZoneInfo(profile.profile.timezone)),
        audience=state.tags.audience,
        valid_until=published.valid_until,
        label=signed.label,
    )


def _passage(sentence: Sentence, sources: Mapping[FactRef, Source], listed: tuple[Source, ...]) -> Passage:
    places = dict.fromkeys(listed.index(sources[ref]) for ref in sentence.facts)
    return Passage(sentence.text, tuple(places))


def write_html(leaflet: Leaflet) -> bytes:
    """Return a page that stands alone: no script, no other file."""
    return "\n".join(_html(leaflet)).encode()


def _html(leaflet: Leaflet) -> Iterator[str]:
    yield '<!DOCTYPE html>\n<html lang="zh-CN">\n<head>\n<meta charset="utf-8">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield f'<meta name="author" content="{escape(leaflet.signer_name)}">'
    yield f"<title>{escape(leaflet.title)}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n<main>"
    yield f"<header><strong>{escape(leaflet.hospital_name)}</strong><span>{leaflet.section.heading}</span></header>"
    yield f"<article>\n<h1>{escape(leaflet.title)}</h1>"
    yield from (f"<p>{escape(passage.text)}</p>" for passage in leaflet.passages)
    yield '</article>\n<h2>依据</h2>\n<ol class="sources">'
    yield from (f"<li>{escape(source_in_words(source))}</li>" for source in leaflet.sources)
    yield "</ol>\n<dl>"
    yield from (f"<dt>{name}</dt><dd>{escape(value)}</dd>" for name, value in leaflet.particulars)
    yield f'</dl>\n<p class="ai-label">{escape(leaflet.label)}</p>\n</main>\n</body>\n</html>\n'


def write_markdown(leaflet: Leaflet) -> bytes:
    """Return Markdown whose front matter holds what a publishing tool asks for."""
    return "\n".join(_markdown(leaflet)).encode()


def _markdown(leaflet: Leaflet) -> Iterator[str]:
    yield "---"
    yield f"title: {_quoted(leaflet.title)}"
    yield f"author: {_quoted(leaflet.signer_name)}"
    yield f"date: {leaflet.signed_at.date()}\nvalid_until: {leaflet.valid_until}\naudience: {leaflet.audience}\n---\n"
    yield f"# {_literal(leaflet.title)}\n"
    yield from (f"{_literal(passage.text)}\n" for passage in leaflet.passages)
    yield "## 依据\n"
    yield from (f"{place}. {_literal(source_in_words(each))}" for place, each in enumerate(leaflet.sources, start=1))
    yield ""
    yield from (f"- {name}：{_literal(value)}" for name, value in leaflet.particulars)
    yield f"\n> {_literal(leaflet.label)}"


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _literal(text: str) -> str:
    """Return the text so that Markdown shows it as it is."""
    return _MARKUP.sub(r"\\\g<0>", text)


def write_plain(leaflet: Leaflet) -> bytes:
    """Return the piece as it would be read aloud or pasted into a message."""
    return "\n".join(_plain(leaflet)).encode()


def _plain(leaflet: Leaflet) -> Iterator[str]:
    yield f"{leaflet.title}\n"
    yield from (passage.text for passage in leaflet.passages)
    yield "\n依据："
    yield from (f"{place}. {source_in_words(source)}" for place, source in enumerate(leaflet.sources, start=1))
    yield ""
    yield from (f"{name}：{value}" for name, value in leaflet.particulars)
    yield f"\n{leaflet.label}"


def write_json(leaflet: Leaflet) -> bytes:
    """Return the piece for machines: codes as in the vocabulary, days as ISO 8601."""
    document = {
        "content_id": leaflet.content_id,
        "revision": leaflet.revision,
        "document_hash": leaflet.document_hash,
        "hospital": leaflet.hospital_name,
        "section": leaflet.section,
        "title": leaflet.title,
        "sentences": [{"text": each.text, "sources": list(each.sources)} for each in leaflet.passages],
        "sources": [_source_document(source) for source in leaflet.sources],
        "signer": {"name": leaflet.signer_name, "title": leaflet.signer_title, "department": leaflet.department},
        "signed_at": leaflet.signed_at.isoformat(),
        "audience": leaflet.audience,
        "valid_until": leaflet.valid_until.isoformat(),
    }
    return json.dumps(document, ensure_ascii=False).encode()


def _source_document(source: Source) -> Mapping[str, object]:
    return {
        "kind": source.kind,
        "title": source.title,
        "publisher": source.publisher,
        "year": source.year,
        "locator": source.locator,
    }


TEXT_WRITERS: Mapping[str, Writer] = {
    "html": write_html,
    "md": write_markdown,
    "txt": write_plain,
    "json": write_json,
}
