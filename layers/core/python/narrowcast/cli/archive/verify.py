"""Checks an exported log by itself: needs Python 3.9 or later and `cryptography`, nothing else, no network, no AWS.

    python verify.py [ARCHIVE] [--root HASH] [--key FINGERPRINT] [--json]

ARCHIVE is the folder or the zip file; by default the folder this file is in. Checked are: each file against the signed
manifest; every commit's hash and its link to the commit before; every root's signature, its link to the root before
and its heads against the commits; every doctor's signature over the text, facts, tags, label and check reports that
the log itself tells. `--root` is a root that you kept: it must be among the archive's. `--key` is the SHA-256 of a
public key that you trust (DER, in hex): then no other key is believed for roots and manifest.

Exit code 0: everything holds; 1: faults, each with its stream and version; 2: this is no archive.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import sys
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import groupby
from pathlib import Path
from typing import IO, Any, NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, SECP256R1, EllipticCurvePublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_public_key

FORMAT = "narrowcast-log-export/1"
MANIFEST, COMMITS, ROOTS, KEYS = "manifest.json", "commits.jsonl", "roots/", "keys.json"
ROOT_KIND = "narrowcast-log-root"
FIELDS = {"stream", "version", "commit_id", "recorded_at", "previous", "hash"}
TAGS = ("codes", "treatments", "stages", "age_bands", "audience")
NARROWER = ("sexes", "procedures", "steps", "literacy", "style", "customs", "language", "exclusions", "advises")
USUAL_LANGUAGE = "zh-Hans"
Json = dict[str, Any]


class NotAnArchiveError(Exception):
    """What was given cannot be read as an archive at all."""


class Fault(NamedTuple):
    """Where something does not hold, and why; a file's name stands for the stream where there is none."""

    stream: str
    version: int
    reason: str


class Commit(NamedTuple):
    """A line of commits.jsonl."""

    stream: str
    version: int
    commit_id: str
    recorded_at: str
    payload: bytes
    previous: str
    hash: str


class Sealing(NamedTuple):
    """A head as a root sealed it."""

    root: int
    version: int
    hash: str


def canonical(value: Any) -> bytes:
    """Return UTF-8 JSON with sorted keys and no blanks."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode("utf-8", "surrogatepass")


def sha256(data: bytes) -> str:
    """Return the SHA-256 in hex."""
    return hashlib.sha256(data).hexdigest()


class Archive:
    """A folder or a zip file, read a piece at a time."""

    def __init__(self, path: Path) -> None:
        """Open it; NotAnArchiveError if it is neither."""
        self._folder: Path | None = path if path.is_dir() else None
        self._zip: zipfile.ZipFile | None = None
        if self._folder is None:
            try:
                self._zip = zipfile.ZipFile(path)
            except (OSError, zipfile.BadZipFile) as error:
                raise NotAnArchiveError(f"{path}: {error}") from error

    def names(self) -> list[str]:
        """Return the files, sorted; compiled Python beside verify.py is none of the archive's."""
        if self._zip is not None:
            return sorted(name for name in self._zip.namelist() if not name.endswith("/"))
        assert self._folder is not None  # noqa: S101 - one of the two is set
        found = (path for path in self._folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
        return sorted(path.relative_to(self._folder).as_posix() for path in found)

    def open(self, name: str) -> IO[bytes]:
        """Open a file of the archive."""
        if self._zip is not None:
            return self._zip.open(name)
        assert self._folder is not None  # noqa: S101 - one of the two is set
        return (self._folder / name).open("rb")

    def read(self, name: str) -> bytes:
        """Return a file's bytes; NotAnArchiveError if it is missing."""
        try:
            with self.open(name) as file:
                return file.read()
        except (OSError, KeyError, zipfile.BadZipFile, ValueError) as error:
            raise NotAnArchiveError(f"{name}: {error}") from error

    def digest(self, name: str) -> str:
        """Return a file's SHA-256, in hex; empty if its bytes cannot be read."""
        digest = hashlib.sha256()
        try:
            with self.open(name) as file:
                for piece in iter(lambda: file.read(1 << 20), b""):
                    digest.update(piece)
        except (OSError, zipfile.BadZipFile, ValueError, zlib.error):
            return ""
        return digest.hexdigest()


class Keys:
    """The archive's public keys by their id; those that sign roots and manifest may be pinned to one fingerprint."""

    def __init__(self, archive: Archive, pinned: str) -> None:
        """Load them; NotAnArchiveError if one is none."""
        self._keys: dict[str, EllipticCurvePublicKey] = {}
        self._sealing: dict[str, str] = {}
        try:
            for use, files in json.loads(archive.read(KEYS)).items():
                for key_id, name in files.items():
                    self._keys[f"{use} {key_id}"] = _p256(archive.read(name))
        except (ValueError, AttributeError) as error:
            raise NotAnArchiveError(f"{KEYS}: {error}") from error
        self._pinned = pinned

    def fingerprints(self) -> dict[str, str]:
        """Return what each key is for, with its id, and its fingerprint."""
        return {name: _fingerprint(key) for name, key in self._keys.items()}

    def cover(self, use: str, form: bytes, signature: Any) -> bool:
        """Whether the signature is one of the archive's keys for this use over exactly these bytes."""
        try:
            key = self._keys[f"{use} {signature['key_id']}"]
            if signature["algorithm"] != "ECDSA_SHA_256" or (use == "roots" and not self._trusts(key)):
                return False
            key.verify(base64.b64decode(signature["value"], validate=True), form, ECDSA(SHA256()))
        except (InvalidSignature, ValueError, KeyError, TypeError):
            return False
        return True

    def _trusts(self, key: EllipticCurvePublicKey) -> bool:
        return self._pinned in ("", _fingerprint(key))


def _p256(pem: bytes) -> EllipticCurvePublicKey:
    key = load_pem_public_key(pem)
    if not isinstance(key, EllipticCurvePublicKey) or not isinstance(key.curve, SECP256R1):
        raise ValueError("not a P-256 key")  # noqa: TRY004 - the file's content is wrong, not a type
    return key


def _fingerprint(key: EllipticCurvePublicKey) -> str:
    return sha256(key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo))


