"""An exported archive proves itself with the verify.py inside, and names what was done to it."""

from __future__ import annotations

import ast
import json
import random
import runpy
import sys
import zipfile
from dataclasses import replace
from importlib.resources import files
from pathlib import Path

import pytest

from narrowcast.adapters.files import in_order, write_folder, write_zip
from narrowcast.adapters.memory.roots import MemoryRoots
from narrowcast.adapters.memory.signing_key import MemorySigningKey
from narrowcast.application.archive import Export
from narrowcast.application.sealing import Sealer
from narrowcast.application.streams import CONTENT
from narrowcast.domain.draft import FactRef
from narrowcast.domain.vocabulary import Custom, Language, Literacy, Sex, Step, Style
from tests.support.forgery import resealed
from tests.support.newsroom import (
    EDITOR,
    HOSPITAL,
    IDENTITY,
    LI,
    METFORMIN_STATEMENT,
    METFORMIN_TOPIC,
    PATIENT_NAME,
    World,
)

KIT = files("narrowcast.cli") / "archive"
VERIFY = runpy.run_path(str(KIT / "verify.py"))
STREAM = CONTENT.stream(HOSPITAL, "dm-know")


class Archived:
    """A published world, sealed, with a second piece after the root, exported to a folder."""

    def __init__(self, world: World, folder: Path) -> None:
        self.world, self.folder = world, folder
        self.roots, self.key = MemoryRoots(), MemorySigningKey("seal-key")
        [self.root] = Sealer(world.log, self.roots, self.key, world.clock).seal()
        world.publish("met-start", METFORMIN_TOPIC)
        write_folder(self.export().files(), folder)

    def export(self) -> Export:
        return Export(
            commits=in_order(self.world.log.scan()),
            roots=self.roots,
            hospitals=(HOSPITAL,),
            content_key=self.world.key,
            root_key=self.key,
            exported_at="2026-01-06T00:00:00.000000Z",
            kit={name: (KIT / name).read_bytes() for name in ("README.md", "verify.py")},
        )

    @property
    def lines(self) -> list[bytes]:
        return (self.folder / "commits.jsonl").read_bytes().splitlines(keepends=True)

    def rewrite(self, lines: list[bytes]) -> None:
        (self.folder / "commits.jsonl").write_bytes(b"".join(lines))


@pytest.fixture
def archived(published: World, tmp_path: Path) -> Archived:
    return Archived(published, tmp_path / "archive")


def verify(path: Path, capsys: pytest.CaptureFixture[str], *options: str) -> tuple[int, dict[str, object]]:
    code = VERIFY["main"]([str(path), "--json", *options])
    return code, json.loads(capsys.readouterr().out)


def named(told: dict[str, object]) -> set[tuple[str, int]]:
    faults: list[dict[str, object]] = told["faults"]  # type: ignore[assignment]
    return {(str(fault["stream"]), int(str(fault["version"]))) for fault in faults}


def test_an_archive_as_exported_holds(archived: Archived, capsys: pytest.CaptureFixture[str]) -> None:
    code, told = verify(archived.folder, capsys)
    commits = list(archived.world.log.scan())
    assert (code, told["ok"], told["faults"]) == (0, True, [])
    assert told["commits"] == len(commits)
    assert told["events"] == len(archived.world.envelopes())
    assert (told["signatures"], told["roots"]) == (2, 1)
    assert told["unsealed"] == len(commits) - (archived.root.root.commits if archived.root.root else 0)


