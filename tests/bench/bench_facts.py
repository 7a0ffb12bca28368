"""Figures of the fact check: what it catches and accepts on its corpora, and how fast. Prints, asserts nothing.

    python -m tests.bench.bench_facts [--corpus seen] [--show faithful|dose|…]

`--show` prints the wrong verdicts of one kind, but never those of an unseen corpus: whoever writes the rules must not
read them.
"""

from __future__ import annotations

import argparse
import time
from collections import defaultdict

from narrowcast.domain.control.facts import Verdict, check_sentence
from tests.bench.tables import say
from tests.support.fact_cases import CORPORA, SEEN_CLAIMS, UNSEEN_CLAIMS, Case, faithful, load, mutated

UNSEEN = "unseen"
_FIRST = 100
"""Cases that are judged before any is timed."""
Judged = list[tuple[Case, Verdict]]


def cases_of(corpus: str) -> list[Case]:
    """Return every case of a corpus, each once."""
    topics = load(corpus)
    claims = UNSEEN_CLAIMS if corpus.startswith(UNSEEN) else SEEN_CLAIMS
    return list(dict.fromkeys([*faithful(topics), *mutated(topics, 7, claims)]))


def is_right(case: Case, verdict: Verdict) -> bool:
    """Say whether the verdict is the one that the case was made for."""
    return verdict.supported == (case.kind == "faithful")


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--show", default="", help="print the wrong verdicts of this kind")
    parser.add_argument("--corpus", default="", help="only this corpus")
    options = parser.parse_args()
    corpora = [options.corpus] if options.corpus else sorted(path.stem for path in CORPORA.glob("*.txt"))
    for case in cases_of(corpora[0])[:_FIRST]:
        check_sentence(case.sentence, case.facts)  # reads the tables
    for corpus in corpora:
        _report(corpus, options.show)


def _report(corpus: str, shown: str) -> None:
    cases = cases_of(corpus)
    started = time.process_time()
    judged = [(case, check_sentence(case.sentence, case.facts)) for case in cases]
    seconds = time.process_time() - started
    kinds: dict[str, Judged] = defaultdict(list)
    for case, verdict in judged:
        kinds[case.kind].append((case, verdict))
    unsupported = [pair for pair in judged if pair[0].kind != "faithful"]
    say(f"{corpus}: {len(cases) / seconds:.0f} sentences/s")
    say(f"  faithful accepted    {_ratio(kinds['faithful'])}")
    say(f"  unsupported caught   {_ratio(unsupported)}")
    for kind in sorted(kinds.keys() - {"faithful"}):
        say(f"    {kind:18} {_ratio(kinds[kind])}")
    for case, verdict in kinds[shown] if shown and not corpus.startswith(UNSEEN) else []:
        if not is_right(case, verdict):
            _show(case, verdict)


def _ratio(judged: Judged) -> str:
    right = sum(is_right(*pair) for pair in judged)
    return f"{right:5}/{len(judged):<5} {right / max(len(judged), 1):.3f}"


def _show(case: Case, verdict: Verdict) -> None:
    say(f"\n{' | '.join(case.facts)}\n    {case.sentence}")
    for reason in verdict.reasons:
        say(f"      {reason.kind}: {reason.expected!r} -> {reason.found!r}")


if __name__ == "__main__":
    main()
