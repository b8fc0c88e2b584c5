"""What an assistant under test is."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

from assistant.evaluation.cases import Case, Filters, Turn
from assistant.evaluation.errors import TargetError
from assistant.evaluation.reply import Reply


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """What a target is asked. ``id`` is that of the case, "" outside of one: only stored answers look at it."""

    question: str
    history: tuple[Turn, ...] = ()
    filters: Filters = field(default_factory=Filters)
    id: str = ""

    @classmethod
    def of(cls, case: Case) -> Query:
        """The query of a case."""
        return cls(question=case.question, history=case.history, filters=case.filters, id=case.id)


class Target(Protocol):
    """An assistant under test; asked from one thread at a time."""

    @property
    def name(self) -> str:
        """What reports call it."""
        ...

    def ask(self, query: Query) -> Reply:
        """Its reply. Raises TargetError where there is none."""
        ...

    def close(self) -> None:
        """Give back what it holds; it is not asked again."""
        ...


def without_filters(query: Query, name: str) -> None:
    """See that a query can be asked of a target that cannot be narrowed: answered from everything, it would be another
    question. Raises TargetError.
    """
    if query.filters.documents or query.filters.collections:
        raise TargetError(f"{name} cannot be narrowed to some documents or collections; remove {_filters_of(query)}.")


def _filters_of(query: Query) -> str:
    return f"the filters of the case {query.id!r}" if query.id else "the filters"