def test_a_signature_over_every_tag_and_over_exclusions_holds(
    archived: Archived, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    world = archived.world
    statement = replace(METFORMIN_STATEMENT, text="严重肾功能不全者禁用二甲双胍。")
    world.facts.propose(HOSPITAL, "met-kidney", statement, LI, EDITOR)
    world.facts.approve(HOSPITAL, "met-kidney", LI, EDITOR)
    tags = replace(
        METFORMIN_TOPIC.tags,
        sexes=(Sex.FEMALE,),
        procedures=("36.06",),
        steps=(Step.DISCHARGE,),
        literacy=Literacy.BASIC,
        style=Style.PLAIN,
        customs=(Custom.HALAL,),
        language=Language.TRADITIONAL,
    )
    kidneys = replace(METFORMIN_TOPIC, tags=tags, facts=(FactRef("met-kidney", 1),))
    world.settle().publish("met-kidneys", kidneys)
    assert world.content("met-kidneys").tags.exclusions
    write_folder(archived.export().files(), tmp_path / "again")

    code, told = verify(tmp_path / "again", capsys)

    assert (code, told["faults"], told["signatures"]) == (0, [], 3)


def test_a_zip_file_holds_the_same(archived: Archived, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "log.zip"
    write_zip(archived.export().files(), path)
    assert verify(path, capsys)[0] == 0
    with zipfile.ZipFile(path) as found:
        assert found.read("commits.jsonl") == b"".join(archived.lines)


def test_a_root_that_was_kept_is_recognized_and_a_foreign_one_is_not(
    archived: Archived, capsys: pytest.CaptureFixture[str]
) -> None:
    assert verify(archived.folder, capsys, "--root", archived.root.hash)[0] == 0
    assert verify(archived.folder, capsys, "--root", "0" * 64)[0] == 1


def test_a_key_that_was_pinned_is_the_only_one_believed(archived: Archived, capsys: pytest.CaptureFixture[str]) -> None:
    _, told = verify(archived.folder, capsys)
    keys: dict[str, str] = told["keys"]  # type: ignore[assignment]
    assert verify(archived.folder, capsys, "--key", keys["roots seal-key"])[0] == 0
    assert verify(archived.folder, capsys, "--key", keys["content memory-key"])[0] == 1


@pytest.mark.parametrize("place", [0, 3, -1], ids=["first", "middle", "last"])
def test_a_deleted_commit_is_named(archived: Archived, place: int, capsys: pytest.CaptureFixture[str]) -> None:
    lines = archived.lines
    own = [at for at, line in enumerate(lines) if json.loads(line)["stream"] == STREAM]
    archived.rewrite([*lines[: own[place]], *lines[own[place] + 1 :]])
    assert STREAM in {stream for stream, _ in named(verify(archived.folder, capsys)[1])}


def test_a_deleted_stream_is_named(archived: Archived, capsys: pytest.CaptureFixture[str]) -> None:
    archived.rewrite([line for line in archived.lines if json.loads(line)["stream"] != STREAM])
    assert (STREAM, 1) in named(verify(archived.folder, capsys)[1])


def test_any_two_commits_that_changed_places_are_named(archived: Archived, capsys: pytest.CaptureFixture[str]) -> None:
    chance, whole = random.Random(5), archived.lines  # noqa: S311 - a seeded choice of places
    for _ in range(30):
        one, other = sorted(chance.sample(range(len(whole)), 2))
        lines = list(whole)
        lines[one], lines[other] = lines[other], lines[one]
        archived.rewrite(lines)
        moved = {json.loads(whole[at])["stream"] for at in (one, other)}
        assert moved & {stream for stream, _ in named(verify(archived.folder, capsys)[1])}


def test_any_flipped_byte_of_any_commit_is_named(archived: Archived, capsys: pytest.CaptureFixture[str]) -> None:
    chance, whole = random.Random(7), archived.lines  # noqa: S311 - a seeded choice of places
    for at, line in enumerate(whole):
        place = chance.randrange(len(line) - 1)
        flipped = bytearray(line)
        flipped[place] ^= chance.randrange(1, 256)
        archived.rewrite([*whole[:at], bytes(flipped), *whole[at + 1 :]])
        said = json.loads(line)
        told = named(verify(archived.folder, capsys)[1])
        near = {(said["stream"], said["version"]), (said["stream"], said["version"] + 1)}
        assert near & told or (said["stream"], 1) in told, (place, bytes(flipped))


@pytest.mark.parametrize(
    "name",
    ["README.md", "verify.py", "keys.json", "keys/roots-0.pem", "schemas/VisitOpened/v1.json", "manifest.json"],
)
def test_any_other_file_that_was_changed_is_noticed(archived: Archived, name: str) -> None:
    path = archived.folder / name
    path.write_bytes(path.read_bytes()[:-2] + b" \n")
    assert VERIFY["main"]([str(archived.folder)]) in (1, 2)


def test_a_file_that_is_missing_and_one_too_many_are_named(
    archived: Archived, capsys: pytest.CaptureFixture[str]
) -> None:
    (archived.folder / "README.md").rename(archived.folder / "READ.md")
    assert named(verify(archived.folder, capsys)[1]) == {("README.md", 0), ("READ.md", 0)}


def test_a_root_that_was_changed_or_removed_is_named(archived: Archived, capsys: pytest.CaptureFixture[str]) -> None:
    path = next((archived.folder / "roots" / HOSPITAL).iterdir())
    path.write_bytes(path.read_bytes().replace(b'"commits":', b'"commits":1'))
    assert (f"{HOSPITAL}/roots", 1) in named(verify(archived.folder, capsys)[1])
    path.unlink()
    assert verify(archived.folder, capsys)[0] == 1


def test_a_text_that_no_doctor_signed_is_named_though_all_else_was_made_anew(
    published: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    commits = published.log._streams[STREAM]
    forged = [replace(c, payload=c.payload.replace("长期".encode(), "短期".encode())) for c in commits]
    published.log._streams[STREAM] = resealed(forged)
    archived = Archived(published, tmp_path / "forged")
    [signed] = [c.version for c in commits if b"ContentSigned" in c.payload]
    assert named(verify(archived.folder, capsys)[1]) == {(STREAM, signed)}


def test_no_file_of_an_archive_names_a_patient(published: World, tmp_path: Path) -> None:
    published.visit()
    archived = Archived(published, tmp_path / "visited")
    held = b"".join(path.read_bytes() for path in archived.folder.rglob("*") if path.is_file())
    personal = (PATIENT_NAME, IDENTITY.patient_number, IDENTITY.visit_number, IDENTITY.phone, IDENTITY.email)
    assert b"renhe/visit#" in held
    assert not [value for value in personal if value.encode() in held]


def test_the_verifier_needs_python_3_9_and_cryptography_and_nothing_else() -> None:
    syntax = ast.parse((KIT / "verify.py").read_text("utf-8"), feature_version=(3, 9))
    imports = [each for each in ast.walk(syntax) if isinstance(each, ast.Import | ast.ImportFrom)]
    modules = {each.module or "" for each in imports if isinstance(each, ast.ImportFrom)}
    modules |= {alias.name for each in imports if isinstance(each, ast.Import) for alias in each.names}
    foreign = {name.partition(".")[0] for name in modules} - sys.stdlib_module_names
    assert foreign == {"cryptography"}


def test_what_is_no_archive_is_said_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert VERIFY["main"]([str(tmp_path)]) == 2
    assert VERIFY["main"]([str(tmp_path / "absent.zip")]) == 2
    assert "verify.py:" in capsys.readouterr().err