class Check:
    """Goes through the archive once; what does not hold is collected in `faults`."""

    def __init__(self, archive: Archive, keys: Keys) -> None:
        self._archive, self._keys = archive, keys
        self.faults: list[Fault] = []
        self.counts = dict.fromkeys(("streams", "commits", "events", "signatures", "roots", "unsealed"), 0)
        self._heads: dict[str, list[Sealing]] = {}
        self.roots: dict[str, str] = {}

    def run(self, kept: str) -> None:
        """Check everything."""
        manifest = self._manifest()
        self._roots()
        if kept and kept not in self.roots:
            self._fault(ROOTS, 0, f"the root {kept} is not among the archive's")
        self._commits()
        for stream, sealings in sorted(self._heads.items()):
            last = sealings[-1]
            self._fault(stream, 1, f"the stream is gone; root {last.root} sealed its version {last.version}")
        counted = {name: self.counts[name] for name in ("streams", "commits", "events")}
        if manifest and not self.faults and manifest["counts"] != counted:
            self._fault(MANIFEST, 0, "its counts are not those of the commits")

    def _fault(self, stream: str, version: int, reason: str) -> None:
        self.faults.append(Fault(stream, version, reason))

    # --- the manifest -------------------------------------------------------------------------------------------

    def _manifest(self) -> Json | None:
        stored = self._archive.read(MANIFEST)
        try:
            document = json.loads(stored)
            manifest, signature = document["manifest"], document["signature"]
            named: dict[str, str] = manifest["files"]
            whole = stored == canonical(document) + b"\n" and manifest["format"] == FORMAT and manifest["counts"]
        except (ValueError, KeyError, TypeError):
            whole = None
        if not whole:
            self._fault(MANIFEST, 0, "not as a manifest is written")
            return None
        if not self._keys.cover("roots", canonical(manifest), signature):
            self._fault(MANIFEST, 0, "signature does not verify")
        self._files(named)
        return manifest if isinstance(manifest, dict) else None

    def _files(self, named: dict[str, str]) -> None:
        present = set(self._archive.names()) - {MANIFEST}
        for name in sorted(present | set(named)):
            if name not in present:
                self._fault(name, 0, "the file is missing")
            elif name not in named:
                self._fault(name, 0, "the file is not in the manifest")
            elif self._archive.digest(name) != named[name]:
                self._fault(name, 0, "the file is not what was exported")

    # --- the roots ----------------------------------------------------------------------------------------------

    def _roots(self) -> None:
        names = [name for name in self._archive.names() if name.startswith(ROOTS)]
        for hospital, files in groupby(names, key=lambda name: name.split("/")[1]):
            previous = ""
            for number, name in enumerate(files, start=1):
                previous = self._root(hospital, number, name, previous)

    def _root(self, hospital: str, number: int, name: str, previous: str) -> str:
        """Check a root and take its heads; returns its hash."""
        place = f"{hospital}/roots"
        try:
            first, _, rest = self._archive.read(name).partition(b"\n")
            document = json.loads(first)
            root, signature = document["root"], document["signature"]
            heads = [json.loads(line) for line in rest.splitlines()]
            lines = b"".join(_line(head) for head in heads)
            reasons = {
                f"root {number} is missing": (root["hospital"], root["number"]) != (hospital, number),
                "does not follow the root before": root["previous"] != previous,
                "its heads are not those that were signed": (len(heads), sha256(lines))
                != (root["changed"], root["heads"]),
                "not as a root is written": canonical(document) != first or lines != rest or root["kind"] != ROOT_KIND,
                "signature does not verify": not self._keys.cover("roots", canonical(root), signature),
            }
            sealings = [(str(stream), Sealing(number, int(version), str(hash_))) for stream, version, hash_ in heads]
        except (ValueError, KeyError, TypeError, NotAnArchiveError) as error:
            self._fault(place, number, f"not a root: {type(error).__name__}")
            return ""
        for reason in (reason for reason, holds in reasons.items() if holds):
            self._fault(place, number, reason)
        for stream, sealing in sealings:
            self._heads.setdefault(stream, []).append(sealing)
        self.counts["roots"] += 1
        fresh = sha256(canonical(root))
        self.roots[fresh] = f"{hospital} root {number} of {root['sealed_at']}"
        return fresh

    # --- the commits --------------------------------------------------------------------------------------------

    def _commits(self) -> None:
        before = ("", 0)
        for stream, commits in groupby(self._lines(), key=lambda commit: commit.stream):
            before = self._stream(stream, commits, before)

    def _lines(self) -> Iterator[Commit]:
        """Yield the commits; a line that is none is a fault, placed behind the commit before it."""
        before: tuple[str, int] = ("", 0)
        try:
            with self._archive.open(COMMITS) as file:
                for number, line in enumerate(file, start=1):
                    commit = _commit(line)
                    if commit is None:
                        where = f"line {number} of {COMMITS} is not a commit; behind {before[0]} version {before[1]}"
                        self._fault(_stream_in(line) or before[0], _version_in(line) or before[1] + 1, where)
                    else:
                        before = commit.stream, commit.version
                        yield commit
        except (OSError, KeyError, zipfile.BadZipFile, zlib.error) as error:
            self._fault(COMMITS, 0, f"cannot be read behind {before[0]} version {before[1]}: {error}")

    def _stream(self, stream: str, commits: Iterable[Commit], before: tuple[str, int]) -> tuple[str, int]:
        """Check a stream commit by commit; returns where it ends. It must stand behind `before`."""
        if stream <= before[0]:
            self._fault(stream, 1, f"stands behind {before[0]}")
        sealings = {sealing.version: sealing for sealing in self._heads.pop(stream, ())}
        last_sealed = max(sealings, default=0)
        document = SignedDocument(stream)
        previous, version, whole = "", 0, True
        for commit in commits:
            reason = _break(commit, version + 1, previous) if whole else ""
            if reason:
                self._fault(stream, commit.version, reason)
                whole = False
            sealing = sealings.pop(commit.version, None)
            if sealing and sealing.hash != commit.hash:
                self._fault(stream, commit.version, f"is not what it was when root {sealing.root} sealed it")
            previous, version = commit.hash, commit.version
            self.counts["commits"] += 1
            self.counts["unsealed"] += version > last_sealed
            if whole:
                self._events(commit, document)
        for sealing in sealings.values():
            self._fault(stream, sealing.version, f"is gone when root {sealing.root} sealed it")
        self.counts["streams"] += 1
        return stream, version

    def _events(self, commit: Commit, document: SignedDocument) -> None:
        try:
            for event in json.loads(commit.payload):
                self.counts["events"] += 1
                document.tell(event["type"], event["data"])
                if event["type"] == "ContentSigned":
                    self._signature(commit, document, event["data"])
        except (ValueError, KeyError, TypeError, IndexError) as error:
            self._fault(commit.stream, commit.version, f"holds no events: {type(error).__name__}")

    def _signature(self, commit: Commit, document: SignedDocument, signed: Json) -> None:
        self.counts["signatures"] += 1
        if not self._keys.cover("content", document.form(signed), signed["signature"]):
            self._fault(commit.stream, commit.version, "signature does not verify")
        elif signed["document_hash"] != sha256(canonical(document.document())):
            self._fault(commit.stream, commit.version, "the hash of what was shown is not that of what was signed")


