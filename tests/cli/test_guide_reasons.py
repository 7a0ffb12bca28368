"""`narrowcast guide explain` and `simulate`: why a guide is as it is, and what it would be by other rules."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from narrowcast import cli
from narrowcast.application.guides import guide_id_of
from narrowcast.cli import guide_explain, guide_simulate
from narrowcast.domain.draft import FactRef
from narrowcast.domain.visit_report import Condition
from narrowcast.domain.vocabulary import RenalClass, Stage
from narrowcast.runtime.bootstrap import Composition
from narrowcast.runtime.settings import Settings
from tests.support.newsroom import (
    EDITOR,
    HOSPITAL,
    LI,
    METFORMIN_STATEMENT,
    METFORMIN_TOPIC,
    REPORT,
    STATEMENT,
    TOPIC,
    World,
)

KIDNEYS = "严重肾功能不全者禁用二甲双胍。"
FIRST = "初次诊断2型糖尿病后，应尽快接受健康教育。"


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    """A library with a piece that kidneys exclude, a general one, and one for the first diagnosis."""
    world = World().open_hospital()
    for fact_id, statement in (
        ("met-kidney", replace(METFORMIN_STATEMENT, text=KIDNEYS)),
        ("dm-first", replace(STATEMENT, text=FIRST)),
    ):
        world.facts.propose(HOSPITAL, fact_id, statement, LI, EDITOR)
        world.facts.approve(HOSPITAL, fact_id, LI, EDITOR)
    world.settle().publish("dm-know").publish("met-start", METFORMIN_TOPIC)
    world.publish("met-kidneys", replace(METFORMIN_TOPIC, title="二甲双胍与肾脏", facts=(FactRef("met-kidney", 1),)))
    composition = Composition(Settings({}))
    vars(composition).update(store=world.store, signing_key=world.key)
    for module in (guide_explain, guide_simulate):
        monkeypatch.setattr(module, "open_stack", lambda _: composition)
    return world


def visit(world: World, renal: RenalClass | None) -> str:
    return guide_id_of(world.visit(replace(REPORT, condition=Condition(renal=renal))).visit_id)


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    capsys.readouterr()
    assert cli.main(["guide", *arguments]) == 0
    return capsys.readouterr().out


def explained(capsys: pytest.CaptureFixture[str], guide_id: str) -> Mapping[str, Any]:
    document = json.loads(run(capsys, "explain", guide_id, "--json"))
    return {section["section"]: section for section in document["sections"]}


def test_each_piece_is_given_with_its_points_and_what_else_fits(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    guide_id = visit(world, RenalClass.NORMAL)
    medication = explained(capsys, guide_id)["medication"]
    [chosen] = medication["chosen"]
    assert chosen["code"] == "A10BA02"
    assert chosen["considered"] == 2
    assert {chosen["piece"]["content_id"], chosen["others"][0]["content_id"]} == {"met-start", "met-kidneys"}
    assert chosen["score"] == sum(part["points"] for part in chosen["parts"])
    assert "您正在使用的药物" in medication["why"]
    told = run(capsys, "explain", guide_id)
    assert "met-kidneys 二甲双胍与肾脏 (for A10BA02)" in told
    assert "gap: E11.900X001" in told


@pytest.mark.parametrize(("renal", "value"), [(RenalClass.DIALYSIS, "severe"), (None, "")], ids=["known", "unknown"])
def test_what_is_left_out_is_named_with_its_fact(
    world: World, capsys: pytest.CaptureFixture[str], renal: RenalClass | None, value: str
) -> None:
    world.publish("met-a-kidneys", replace(METFORMIN_TOPIC, title="二甲双胍与肾脏", facts=(FactRef("met-kidney", 1),)))
    medication = explained(capsys, visit(world, renal))["medication"]
    left = {each["piece"]["content_id"]: each for each in medication["left_out"]}["met-a-kidneys"]
    assert (left["bar"], left["value"], left["unknown"]) == ("renal", value, renal is None)
    assert (left["fact"]["fact_id"], left["fact_text"]) == ("met-kidney", KIDNEYS)
    assert bool(medication["asks"]) == (renal is None)
    assert [each["piece"]["content_id"] for each in medication["chosen"]] == ["met-start"]


def a_file(tmp_path: Path, **rules: object) -> str:
    file = tmp_path / "new.json"
    file.write_text(json.dumps(rules), "utf-8")
    return str(file)


def test_other_tags_show_which_guides_would_differ(
    world: World, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    guide_id = visit(world, RenalClass.NORMAL)
    before = world.snapshot()
    new = a_file(tmp_path, version="for-discharge", tags={"dm-know": {"stages": [Stage.DISCHARGE]}})
    outcome = json.loads(run(capsys, "simulate", "--rules", new, "--since", "2020-01-01", "--json"))
    assert (outcome["tried"], outcome["guides"]) == ("for-discharge", 1)
    [changed] = outcome["changed"]
    assert changed["guide_id"] == guide_id
    assert changed["differences"] == [{"section": "disease", "leaves": ["dm-know"], "comes": []}]
    assert f"{HOSPITAL} {guide_id}" in run(capsys, "simulate", "--rules", new, "--since", "2020-01-01")
    assert world.snapshot() == before


def test_other_weights_change_what_outranks_what(
    world: World, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    first = replace(TOPIC, title="刚确诊", facts=(FactRef("dm-first", 1),))
    world.publish("dm-first", replace(first, tags=replace(TOPIC.tags, stages=(Stage.FIRST_DIAGNOSIS,))))
    visit(world, RenalClass.NORMAL)
    new = a_file(tmp_path, weights={"stage": -1})
    outcome = json.loads(run(capsys, "simulate", "--rules", new, "--since", "2020-01-01", "--json"))
    assert outcome["changed"][0]["differences"] == [
        {"section": "disease", "leaves": ["dm-first"], "comes": ["dm-know"]}
    ]
    same = json.loads(run(capsys, "simulate", "--rules", a_file(tmp_path), "--since", "2020-01-01", "--json"))
    assert (same["guides"], same["changed"]) == (1, [])


def test_what_came_after_a_guide_does_not_count_against_it(
    world: World, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    visit(world, RenalClass.NORMAL)
    world.publish("dm-also", replace(TOPIC, title="更好的一篇", facts=(FactRef("dm-first", 1),)))
    new = a_file(tmp_path, tags={"dm-also": {"stages": [Stage.FIRST_DIAGNOSIS]}})
    assert json.loads(run(capsys, "simulate", "--rules", new, "--since", "2020-01-01", "--json"))["changed"] == []


def test_older_guides_are_not_asked(world: World, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    visit(world, RenalClass.NORMAL)
    told = run(capsys, "simulate", "--rules", a_file(tmp_path), "--since", "2999-01-01")
    assert "0 of 0 guides differ" in told


@pytest.mark.usefixtures("world")
@pytest.mark.parametrize(
    "rules",
    [{"weight": {}}, {"weights": {"beauty": 1}}, {"weights": {"stage": "high"}}, {"conflicts": [{"name": "x"}]}],
)
def test_rules_that_nobody_knows_are_refused(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, rules: dict[str, object]
) -> None:
    new = a_file(tmp_path, **rules)
    assert cli.main(["guide", "simulate", "--rules", new, "--since", "2020-01-01"]) == 2
    assert "narrowcast:" in capsys.readouterr().err


def test_a_piece_or_hospital_that_is_none_is_no_answer_that_nothing_differs(
    world: World, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    visit(world, RenalClass.NORMAL)
    misspelt = a_file(tmp_path, tags={"dm-knwo": {"stages": [Stage.DISCHARGE]}})
    assert cli.main(["guide", "simulate", "--rules", misspelt, "--since", "2020-01-01"]) == 2
    assert "没有这样的内容：dm-knwo" in capsys.readouterr().err
    elsewhere = ["--rules", a_file(tmp_path), "--since", "2020-01-01", "--hospital", "elsewhere"]
    assert cli.main(["guide", "simulate", *elsewhere]) == 2
    assert "没有登记这家医院" in capsys.readouterr().err


def test_tags_are_refused_even_where_no_guide_would_show_the_piece(
    world: World, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    new = a_file(tmp_path, tags={"dm-know": {"codes": 5}})
    assert world.content("dm-know").plan
    assert cli.main(["guide", "simulate", "--rules", new, "--since", "2999-01-01"]) == 2
    assert "标签有误" in capsys.readouterr().err


@pytest.mark.parametrize("tags", [{"colour": "red"}, {"stages": ["someday"]}, {"codes": ["糖尿病"]}])
def test_tags_that_nobody_knows_are_refused(
    world: World, capsys: pytest.CaptureFixture[str], tmp_path: Path, tags: dict[str, object]
) -> None:
    visit(world, RenalClass.NORMAL)
    new = a_file(tmp_path, tags={"dm-know": tags})
    assert cli.main(["guide", "simulate", "--rules", new, "--since", "2020-01-01"]) == 2
    assert "标签" in capsys.readouterr().err


def test_a_piece_that_was_taken_back_since_is_said_to_be_shown_no_more(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    guide_id = visit(world, None)
    assert "shown no more" not in run(capsys, "explain", guide_id)
    world.facts.supersede(HOSPITAL, "met-meal", replace(METFORMIN_STATEMENT, text=KIDNEYS), LI, EDITOR)
    [chosen] = explained(capsys, guide_id)["medication"]["chosen"]
    assert chosen["taken_back"] == [{"fact_id": "met-meal", "version": 1}]
    assert "shown no more: met-meal v1 was taken back" in run(capsys, "explain", guide_id)
