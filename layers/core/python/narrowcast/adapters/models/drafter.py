"""Drafts with a model, whichever way it is reached. The draft is nothing until the checks have judged it."""

from __future__ import annotations

from narrowcast.adapters.models.answers import read_draft
from narrowcast.adapters.models.model import Model, Question, UnusableAnswerError
from narrowcast.adapters.models.prompt import SCHEMA, SYSTEM, user_message
from narrowcast.application.ports import DrafterError
from narrowcast.domain.draft import Brief, Draft


class ModelDrafter:
    """Drafter behind a model. One call without repetition; the workflow repeats."""

    def __init__(self, model: Model) -> None:
        self._model = model

    @property
    def name(self) -> str:
        """Adapter and model."""
        return self._model.name

    def draft(self, brief: Brief) -> Draft:
        question = Question("draft", "提交稿件", SYSTEM, user_message(brief), SCHEMA)
        try:
            return read_draft(self._model.ask(question), brief)
        except UnusableAnswerError as fault:
            raise DrafterError(str(fault)) from None
