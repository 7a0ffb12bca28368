"""Hostile text against a checker: what crashes it, what it takes long over, and which law of its verdict breaks.

    python -m tests.bench.fuzz_checks --checker facts|claims [--inputs 100000] [--seed 1]

Mutates the sentences of the corpora (swaps, deletions, repeats, words of the tables, any Unicode, wide forms, long and
very long texts) and exits 1 on a crash, a broken law or a slow verdict. Deterministic under its seed.
"""

from __future__ import annotations

import argparse
import gc
import json
import random
import sys
import time
import traceback
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from narrowcast.domain.control.claims import CHANNELS, check_channels, check_claims
from narrowcast.domain.control.facts import check_sentence
from narrowcast.domain.control.facts.normalization import bare, hidden_characters
from narrowcast.domain.control.facts.tables import drugs, everyday, foods, markers, units, words
from tests.bench.tables import say
from tests.support.fact_cases import CORPORA, faithful, load

CLAIM_SETS = Path(__file__).parents[1] / "domain" / "control" / "claims" / "sets"
MOST_TIMED = 2000
"""Characters up to which a verdict has a time limit."""
VERY_LONG = 50_000
SLOW_SECONDS = 0.05
MOST_SHOWN = 10
_COLLECT_EVERY = 20_000
_EVERY_FIRST = 5
"""One in so many seeds is judged before any is timed: some tables are read only for the words that ask for them."""

Facts = tuple[str, ...]
Mutation = Callable[[str, random.Random], str]
V = TypeVar("V")


@dataclass(frozen=True, slots=True)
class Seeds:
    """What inputs are made of: sentences with what they cite, and words to throw in."""

    cases: list[tuple[str, Facts]]
    words: list[str]


@dataclass(slots=True)
class Figures:
    """What a run found; every list holds the inputs themselves, spelled out by `repr`."""

    inputs: int = 0
    timed: int = 0
    crashes: list[str] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)
    slow: int = 0
    slowest: float = 0.0
    slowest_input: str = ""
    passed: Counter[str] = field(default_factory=Counter)


def seeds_of(checker: str) -> Seeds:
    """Return what to mutate for a checker."""
    names = sorted(path.stem for path in CORPORA.glob("*.txt"))
    cases = [(case.sentence, case.facts) for name in names for case in faithful(load(name))]
    if checker == "claims":
        lines = [line for name in ("training", "evasions") for line in _lines(CLAIM_SETS / f"{name}.jsonl")]
        cases += [(json.loads(line)["text"], ()) for line in lines] * 2
    return Seeds(cases, _table_words())


def _lines(path: Path) -> list[str]:
    return path.read_text("utf-8").splitlines()


def _table_words() -> list[str]:
    marks = [
        table for table in vars(markers).values() if isinstance(table, dict) and all(map(_is_text, table.values()))
    ]
    plain = [everyday.CONTENT, everyday.LIGHT]
    texts = [drugs.DRUGS, foods.FOODS, words.CONTENT, words.LIGHT, units.UNITS, *plain]
    texts += [text for table in marks for text in table.values()]
    return sorted({word for text in texts for word in text.split()} | set("，。、；：！？（）~-/%.半两十百千万零〇"))


def _is_text(value: object) -> bool:
    return isinstance(value, str)


# ---- mutations ----


def _cut(text: str, dice: random.Random) -> tuple[int, int]:
    start = dice.randrange(len(text) + 1)
    return start, min(len(text), start + dice.randint(1, 6))


def _swap(text: str, dice: random.Random) -> str:
    start, end = _cut(text, dice)
    other, last = sorted(_cut(text, dice))
    if end > other:
        return text[start:end][::-1] + text
    return text[:start] + text[other:last] + text[end:other] + text[start:end] + text[last:]


def _delete(text: str, dice: random.Random) -> str:
    start, end = _cut(text, dice)
    return text[:start] + text[end:]


def _repeat(text: str, dice: random.Random) -> str:
    start, end = _cut(text, dice)
    return text[:end] + text[start:end] * dice.randint(1, 12) + text[end:]


def _insert(made: Callable[[random.Random], str]) -> Mutation:
    def insert(text: str, dice: random.Random) -> str:
        at = dice.randrange(len(text) + 1)
        return text[:at] + made(dice) + text[at:]

    return insert


def _any_unicode(dice: random.Random) -> str:
    return "".join(chr(dice.choice(_PLANES)(dice)) for _ in range(dice.randint(1, 5)))


_PLANES: list[Callable[[random.Random], int]] = [
    lambda dice: dice.randrange(0x20),
    lambda dice: dice.randrange(0x80, 0x3000),
    lambda dice: dice.randrange(0x200B, 0x2070),
    lambda dice: dice.randrange(0xD800, 0xE000),
    lambda dice: dice.randrange(0x3000, 0xD800),
    lambda dice: dice.randrange(0xF900, 0x10000),
    lambda dice: dice.randrange(0x1F300, 0x1FAFF),
    lambda dice: dice.randrange(0x10000, 0x110000),
]


def _digits(dice: random.Random) -> str:
    return "".join(dice.choice("0123456789.,/~-+%万半一二三十百千两点分之每") for _ in range(dice.randint(1, 40)))


def _mixed_script(dice: random.Random) -> str:
    return "".join(dice.choice("абвΑΒΓאבجدहिกขあアㄅ가𝟘𝐠ⅣⅧ㎎㎖℃①⑳㈠㍿") for _ in range(dice.randint(1, 8)))


def _widen(text: str, _: random.Random) -> str:
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text)


def _shuffle(text: str, dice: random.Random) -> str:
    return "".join(dice.sample(text, len(text)))


