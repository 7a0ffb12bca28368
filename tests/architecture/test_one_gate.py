"""Law 9: no text leaves but through the gate. Read from the source: a way around is found where it is built."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.source import FUNCTIONS, PACKAGE, imports, modules, syntax

GATE = PACKAGE / "domain" / "control" / "gate.py"
SOURCES = [*modules(PACKAGE), *modules(FUNCTIONS)]
FACTS, CLAIMS = PACKAGE / "domain" / "control" / "facts", PACKAGE / "domain" / "control" / "claims"

ENTRIES = {
    "narrowcast.domain.control.facts.check_draft": FACTS,
    "narrowcast.domain.control.facts.check_sentence": FACTS,
    "narrowcast.domain.control.claims.check_channels": CLAIMS,
    "narrowcast.domain.control.claims.check_claims": CLAIMS,
    "narrowcast.domain.content.servable": PACKAGE / "domain" / "content.py",
    "narrowcast.domain.signing.form_of": PACKAGE / "domain" / "signing.py",
}
"""What the gate is made of, and where each is at home. Nobody else may have it."""

LIBRARY = "application/guides.py: SignedLibrary.piece"
READERS = {
    LIBRARY,  # what patients read and files hold: behind the gate
    "application/assembling.py",  # tags of pieces that leave a guide, no text
    "application/explanations.py",  # titles, for staff
    "application/simulation.py",  # codes of pieces, no text
    "application/production.py",  # drafts on their way to a doctor; Publishing asks the gate
    "application/signing.py",  # the doctor reads what she is about to sign
    "application/adoption.py",
    "application/backlog.py",  # rows of pieces, no text
    "application/consequences.py",
    "application/recalls.py",  # takes pieces back and refers to the correction, no text
    "application/verification.py",
    "application/past.py",  # what was shown, for those who account for it: only as the signature covers it
    "application/snapshots.py",  # folds again to compare; shows nothing
    "application/waits.py",  # a word for the workflow, no text
    "application/reconcile.py",  # names of pieces, no text
    "application/projections.py",  # rows for staff; the index, which is believed only behind the gate
    "application/rebuild.py",  # the same, made anew
    "functions/api/chalicelib/routes/editing.py",  # staff read drafts
    "cli/common.py",  # operators read drafts
    "cli/content.py",
}
"""Where pieces are loaded from the log. Whoever shows text to patients takes it from the library."""


def home(file: Path) -> str:
    root = PACKAGE if file.is_relative_to(PACKAGE) else FUNCTIONS.parent
    return file.relative_to(root).as_posix()


def scopes(file: Path) -> Iterator[tuple[str, ast.AST]]:
    """Yield each function of a file by its dotted name, and what stands outside of functions under no name."""
    for node in syntax(file).body:
        if isinstance(node, ast.ClassDef):
            yield from ((f"{node.name}.{getattr(each, 'name', '')}", each) for each in node.body)
        else:
            yield getattr(node, "name", ""), node


def called(node: ast.AST) -> set[str]:
    """Return the last names of everything that is called within."""
    calls = (each.func for each in ast.walk(node) if isinstance(each, ast.Call))
    return {func.attr if isinstance(func, ast.Attribute) else getattr(func, "id", "") for func in calls}


def loaded(file: Path, node: ast.AST) -> bool:
    """Whether pieces are read from the log within."""
    streams = {f"narrowcast.application.streams.{name}" for name in ("CONTENT", "AGGREGATES")} & set(imports(file))
    own = {name.rpartition(".")[2] for name in streams}
    return any(isinstance(each, ast.Name) and each.id in own for each in ast.walk(node))


def offline(file: Path) -> bool:
    """Whether a file judges lines for the command line, where nothing leaves to anybody."""
    return file.name == "cases.py"


@pytest.mark.parametrize("entry", ENTRIES)
def test_only_the_gate_has_the_checks_and_the_signed_form(entry: str) -> None:
    own = ENTRIES[entry]
    users = [
        home(file) for file in SOURCES if not file.is_relative_to(own) and not offline(file) and _uses(file, entry)
    ]
    assert users == [home(GATE)] or users == []
    assert _uses(GATE, entry) or entry.endswith(("check_sentence", "check_claims"))


def _uses(file: Path, entry: str) -> bool:
    """Whether a file imports the entry, from where it is defined or re-exported, or reaches it through its module."""
    package, _, name = entry.rpartition(".")
    by_name = any(each.startswith(package) and each.endswith(f".{name}") for each in imports(file))
    attributes = (node for node in ast.walk(syntax(file)) if isinstance(node, ast.Attribute))
    return by_name or any(node.attr == name and _module(node, file) == package for node in attributes)


def _module(node: ast.Attribute, file: Path) -> str:
    """Return the module that the attribute's owner was imported as; empty if it is not a module."""
    if not isinstance(node.value, ast.Name):
        return ""
    bound: dict[str, str] = {}
    for each in ast.walk(syntax(file)):
        if isinstance(each, ast.Import | ast.ImportFrom):
            package = f"{each.module}." if isinstance(each, ast.ImportFrom) else ""
            bound |= {alias.asname or alias.name: f"{package}{alias.name}" for alias in each.names}
    return bound.get(node.value.id, "")