class SignedDocument:
    """What a doctor's signature covers, told from the events of a piece as the log has them."""

    def __init__(self, stream: str) -> None:
        self._hospital, _, rest = stream.partition("/")
        self._content_id = rest.partition("#")[2]
        self._said: dict[str, Json] = {}
        self._draft: Json = {}
        self._revision = 0

    def tell(self, kind: str, data: Json) -> None:
        """Take note of an event; a new text voids what was said of the one before."""
        if kind in ("DraftGenerated", "DraftEdited"):
            self._new_text(data["revision"], data["draft"])
        elif kind == "SentenceAdopted":
            self._new_text(data["revision"], self._citing(data["sentence"], data["fact"]))
        elif kind in ("TopicPlanned", "TagsConfirmed", "FactsChecked", "ComplianceChecked"):
            self._said[kind] = data

    def form(self, signed: Json) -> bytes:
        """Return the bytes that the signature covers."""
        signed_at = signed["signed_at"].replace("Z", "+00:00")  # Python 3.9 reads no Z
        return canonical(
            {
                "document": self.document(),
                "label": signed["label"],
                "signer": signed["signer_id"],
                "signed_at": datetime.fromisoformat(signed_at).isoformat(),
            }
        )

    def document(self) -> Json:
        """Return the text with its facts, tags and check reports."""
        topic, facts, compliance = (
            self._said.get(kind) for kind in ("TopicPlanned", "FactsChecked", "ComplianceChecked")
        )
        if topic is None:
            raise ValueError("signed without a topic")
        tags = self._said.get("TagsConfirmed", topic)["tags"]
        return {
            "hospital": self._hospital,
            "content_id": self._content_id,
            "revision": self._revision,
            "form": topic["form"],
            "section": topic["section"],
            "title": self._draft["title"],
            "sentences": [{"text": s["text"], "facts": _refs(s["facts"])} for s in self._draft["sentences"]],
            "tags": {name: tags[name] for name in TAGS} | _narrower(tags),
            "must_carry": _refs(topic["must_carry"]),
            "facts_check": _facts_report(facts) if facts else None,
            "compliance": _compliance_report(compliance) if compliance else None,
        }

    def _new_text(self, revision: int, draft: Json) -> None:
        self._revision, self._draft = revision, draft
        for kind in ("TagsConfirmed", "FactsChecked", "ComplianceChecked"):
            self._said.pop(kind, None)

    def _citing(self, place: int, fact: Json) -> Json:
        sentences = list(self._draft["sentences"])
        cited = sentences[place]["facts"]
        sentences[place] = {**sentences[place], "facts": cited if fact in cited else [*cited, fact]}
        return {**self._draft, "sentences": sentences}


