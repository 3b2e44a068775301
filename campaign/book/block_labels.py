"""Lines between blocks of loans that name their branch or manager: 支行：城南 客户经理：张三."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from campaign.book.sheet_table import SheetTable
from campaign.findings import Finding
from campaign.vocabulary import Severity

_BRANCH = r"[\u4e00-\u9fff]{2,12}(?:支行|分理处|营业部|网点|分社|信用社|营业室)"
# What a label names, and how it is written; texts come without blanks, parts joined by ；.
_NAMED = {
    "branch": re.compile(
        rf"(?:^|；)(?:(?:所属|经办|管户)?(?:支行|机构|网点|部门|机构名称|支行名称)[:：]([^；:：]{{2,20}})"
        rf"|({_BRANCH})[:：]?)(?=；|$)"
    ),
    "manager_name": re.compile(
        r"(?:^|；)(?:主办|管户|主管)?(?:客户经理|管户人|信贷员|责任人)(?:姓名)?[:：]([^；:：]{2,20})(?=；|$)"
    ),
}
_WORDS = {"branch": "支行", "manager_name": "客户经理"}


def fill_from_labels(tables: Sequence[SheetTable]) -> list[Finding]:
    """Take the branch or manager named above a block of loans for its rows; changes frames.

    Only for a field that the sheet has no column for.
    """
    findings = []
    for name, pattern in _NAMED.items():
        filled = [
            table for table in tables if table.role == "loans" and _fill(table, name, pattern)
        ]
        if filled:
            sheets = "、".join(f"“{table.label}”" for table in filled)
            word = _WORDS[name]
            message = f"表{sheets}没有{word}列，用各段上方写的{word}。"
            kind = "branch_from_labels" if name == "branch" else "manager_from_labels"
            findings.append(Finding(kind, Severity.INFO, message, len(filled)))
    return findings


def _fill(table: SheetTable, name: str, pattern: re.Pattern[str]) -> bool:
    """Fill one field from the labels of a table; return whether there were any."""
    frame = table.frames["loans"]
    if name in frame or (name == "manager_name" and "manager_id" in frame):
        return False
    marks = {row: _named(text, pattern) for row, text in table.body.labels.items()}
    marks = {row: text for row, text in sorted(marks.items()) if text}
    if not marks:
        return False
    above = [named for text in table.found.title.texts if (named := _named(_plain(text), pattern))]
    places = np.searchsorted(np.array(list(marks)), table.body.rows - 1) - 1
    texts = [*marks.values(), above[-1] if above else None]
    frame[name] = np.array(texts, dtype=object)[places]
    return True


def _plain(text: str) -> str:
    return re.sub(r"\s", "", text)


def _named(text: str, pattern: re.Pattern[str]) -> str | None:
    match = pattern.search(text)
    return next((part for part in match.groups() if part), None) if match else None
