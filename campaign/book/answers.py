"""What the user said of a book as a whole: hidden sheets, archives, repeated notes, scope."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from campaign.errors import SettingsError
from campaign.findings import Finding, asks_of
from campaign.vocabulary import ALL, ANSWERS, BookQuestion, Labelled, Loading, Severity

# Question → what it is about (or 全部) → code of the answer.
Answers = Mapping[str, Mapping[str, str]]
NO_ANSWERS: Answers = {}
WITH_HIDDEN_SHEETS: Answers = {BookQuestion.HIDDEN_SHEET.value: {ALL: Loading.LOAD.value}}


def answer_to(answers: Answers, question: BookQuestion, key: str) -> str:
    """Return the code that was answered for a key or for all, else an empty text.

    >>> answer_to({"scope": {"全部": "counted"}}, BookQuestion.SCOPE, "信用卡")
    'counted'
    """
    given = answers.get(question, {})
    return given.get(key) or given.get(ALL, "")


def unused_answers(answers: Answers, findings: Sequence[Finding]) -> list[Finding]:
    """Return that answers are about what the files do not have."""
    asked = {(ask.question.value, ask.key) for ask in asks_of(findings)}
    unused = [
        f"{BookQuestion(question).label}:{key}"
        for question, given in answers.items()
        for key in given
        if key != ALL and (question, key) not in asked
    ]
    if not unused:
        return []
    message = (
        f"答案“{'”、“'.join(unused)}”在这份文件里没有用上；若是写错了，请照 check 列出的写法改。"
    )
    return [Finding("answer_unused", Severity.INFO, message, len(unused))]


def hidden_sheets_wanted(answers: Answers) -> str:
    """Return the hidden sheets that a reader is to load, as `ReaderProcess` takes them.

    No name of a sheet may hold a stroke or a star.

    >>> hidden_sheets_wanted({"hidden_sheet": {"旧账": "load", "草稿": "skip"}})
    '旧账'
    """
    given = answers.get(BookQuestion.HIDDEN_SHEET, {})
    names = [name for name, answer in given.items() if answer == Loading.LOAD]
    return "*" if ALL in names else "/".join(names)


def answers_from(found: Any) -> dict[str, dict[str, str]]:
    """Return the answers of a recipe's [answers.…] sections.

    Raises:
        SettingsError: A question or an answer is not known.
    """
    if not isinstance(found, dict):
        raise SettingsError("配方 [answers] 应分成 [answers.scope] 这样的小节。")
    answers: dict[str, dict[str, str]] = {}
    for name, given in found.items():
        question = _question(name)
        if not isinstance(given, dict) or not all(isinstance(v, str) for v in given.values()):
            raise SettingsError(f'配方 [answers.{name}] 应写成 "全部" = "答案" 的样子。')
        answers[question.value] = {key: _answer(question, text) for key, text in given.items()}
    return answers


def answers_of_texts(texts: Iterable[str]) -> dict[str, dict[str, str]]:
    """Return the answers of texts like 隐藏表:旧账=装入; without a key they hold for all.

    Raises:
        SettingsError: A text is of another shape, or names what is not known.

    Example:
        >>> answers_of_texts(["开门红口径:信用卡=计入", "隐藏表=装入"])
        {'scope': {'信用卡': 'counted'}, 'hidden_sheet': {'全部': 'load'}}
    """
    answers: dict[str, dict[str, str]] = {}
    for text in texts:
        about, sign, answer = text.rpartition("=")
        name, *rest = re.split("[:：]", about, maxsplit=1)
        if not sign:
            raise SettingsError(f"答案读到“{text}”，看不懂。", "请写成 隐藏表:旧账=装入 的样子。")
        question = _question(name.strip())
        answers.setdefault(question.value, {})["".join(rest).strip() or ALL] = _answer(
            question, answer
        )
    return answers


def answer_label(question: str, answer: str) -> str:
    """Return the Chinese label of an answer's code."""
    return ANSWERS[BookQuestion(question)](answer).label


def _question(name: str) -> BookQuestion:
    for question in BookQuestion:
        if name in (question.value, question.label):
            return question
    known = "、".join(question.label for question in BookQuestion)
    raise SettingsError(f"没有“{name}”这个问题。", f"可用的有 {known}。")


def _answer(question: BookQuestion, text: str) -> str:
    choices: list[Labelled] = list(ANSWERS[question])
    for choice in choices:
        if text.strip() in (choice.value, choice.label):
            return choice.value
    known = "、".join(choice.label for choice in choices)
    raise SettingsError(f"“{question.label}”没有“{text}”这个答案。", f"可用的有 {known}。")