def _narrower(tags: Json) -> Json:
    """Return the tags that narrow something: a signature covers no others, and older events do not know them."""
    told = {name: tags.get(name) for name in NARROWER}
    told["language"] = "" if tags.get("language", USUAL_LANGUAGE) == USUAL_LANGUAGE else tags["language"]
    told["exclusions"] = [[e["bar"], e["value"], *_refs([e["fact"]])[0]] for e in tags.get("exclusions", [])]
    return {name: value for name, value in told.items() if value}


def _refs(facts: list[Json]) -> list[list[Any]]:
    return [[fact["fact_id"], fact["version"]] for fact in facts]


def _facts_report(checked: Json) -> Json:
    cited = checked["cited"]
    return {
        "checker": checked["checker"],
        "passed": checked["passed"],
        "objections": [[o["sentence"], o["kind"], o["expected"], o["found"]] for o in checked["objections"]],
        "cited": [[*_refs([c["fact"]])[0], c["digest"], c["valid_until"], c["author"], c["risk"]] for c in cited],
    }


def _compliance_report(checked: Json) -> Json:
    channels = [[each["channel"], each["label"], each["rules"]] for each in checked["channels"]]
    return {"pack": checked["pack"], "passed": checked["passed"], "channels": channels}


def _line(head: list[Any]) -> bytes:
    return json.dumps(head, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def _commit(line: bytes) -> Commit | None:
    """Return the commit of a line, None unless the line is exactly how that commit is written."""
    try:
        said = json.loads(line)
        if canonical(said) + b"\n" != line or set(said) - {"payload", "payload_base64"} != FIELDS:
            return None
        if isinstance(said["version"], bool) or not isinstance(said["version"], int):
            return None
        return Commit(**{name: said[name] for name in FIELDS}, payload=_payload(said))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None


def _payload(said: Json) -> bytes:
    if "payload_base64" in said:
        return base64.b64decode(said["payload_base64"], validate=True)
    payload: str = said["payload"]
    return payload.encode()


def _stream_in(line: bytes) -> str:
    """Return the stream that a damaged line seems to name."""
    found = line.rpartition(b'"stream":"')[2].partition(b'"')[0] if b'"stream":"' in line else b""
    return found.decode("utf-8", "replace")


def _version_in(line: bytes) -> int:
    found = line.rpartition(b'"version":')[2].strip(b"}\n")
    return int(found) if found.isdigit() and len(found) < 10 else 0  # noqa: PLR2004 - ten digits are no version


def _break(commit: Commit, place: int, previous: str) -> str:
    if commit.version != place:
        return f"version {place} is missing"
    if commit.previous != previous:
        return "does not follow the commit before"
    address = "\n".join((commit.previous, commit.stream, str(commit.version), commit.commit_id, commit.recorded_at, ""))
    return "" if sha256(address.encode() + commit.payload) == commit.hash else "hash does not fit the content"


def main(arguments: list[str] | None = None) -> int:
    """Check the archive and print what was found."""
    parser = argparse.ArgumentParser(prog="verify.py", description="Check an exported log.")
    parser.add_argument("archive", nargs="?", type=Path, default=Path(__file__).resolve().parent)
    parser.add_argument("--root", default="", metavar="HASH", help="a root you kept: it must be among the archive's")
    parser.add_argument("--key", default="", metavar="FINGERPRINT", help="the key of roots and manifest that you trust")
    parser.add_argument("--json", action="store_true", help="print JSON")
    options = parser.parse_args(arguments)
    try:
        archive = Archive(options.archive)
        keys = Keys(archive, options.key.lower())
        check = Check(archive, keys)
        check.run(options.root.lower())
    except NotAnArchiveError as error:
        print(f"verify.py: {error}", file=sys.stderr)
        return 2
    _tell(options.json, check, keys)
    return 1 if check.faults else 0


def _tell(as_json: bool, check: Check, keys: Keys) -> None:  # noqa: FBT001 - a command's own switch
    faults = [fault._asdict() for fault in check.faults]
    if as_json:
        told = {"ok": not faults, **check.counts, "faults": faults, "roots_by_hash": check.roots}
        print(json.dumps({**told, "keys": keys.fingerprints()}, ensure_ascii=False))
        return
    print(", ".join(f"{count} {name}" for name, count in check.counts.items()))
    for fingerprint in sorted(f"key for {name}: {value}" for name, value in keys.fingerprints().items()):
        print(fingerprint)
    for root, name in list(check.roots.items())[-3:]:
        print(f"{name}: {root}")
    for fault in check.faults:
        print(f"BAD {fault.stream} version {fault.version}: {fault.reason}")
    print("FAULTS" if faults else "OK: everything holds")


if __name__ == "__main__":
    sys.exit(main())
