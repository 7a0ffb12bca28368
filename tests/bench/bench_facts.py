"""Figures of the fact check: what it catches and accepts on the two corpora, and how fast. Prints, asserts nothing.

    python -m tests.bench.bench_facts [--show faithful|dose|…] [--corpus seen]
"""

from __future__ import annotations

import argparse
import time
from collections import Counter, defaultdict

from narrowcast.domain.control.facts import check_sentence
from tests.support.fact_cases import SEEN_CLAIMS, UNSEEN_CLAIMS, Case, faithful, load, mutated


def cases_of(corpus: str) -> list[Case]:
    """Return every case of a corpus, each once."""
    topics = load(corpus)
    claims = SEEN_CLAIMS if corpus.startswith("seen") else UNSEEN_CLAIMS
    return list(dict.fromkeys([*faithful(topics), *mutated(topics, 7, claims)]))


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--show", default="", help="print the wrong verdicts of this kind")
    parser.add_argument("--corpus", default="", help="only this corpus")
    options = parser.parse_args()
    for corpus in [options.corpus] if options.corpus else ["seen", "seen_more", "seen_shapes", "seen_first", "seen_second", "seen_third"]:
        _report(corpus, options.show)


def _report(corpus: str, shown: str) -> None:
    cases = cases_of(corpus)
    started = time.process_time()
    verdicts = [check_sentence(case.sentence, case.facts) for case in cases]
    seconds = time.process_time() - started
    right: Counter[str] = Counter()
    named: Counter[str] = Counter()
    total: Counter[str] = Counter()
    wrong = defaultdict(list)
    for case, verdict in zip(cases, verdicts, strict=True):
        total[case.kind] += 1
        right[case.kind] += verdict.supported == (case.kind == "faithful")
        named[case.kind] += case.kind in {reason.kind for reason in verdict.reasons}
        if verdict.supported != (case.kind == "faithful"):
            wrong[case.kind].append((case, verdict))
    unsupported = sum(count for kind, count in total.items() if kind != "faithful")
    caught = sum(count for kind, count in right.items() if kind != "faithful")
    print(f"{corpus}: faithful accepted {right['faithful']}/{total['faithful']} = {right['faithful'] / total['faithful']:.3f}")
    print(f"{corpus}: unsupported caught {caught}/{unsupported} = {caught / unsupported:.3f}, {len(cases) / seconds:.0f} sentences/s")
    for kind in sorted(total):
        print(f"  {kind:18} {right[kind]:4}/{total[kind]:<4} {right[kind] / total[kind]:.3f}  named so {named[kind] / total[kind]:.2f}")
    for case, verdict in [] if corpus.startswith("unseen") else wrong[shown]:
        print(f"\n{' | '.join(case.facts)}\n    {case.sentence}")
        for reason in verdict.reasons:
            print(f"      {reason.kind}: {reason.expected!r} -> {reason.found!r}")


if __name__ == "__main__":
    main()
