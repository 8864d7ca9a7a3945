"""Three-valued answers: yes, no, and not known, each with its reason."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(slots=True, unsafe_hash=True)
class Answer:
    """What is known about a question. Nothing of it is changed once it is made; there are a hundred for every finding.

    Attributes:
        value: True, False, or None when it is not known.
        reason: a few words on why it is not a plain yes; shown to people.
    """

    value: bool | None
    reason: str = ""

    def __bool__(self) -> bool:
        raise TypeError("an Answer has three values: ask for .value, .yes or .possible")

    @property
    def yes(self) -> bool:
        """Whether it is proven."""
        return self.value is True

    @property
    def possible(self) -> bool:
        """Whether it is not disproven."""
        return self.value is not False


YES = Answer(True)


def no(reason: str) -> Answer:
    """A proven no."""
    return Answer(False, reason)


def unknown(reason: str) -> Answer:
    """Neither proven nor disproven."""
    return Answer(None, reason)


def negate(answer: Answer) -> Answer:
    """Yes and no exchanged; not known stays not known."""
    return Answer(None if answer.value is None else not answer.value, answer.reason)


def all_of(answers: Iterable[Answer]) -> Answer:
    """Kleene conjunction: the first no decides, else the first unknown."""
    doubt: Answer | None = None
    for answer in answers:
        if answer.value is False:
            return answer
        if answer.value is None and doubt is None:
            doubt = answer
    return YES if doubt is None else doubt


def any_of(answers: Iterable[Answer]) -> Answer:
    """Kleene disjunction: the first yes decides, else the first unknown, else the last no."""
    doubt: Answer | None = None
    last = no("none of the alternatives holds")
    for answer in answers:
        if answer.value is True:
            return answer
        if answer.value is None and doubt is None:
            doubt = answer
        last = answer
    return last if doubt is None else doubt
