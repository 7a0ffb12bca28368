"""A feed of signed pieces as Atom, and as the JSON that Infobutton clients expect of it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from html import escape
from typing import Any

from narrowcast.application.interop.knowledge import Entry, Feed

LANGUAGE = "zh-CN"


def piece_url(base_url: str, hospital: str, content_id: str) -> str:
    """Return where a signed piece can be read."""
    return f"{base_url}/library/{hospital}/{content_id}"


def atom(feed: Feed, base_url: str) -> str:
    """Return the feed as Atom (RFC 4287)."""
    return "".join(
        (
            '<?xml version="1.0" encoding="UTF-8"?>',
            f'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="{LANGUAGE}">',
            _element("title", _title(feed)),
            _element("subtitle", feed.subtitle) if feed.subtitle else "",
            _element("id", feed.feed_id),
            _element("updated", _moment(feed.updated)),
            f"<author>{_element('name', feed.hospital_name)}</author>",
            *(f"<category scheme={_quoted(scheme)} term={_quoted(term)}/>" for scheme, term in feed.criteria.echo),
            *(_atom_entry(entry, feed, base_url) for entry in feed.entries),
            "</feed>",
        )
    )


def _atom_entry(entry: Entry, feed: Feed, base_url: str) -> str:
    href = piece_url(base_url, feed.hospital, entry.content_id)
    inner = (
        _element("title", entry.title),
        f'<link rel="alternate" type="text/html" hreflang="{LANGUAGE}" href={_quoted(href)}/>',
        _element("id", _entry_id(entry, feed)),
        _element("updated", _moment(entry.signed.signed_at)),
        f"<author>{_element('name', _signer(entry))}</author>",
        _element("summary", _summary(entry)),
    )
    return f"<entry>{''.join(inner)}</entry>"


def as_json(feed: Feed, base_url: str) -> str:
    """Return the feed as JSON: Atom's elements by name, text as `_value`."""
    told: dict[str, Any] = {
        "xml:lang": LANGUAGE,
        "title": _value(_title(feed)),
        "subtitle": _value(feed.subtitle),
        "id": _value(feed.feed_id),
        "updated": _value(_moment(feed.updated)),
        "author": {"name": _value(feed.hospital_name)},
        "category": [{"scheme": scheme, "term": term} for scheme, term in feed.criteria.echo],
        "entry": list(_json_entries(feed, base_url)),
    }
    return json.dumps({"feed": told}, ensure_ascii=False, separators=(",", ":"))


def _json_entries(feed: Feed, base_url: str) -> Iterator[dict[str, Any]]:
    for entry in feed.entries:
        href = piece_url(base_url, feed.hospital, entry.content_id)
        yield {
            "title": _value(entry.title),
            "link": [{"rel": "alternate", "type": "text/html", "hreflang": LANGUAGE, "href": href}],
            "id": _value(_entry_id(entry, feed)),
            "updated": _value(_moment(entry.signed.signed_at)),
            "author": {"name": _value(_signer(entry))},
            "summary": _value(_summary(entry)),
        }


def _title(feed: Feed) -> str:
    return f"{feed.hospital_name} 健康教育"


def _signer(entry: Entry) -> str:
    return f"{entry.signed.signer_name} {entry.signed.signer_title}"


def _summary(entry: Entry) -> str:
    return f"{entry.section.heading}。{entry.signed.label}"


def _entry_id(entry: Entry, feed: Feed) -> str:
    return f"urn:narrowcast:content:{feed.hospital}:{entry.content_id}:{entry.revision}"


def _moment(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds").replace("+00:00", "Z")


def _value(text: str) -> dict[str, str]:
    return {"_value": text}


def _element(name: str, text: str) -> str:
    return f"<{name}>{escape(text, quote=False)}</{name}>"


def _quoted(text: str) -> str:
    return f'"{escape(text)}"'