def test_only_the_gate_judges_a_signature() -> None:
    """The key's `verify` is handed to a Gate and called nowhere but there and in the key itself.

    Roots of the log are no pieces; the archive's own verifier runs without this package.
    """
    callers = [home(file) for file in SOURCES if "verify" in called(syntax(file)) and "adapters" not in file.parts]
    assert sorted(callers) == ["application/sealing.py", "cli/archive/verify.py", home(GATE)]


def test_pieces_are_read_only_where_it_is_known_what_becomes_of_them() -> None:
    found = {
        f"{home(file)}: {name}" if home(file) == "application/guides.py" else home(file)
        for file in SOURCES
        for name, node in scopes(file)
        if loaded(file, node)
    }
    assert found <= READERS
    assert LIBRARY in found


def test_the_library_lets_nothing_out_past_the_gate() -> None:
    methods = dict(scopes(PACKAGE / "application" / "guides.py"))
    assert "lets_pass" in called(methods["SignedLibrary.piece"])
    assert "piece" in called(methods["SignedLibrary.exactly"])


def test_a_piece_is_published_only_behind_the_gate() -> None:
    methods = dict(scopes(PACKAGE / "application" / "production.py"))
    assert {"Gate", "signed"} <= called(methods["Publishing.publish"])
    publishers = [name for name, node in methods.items() if "publish" in called(node)]
    assert publishers == ["Publishing.publish"]


def test_what_a_patients_page_shows_comes_from_the_library() -> None:
    """Pieces of a page are made in one place, from the library's exact answer, and views make cards of these alone."""
    methods = dict(scopes(PACKAGE / "application" / "guides.py"))
    makers = [name for name, node in methods.items() if "Piece" in called(node)]
    assert makers == ["ReadingRoom._pieces"]
    assert "exactly" in called(methods["ReadingRoom._pieces"])
    assert [home(file) for file in SOURCES if "GuidePiece" in called(syntax(file))] == [
        "functions/api/chalicelib/views.py"
    ]


def test_what_the_assistant_quotes_comes_from_the_library() -> None:
    """Sentences of an answer are made in one place, from the exact answer of the library."""
    methods = dict(scopes(PACKAGE / "application" / "quoting.py"))
    makers = [home(file) for file in SOURCES if "QuotedSentence" in called(syntax(file))]
    assert makers == ["application/quoting.py"]
    assert [name for name, node in methods.items() if "QuotedSentence" in called(node)] == ["_sentence"]
    assert [name for name, node in methods.items() if "_sentence" in called(node)] == ["Quoting.sentences"]
    assert "exactly" in called(methods["Quoting._piece"])
    assert "piece" in called(methods["Shelves.pieces"])


def test_no_message_carries_a_text() -> None:
    """Messages are written by the mailroom, which knows links and numbers and never reads a draft."""
    writers = [file for file in SOURCES if "Message" in called(syntax(file))]
    assert [home(file) for file in writers] == ["application/dispatch.py"]
    words = {node.attr for file in writers for node in ast.walk(syntax(file)) if isinstance(node, ast.Attribute)}
    assert not words & {"draft", "sentences", "title"}


def test_whoever_composes_a_text_has_it_judged() -> None:
    """Drafters are called in one place, whose drafts only become readable through the checks of the same workflow."""
    callers = {home(file): called(syntax(file)) for file in SOURCES if "draft" in called(syntax(file))}
    callers = {name: calls for name, calls in callers.items() if not name.startswith("adapters/")}
    assert list(callers) == ["application/production.py"]
    assert {"object_to", "judge_channels"} <= callers["application/production.py"]


def test_a_second_opinion_is_asked_for_in_one_place_and_joined_by_the_gate() -> None:
    asking = {home(file): called(syntax(file)) for file in SOURCES if "objections" in called(syntax(file))}
    assert list(asking) == ["application/production.py"]
    methods = dict(scopes(PACKAGE / "application" / "production.py"))
    assert {"objections", "with_second_opinion"} <= called(methods["Checking._reviewed"])
    assert {"object_to", "_reviewed"} <= called(methods["Checking.check_facts"])