def mutations_of(known: list[str]) -> list[Mutation]:
    """Return the mutations, with the words of the tables as the commonest to throw in."""
    word = _insert(lambda dice: dice.choice(known))
    unicode, digits, mixed = _insert(_any_unicode), _insert(_digits), _insert(_mixed_script)
    return [word, word, word, _swap, _delete, _repeat, digits, unicode, mixed, _widen, _shuffle]


def _lengthen(text: str, dice: random.Random) -> str:
    """Make two texts in a hundred long, and one in five thousand very long."""
    drawn = dice.randrange(5000)
    size = VERY_LONG if drawn == 0 else MOST_TIMED if drawn < 50 else 500 if drawn < 100 else 0
    return (text * (size // max(len(text), 1) + 1))[:size] if size else text


def mutated(text: str, mutations: list[Mutation], dice: random.Random) -> str:
    """Return a text after one to five mutations, sometimes a long one."""
    for _ in range(dice.randint(1, 5)):
        text = dice.choice(mutations)(text, dice)
    return _lengthen(text, dice)


# ---- what must hold ----


def _facts_input(seeds: Seeds, mutations: list[Mutation], dice: random.Random) -> tuple[str, Facts]:
    sentence, facts = dice.choice(seeds.cases)
    sentence = mutated(sentence, mutations, dice)
    if dice.random() < 0.3:
        facts = (*facts, dice.choice(seeds.cases)[0])
    if dice.random() < 0.1:
        facts = (mutated(facts[0], mutations, dice), *facts[1:])
    return sentence, (sentence,) if dice.random() < 0.05 else facts


def _judge_facts(sentence: str, facts: Facts, figures: Figures) -> None:
    verdict = _timed(figures, len(sentence), lambda: check_sentence(sentence, facts), sentence, facts)
    figures.passed[str(verdict.supported)] += 1
    if verdict.supported == bool(verdict.reasons):
        figures.broken.append(f"reasons against the verdict: {sentence!r} {facts!r}")
    if sentence in facts and bare(sentence) and not hidden_characters(sentence) and not verdict.supported:
        figures.broken.append(f"a sentence equal to its fact: {sentence!r}")
    if len(facts) > 1 and check_sentence(sentence, facts[::-1]) != verdict:
        figures.broken.append(f"order of the facts: {sentence!r} {facts!r}")


def _claims_input(seeds: Seeds, mutations: list[Mutation], dice: random.Random) -> tuple[str, Facts]:
    return mutated(dice.choice(seeds.cases)[0], mutations, dice), (dice.choice(CHANNELS),)


def _judge_claims(text: str, channel: Facts, figures: Figures) -> None:
    verdict = _timed(figures, len(text), lambda: check_claims(text, *channel), text, channel)
    figures.passed[verdict.label] += 1
    if any(hit.text != text[hit.start : hit.end] or not hit.text for hit in verdict.hits):
        figures.broken.append(f"a hit that is not in the text: {text!r}")
    if figures.inputs % 50 == 0 and check_channels(text)[channel[0]] != verdict:
        figures.broken.append(f"all channels at once: {text!r}")


def _timed(figures: Figures, length: int, judge: Callable[[], V], *given: object) -> V:
    started = time.process_time()
    verdict = judge()
    seconds = time.process_time() - started
    if length <= MOST_TIMED:
        figures.timed += 1
        figures.slow += seconds > SLOW_SECONDS
        if seconds > figures.slowest:
            figures.slowest, figures.slowest_input = seconds, repr(given)
    return verdict


CHECKERS = {"facts": (_facts_input, _judge_facts), "claims": (_claims_input, _judge_claims)}


def fuzz(checker: str, inputs: int, seed: int) -> Figures:
    """Throw inputs at a checker, the garbage collector held back while it is timed."""
    seeds, dice, figures = seeds_of(checker), random.Random(seed), Figures()  # noqa: S311 - test data
    mutations = mutations_of(seeds.words)
    made, judged = CHECKERS[checker]
    for sentence, facts in seeds.cases[:: _EVERY_FIRST if checker == "facts" else len(seeds.cases)]:
        judged(f"{sentence}药", facts if checker == "facts" else CHANNELS[:1], Figures())  # no equal one: reads tables
    gc.freeze()
    gc.disable()
    for number in range(1, inputs + 1):
        figures.inputs = number
        text, beside = made(seeds, mutations, dice)
        try:
            judged(text, beside, figures)
        except Exception:  # noqa: BLE001 - whatever it is, it is what the run looks for
            figures.crashes.append(f"{traceback.format_exc(limit=-2)}{(text, beside)!r}")
        if number % _COLLECT_EVERY == 0:
            gc.collect()
    return figures


def main() -> None:
    """Run and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--checker", choices=sorted(CHECKERS), required=True)
    parser.add_argument("--inputs", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    started = time.monotonic()
    figures = fuzz(options.checker, options.inputs, options.seed)
    say(f"{options.checker}: {figures.inputs} inputs, seed {options.seed}, {time.monotonic() - started:.0f} s")
    say(f"  verdicts             {dict(figures.passed)}")
    say(f"  crashes              {len(figures.crashes)}")
    say(f"  broken laws          {len(figures.broken)}")
    say(
        f"  over {SLOW_SECONDS * 1000:.0f} ms           {figures.slow} of {figures.timed} of <= {MOST_TIMED} characters"
    )
    say(f"  slowest              {figures.slowest * 1000:.1f} ms: {figures.slowest_input[:300]}")
    for found in (figures.crashes + figures.broken)[:MOST_SHOWN]:
        say(f"\n{found[:2000]}")
    sys.exit(bool(figures.crashes or figures.broken or figures.slow))


if __name__ == "__main__":
    main()
