"""Plays content recall over the memory adapters, as the workflow of statemachines/content_recall.asl.json would."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from narrowcast.adapters.memory.workflows import MemoryWorkflows
from narrowcast.application.recalls import PROCESS, Closing, Correcting, Telling
from narrowcast.application.store import Actor
from narrowcast.domain.recall import NobodyEntitled, Step

ACTOR = Actor("system:recall")
AFTER_DECISION = {"signed": "CloseContent", "again": "RequestCorrection", "absorbed": "Ended"}
AFTER_STEP = {Step.WAIT: "WaitForLateRows", Step.CORRECT: "RequestCorrection", Step.TELL: "Tell", Step.OVER: "Ended"}


@dataclass
class Run:
    """An execution: the state it is in, and the token it waits with."""

    hospital: str
    recall: str
    state: str = "CloseContent"
    token: str = ""
    batches: tuple[int, ...] = ()


@dataclass
class Recalling:
    """Every execution that was started; `late` lets the waits for late rows and for a doctor end."""

    closing: Closing
    correcting: Correcting
    telling: Telling
    workflows: MemoryWorkflows
    runs: dict[str, Run] = field(default_factory=dict)

    def work(self) -> bool:
        """Take each run one step on; whether any went."""
        for (process, name), data in self.workflows.started.items():
            if process == PROCESS and name not in self.runs:
                self.runs[name] = Run(str(data["hospital"]), str(data["recall"]))
        went = [self._advance(name, run) for name, run in self.runs.items()]
        return any(went)

    def late(self) -> None:
        """Let the waits end that only take time."""
        after = {"WaitForLateRows": "FindRecipients", "WaitForADoctor": "RequestCorrection"}
        for run in self.runs.values():
            run.state = after.get(run.state, run.state)

    def _advance(self, name: str, run: Run) -> bool:
        before = replace(run)
        if run.token:
            self._hear(run)
        else:
            self._work(run)
        if run.state == "Ended":
            self.workflows.end(PROCESS, name)
        return run != before

    def _hear(self, run: Run) -> None:
        answer = self.workflows.answers.get(run.token)
        if answer:
            run.state, run.token = AFTER_DECISION[str(answer["decision"])], ""

    def _work(self, run: Run) -> None:
        where = (run.hospital, run.recall)
        match run.state:
            case "CloseContent":
                self.closing.close(*where, ACTOR)
                run.state = "FindRecipients"
            case "FindRecipients":
                found = self.closing.find(*where, ACTOR)
                run.state, run.batches = AFTER_STEP[found.step], found.batches
            case "RequestCorrection":
                self._ask(run)
            case "Tell":
                for batch in run.batches:
                    self.telling.tell(*where, batch, ACTOR)
                run.state = "Ended"

    def _ask(self, run: Run) -> None:
        run.token = f"recall-{run.recall}-{len(self.workflows.answers)}"
        self.workflows.wait(run.token)
        try:
            self.correcting.ask(run.hospital, run.recall, run.token, ACTOR)
        except NobodyEntitled:
            run.state, run.token = "WaitForADoctor", ""
