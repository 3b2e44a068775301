"""What only the user can say of a book as a whole, for the page: sheets, files, kinds of loan."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from campaign.vocabulary import ANSWERS, BookQuestion, Severity

if TYPE_CHECKING:
    from campaign.book.recipe import Recipe
    from campaign.findings import Finding

LEGENDS = {
    BookQuestion.HIDDEN_SHEET: "隐藏的表要不要读？",
    BookQuestion.ARCHIVE_MEMBER: "压缩包里读哪几个文件？",
    BookQuestion.REPEATED_NOTE: "同一借据号有好几行，是哪一种？",
    BookQuestion.SCOPE: "这些业务算不算开门红？",
    BookQuestion.FILL_DOWN: "空着的格，是不是同上一行？",
    BookQuestion.STACKED_TABLE: "一张表里上下叠放的另一张，是什么？",
}
# Asked once for a bank's files even though a usual answer is at hand.
ASKED_ONCE = (BookQuestion.ARCHIVE_MEMBER, BookQuestion.SCOPE)


@dataclass(frozen=True)
class Choice:
    """One thing to choose about a book.

    Attributes:
        question: Code of the question.
        about: A sheet, a file, a kind of loan.
        answer: Code of the answer that holds; empty while open.
        evidence: What was found, a sentence.
        must: Whether nothing can be planned before it is answered.
    """

    question: str
    about: str
    answer: str
    evidence: str
    must: bool

    @property
    def name(self) -> str:
        """Return the name of its field in the form."""
        return f"b.{self.question}.{self.about}"

    @property
    def legend(self) -> str:
        """Return the question in words."""
        return LEGENDS[BookQuestion(self.question)]

    @property
    def options(self) -> list[tuple[str, str]]:
        """Return the answers to choose from: code and label."""
        return [(choice.value, choice.label) for choice in ANSWERS[BookQuestion(self.question)]]


def choices_of(findings: Iterable[Finding]) -> tuple[Choice, ...]:
    """Return the choices that findings leave, what must be answered first."""
    found = [
        Choice(
            ask.question.value,
            ask.key,
            ask.answer,
            finding.message,
            not ask.answer and finding.severity is Severity.ERROR,
        )
        for finding in findings
        for ask in finding.asks
    ]
    return tuple(sorted(found, key=lambda choice: not choice.must))


def is_to_be_asked(choices: Iterable[Choice], known: Recipe | None) -> bool:
    """Return whether the user has to be asked now: it must be known, or was never asked."""
    answered = known.answers if known else {}
    return any(
        choice.must or (choice.question in ASKED_ONCE and choice.question not in answered)
        for choice in choices
    )


def chosen(
    choices: Iterable[Choice], form: Mapping[str, str], before: Recipe
) -> dict[str, dict[str, str]]:
    """Return the answers of a recipe after what a form says of these choices."""
    answers = {question: dict(given) for question, given in before.answers.items()}
    for choice in choices:
        answer = form.get(choice.name, "")
        if answer in dict(choice.options):
            answers.setdefault(choice.question, {})[choice.about] = answer
    return answers


def kept_choices(values: Iterable[dict[str, Any]]) -> tuple[Choice, ...]:
    """Return choices from plain JSON values."""
    return tuple(Choice(**value) for value in values)
