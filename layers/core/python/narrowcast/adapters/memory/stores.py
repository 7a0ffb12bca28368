"""The small stores and the read rows, as dictionaries."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from threading import Lock

from narrowcast.application.ports import Contact, Link, RefusedMessage


class MemoryReadTable:
    """ReadTable. Keeps documents as JSON text, so that what is read is what a table would give back."""

    def __init__(self) -> None:
        self._rows: dict[tuple[str, str], tuple[int, str]] = {}

    def put(self, pk: str, sk: str, version: int, document: Mapping[str, object]) -> None:
        kept, _ = self._rows.get((pk, sk), (version, ""))
        if kept <= version:
            self._rows[pk, sk] = (version, json.dumps(document, ensure_ascii=False, sort_keys=True, allow_nan=False))

    def get(self, pk: str, sk: str) -> Mapping[str, object] | None:
        row = self._rows.get((pk, sk))
        return _document(row) if row else None

    def query(self, pk: str) -> Iterator[Mapping[str, object]]:
        rows = sorted((sk.encode(), row) for (kept_pk, sk), row in self._rows.items() if kept_pk == pk)
        return (_document(row) for _, row in rows)

    def keys(self) -> Iterator[tuple[str, str]]:
        return iter(tuple(self._rows))

    def delete(self, pk: str, sk: str) -> None:
        self._rows.pop((pk, sk), None)


def _document(row: tuple[int, str]) -> dict[str, object]:
    document: dict[str, object] = json.loads(row[1])
    return document


class MemoryLinks:
    """Links."""

    def __init__(self) -> None:
        self._links: dict[str, Link] = {}
        self._counting = Lock()

    def keep(self, link: Link) -> None:
        self._links.setdefault(link.key, link)

    def find(self, key: str) -> Link | None:
        return self._links.get(key)

    def count_attempt(self, key: str, *, limit: int) -> bool:
        with self._counting:
            link = self._links.get(key)
            if link is None or link.attempts >= limit:
                return False
            self._links[key] = replace(link, attempts=link.attempts + 1)
            return True


class MemoryTaskTokens:
    """TaskTokens."""

    def __init__(self) -> None:
        self._tokens: dict[tuple[str, str], str] = {}

    def keep(self, stream: str, wait: str, token: str) -> None:
        self._tokens[stream, wait] = token

    def find(self, stream: str, wait: str) -> str | None:
        return self._tokens.get((stream, wait))


class MemoryEffects:
    """Effects."""

    def __init__(self) -> None:
        self._done: set[str] = set()

    def done(self, effect: str) -> bool:
        return effect in self._done

    def mark(self, effect: str) -> None:
        self._done.add(effect)


class MemoryVault:
    """Vault, unencrypted; a forgotten subject stays forgotten."""

    def __init__(self) -> None:
        self._contacts: dict[str, Contact | None] = {}

    def keep(self, subject: str, contact: Contact) -> None:
        if self._contacts.get(subject, contact) is not None:
            self._contacts[subject] = contact

    def contact(self, subject: str) -> Contact | None:
        return self._contacts.get(subject)

    def forget(self, subject: str) -> None:
        self._contacts[subject] = None


class MemoryRefusals:
    """Refusals; `bodies` holds the raw messages by refusal id."""

    def __init__(self) -> None:
        self._refused: dict[str, RefusedMessage] = {}
        self.bodies: dict[str, bytes] = {}

    def keep(self, refused: RefusedMessage, raw: bytes) -> None:
        self._refused[refused.refusal_id] = refused
        self.bodies[refused.refusal_id] = raw

    def list(self, hospital: str) -> Iterator[RefusedMessage]:
        own = (refused for refused in self._refused.values() if refused.hospital == hospital)
        return iter(sorted(own, key=lambda refused: (refused.received_at, refused.refusal_id), reverse=True))
