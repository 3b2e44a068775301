"""What the name of a ledger's sheet tells where no column does: its branch, its loan status."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import PurePath

from campaign.book.codes import decode, vocabulary_of
from campaign.book.names import branch_key
from campaign.book.sheet_table import SheetTable
from campaign.findings import Finding
from campaign.vocabulary import LoanStatus, Severity

NAMED = 8
_BRANCH_WORDS = ("支行", "分理处", "营业部", "网点", "分社", "信用社", "营业室")
# Words of a name that only say that a ledger stands there.
_SAYS_NOTHING = re.compile(
    r"(?:sheet|工作表|贷款|借据|台账|明细|清单|数据|导出|汇总|报表|小微|客户|旧账|新账|表)"
    r"|[\d\s_.()（）\-年月日]+",
    re.IGNORECASE,
)


def from_sheet_names(tables: Sequence[SheetTable]) -> list[Finding]:
    """Take status and branch from the names of ledgers that lack the column; changes frames."""
    ledgers = [table for table in tables if table.role == "loans"]
    statuses = {table.label: told for table in ledgers if (told := _status_of(table))}
    for table in ledgers:
        if table.label in statuses:
            table.frames["loans"]["loan_status"] = statuses[table.label].value
    return _status_findings(ledgers, statuses) + _branches(tables, ledgers, set(statuses))


def _status_of(table: SheetTable) -> LoanStatus | None:
    if "loan_status" in table.frames["loans"]:
        return None
    name = _SAYS_NOTHING.sub("", table.sheet.name)
    (code,) = decode([name], vocabulary_of(LoanStatus)).values
    return LoanStatus(code) if code in set(LoanStatus) else None


def _status_findings(
    ledgers: Sequence[SheetTable], statuses: dict[str, LoanStatus]
) -> list[Finding]:
    named = [table for table in ledgers if table.label in statuses]
    if not named:
        return []
    rows = sum(len(table.frames["loans"]) for table in named)
    listed = "、".join(
        f"“{table.label}”{len(table.frames['loans'])} 行当作“{statuses[table.label].label}”"
        for table in named[:NAMED]
    )
    message = f"没有借据状态列，按表名认状态：{listed}；不对请改表名，或补借据状态列。"
    return [Finding("status_from_sheet_name", Severity.WARNING, message, rows)]


def _branches(
    tables: Sequence[SheetTable], ledgers: Sequence[SheetTable], of_status: set[str]
) -> list[Finding]:
    without = [table for table in ledgers if "branch" not in table.frames["loans"]]
    several_files = len({table.sheet.file for table in ledgers}) > 1
    names = {table.label: _telling_name(table, several_files) for table in without}
    one_a_branch = len(ledgers) > 1 and not of_status and all(names.values())
    roster = _roster_branches(tables)
    found = []
    for table in without:
        name = names[table.label]
        sure = any(word in name for word in _BRANCH_WORDS) or branch_key(name) in roster
        if sure or one_a_branch:
            table.frames["loans"]["branch"] = name
            found.append(name)
    if not found:
        return []
    listed = "、".join(f"“{name}”" for name in found[:NAMED])
    message = f"台账没有支行列，用表名或文件名当支行：{listed}。"
    return [Finding("branch_from_sheet_name", Severity.INFO, message, len(found))]


def _telling_name(table: SheetTable, several_files: bool) -> str:
    """Return the sheet's name, or the file's where only that one says anything."""
    if _SAYS_NOTHING.sub("", table.sheet.name):
        return table.sheet.name
    return _SAYS_NOTHING.sub("", PurePath(table.sheet.file).stem) if several_files else ""


def _roster_branches(tables: Sequence[SheetTable]) -> set[str]:
    return {
        branch_key(str(name))
        for table in tables
        if table.role == "managers" and "branch" in table.frames["managers"]
        for name in table.frames["managers"]["branch"].dropna().unique()
    }
