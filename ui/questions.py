"""What a person types → the question that is asked, the same at every door."""

from __future__ import annotations

from ui.errors import QuestionError
from ui.plain_text import plain

MAX_QUESTION_CHARACTERS = 4000


def checked_question(text: str, most: int = MAX_QUESTION_CHARACTERS) -> str:
    """The question without control characters and without white space around it.

    Raises QuestionError when nothing is left or more than ``most`` characters are.
    """
    question = plain(text).strip()
    if not question:
        raise QuestionError("The question is empty: write what you want to know.")
    if len(question) > most:
        raise QuestionError(
            f"The question has {len(question):,} characters and at most {most:,} are taken: "
            "shorten it, or ask in several turns."
        )
    return question
