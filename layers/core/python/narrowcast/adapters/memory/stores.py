"""The small stores and the read rows, as dictionaries."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, replace
from datetime import datetime, timedelta
from hashlib import sha256
from threading import Lock

from narrowcast.application.ports import Claim, Clock, Contact, Entry, KeyDestroyedError, KeyRing, Link, RefusedMessage


class MemoryReadTable:
    """ReadTable. Keeps documents as JSON text, so that what is read is what a table would give back."""

    def __init__(self) -> None:
        self._rows: KeptRows = {}
        self._beside: KeptRows | None = None
        self._writing = Lock()

    def put(self, pk: str, sk: str, version: int, document: Mapping[str, object]) -> None:
        self._write((pk, sk), version, _text(document))

    def remove(self, pk: str, sk: str, version: int) -> None:
        self._write((pk, sk), version, "")

    def get(self, pk: str, sk: str) -> Mapping[str, object] | None:
        row = self._rows.get((pk, sk))
        return _document(row) if row and row[1] else None

    def query(self, pk: str) -> Iterator[Mapping[str, object]]:
        return (document for _, document in self.versions(pk))

    def versions(self, pk: str) -> Iterator[tuple[int, Mapping[str, object]]]:
        rows = sorted((sk.encode(), row) for (kept_pk, sk), row in tuple(self._rows.items()) if kept_pk == pk)
        return ((row[0], _document(row)) for _, row in rows if row[1])

    def entries(self) -> dict[str, Entry]:
        return _entries(self._rows)

    def begin(self) -> MemoryRowGeneration:
        self._beside = {}
        return MemoryRowGeneration(self, self._beside)

    def _write(self, place: tuple[str, str], version: int, text: str) -> None:
        with self._writing:
            for rows in (self._rows, self._beside):
                if rows is not None:
                    _keep(rows, place, version, text)


KeptRows = dict[tuple[str, str], tuple[int, str]]


class MemoryRowGeneration:
    """RowGeneration."""

    def __init__(self, table: MemoryReadTable, rows: KeptRows) -> None:
        self._table = table
        self._own = rows

    def put(self, pk: str, sk: str, version: int, document: Mapping[str, object]) -> None:
        with self._table._writing:  # noqa: SLF001 - the table's own second half
            _keep(self._own, (pk, sk), version, _text(document))

    def remove(self, pk: str, sk: str, version: int) -> None:
        with self._table._writing:  # noqa: SLF001
            _keep(self._own, (pk, sk), version, "")

    def entries(self) -> tuple[dict[str, Entry], dict[str, Entry]]:
        return _entries(self._table._rows), _entries(self._own)  # noqa: SLF001

    def swap(self) -> bool:
        if self._table._beside is not self._own:  # noqa: SLF001
            return False
        self._table._rows, self._table._beside = self._own, None  # noqa: SLF001
        return True

    def drop_others(self) -> None:
        if self._table._beside is self._own:  # noqa: SLF001
            self._table._beside = None  # noqa: SLF001


def _keep(rows: KeptRows, place: tuple[str, str], version: int, text: str) -> None:
    if rows.get(place, (version, ""))[0] <= version:
        rows[place] = (version, text)


def _entries(rows: KeptRows) -> dict[str, Entry]:
    return {
        f"{pk} {sk}": Entry(version, sha256(text.encode()).hexdigest())
        for (pk, sk), (version, text) in tuple(rows.items())
    }


def _text(document: Mapping[str, object]) -> str:
    return json.dumps(document, ensure_ascii=False, sort_keys=True, allow_nan=False)


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

    def clear_attempts(self, key: str) -> None:
        with self._counting:
            if key in self._links:
                self._links[key] = replace(self._links[key], attempts=0)


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

    def __init__(self, clock: Clock | None = None) -> None:
        """Without a clock no lease ever ends."""
        self._done: set[str] = set()
        self._claimed: dict[str, datetime | None] = {}
        self._clock = clock
        self._claiming = Lock()

    def claim(self, effect: str, *, lease: timedelta | None = None) -> Claim:
        now = self._clock.now() if self._clock else None
        with self._claiming:
            if effect in self._done:
                return Claim.DONE
            since = self._claimed.get(effect)
            ended = lease is not None and now is not None and since is not None and since < now - lease
            if effect in self._claimed and not ended:
                return Claim.OPEN
            self._claimed[effect] = now
            return Claim.TAKEN

    def done(self, effect: str) -> bool:
        return effect in self._done

    def mark(self, effect: str) -> None:
        with self._claiming:
            self._done.add(effect)
            self._claimed.pop(effect, None)

    def release(self, effect: str) -> None:
        with self._claiming:
            self._claimed.pop(effect, None)


class MemoryVault:
    """Vault; contacts lie sealed as on the real thing."""

    def __init__(self, ring: KeyRing) -> None:
        self._ring = ring
        self._contacts: dict[str, bytes] = {}

    def keep(self, subject: str, contact: Contact) -> None:
        try:
            self._contacts[subject] = self._ring.seal(subject, json.dumps(asdict(contact)).encode())
        except KeyDestroyedError:
            return

    def contact(self, subject: str) -> Contact | None:
        sealed = self._contacts.get(subject)
        plain = self._ring.unseal(subject, sealed) if sealed else None
        return Contact(**json.loads(plain)) if plain is not None else None

    def remove(self, subject: str) -> None:
        self._contacts.pop(subject, None)


class MemoryRefusals:
    """Refusals and RefusedBodies; `bodies` holds the raw messages by refusal id."""

    def __init__(self) -> None:
        self._refused: dict[str, RefusedMessage] = {}
        self.bodies: dict[str, bytes] = {}

    def keep(self, refused: RefusedMessage, raw: bytes) -> None:
        self._refused[refused.refusal_id] = refused
        self.bodies[refused.refusal_id] = raw

    def erase(self, hospital: str, about: Callable[[bytes], bool]) -> int:
        own = [refused.refusal_id for refused in self.list(hospital) if refused.refusal_id in self.bodies]
        erased = [refusal_id for refusal_id in own if about(self.bodies[refusal_id])]
        for refusal_id in erased:
            del self.bodies[refusal_id]
        return len(erased)

    def list(self, hospital: str) -> Iterator[RefusedMessage]:
        own = (refused for refused in self._refused.values() if refused.hospital == hospital)
        return iter(sorted(own, key=lambda refused: (refused.received_at, refused.refusal_id), reverse=True))
