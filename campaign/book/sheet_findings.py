"""What is said about one sheet: each sentence names where, what was read, and what to do."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from campaign.book.candidate import Target
from campaign.book.cells import NO_PLACES
from campaign.book.column import Places
from campaign.book.convert import Noticed
from campaign.book.header_text import normalised
from campaign.book.industry import Industries
from campaign.book.matching import ColumnMatch
from campaign.book.raw_sheet import LONG
from campaign.book.sheet_table import SheetTable
from campaign.book.units import NEEDED, MoneyUnit
from campaign.findings import CELLS_SHOWN, Cells, Finding
from campaign.vocabulary import Field, Severity

ERROR, WARNING, INFO = Severity.ERROR, Severity.WARNING, Severity.INFO
LEDGER_BALANCE = Target("loans", "balance")
BAD_SHARE, FEW = 0.01, 2  # more balances than these that nobody can read stop the plan
ASKED_CODES = frozenset({"loan_class", "loan_status"})
# Days that nobody can tell for sure.
_OPEN_DAYS = {
    "month_only": ("只有年月，到期日不能猜是哪一天", "请补上日"),
    "day_or_month": ("分不清哪个是月、哪个是日", "请改成 2026-04-03 的样子"),
}
_REPAIRS = {
    "two_digit_year": ("两位年份按 20xx 年读", INFO),
    "month_only": ("只有年月，按当月 1 日读", INFO),
    "serial": ("是日期序列号（日期样式丢失），已换算", INFO),
    "open_end": ("是长期或占位日期，按空处理", INFO),
    "day_month": ("是日/月/年或月/日/年写法，按整列判断换算", INFO),
    "own_unit": ("自带单位，按自带单位换算", INFO),
    "paid_off": ("写的是已还清，按 0 读", INFO),
    "percent_format": ("表头写 %，单元格却是百分比格式的小数，按小数读", INFO),
}


def cells_at(table: SheetTable, column: int, positions: Places | Sequence[int]) -> Cells:
    """Return addresses of kept rows, given as positions among them, in a column."""
    rows = table.body.rows
    start = f"{table.label}!{table.sheet.letter(column)}"

    def named(places: Sequence[int]) -> list[str]:
        return [f"{start}{int(rows[place])}" for place in places]

    every = list(positions)
    return Cells.of(named(every[:CELLS_SHOWN]), lambda: named(every))


def column_findings(
    table: SheetTable, match: ColumnMatch, known: Field, noticed: Noticed
) -> list[Finding]:
    """Return what was noticed while a column was typed."""
    return [
        *_codes(table, match, known, noticed),
        *_bad(table, match, known, noticed),
        *_damaged(table, match, noticed),
        *_repairs(table, match, noticed),
    ]


def _where(table: SheetTable, match: ColumnMatch) -> str:
    return f"表“{table.label}”的列“{match.header.raw}”"


def _bad(table: SheetTable, match: ColumnMatch, known: Field, noticed: Noticed) -> list[Finding]:
    cells = cells_at(table, match.column, noticed.bad)
    if known.name == "annual_rate" and "unit_unknown" in noticed.notes:
        message = (
            f"{_where(table, match)}看不出是年利率 %、小数还是月利率 ‰（或几种混写）；"
            "请在表头注明，如“执行年利率（%）”，或在配方里写明："
            f'[units.{table.role}] 下写 "{normalised(match.header.raw)}" = "%"。'
        )
        return [Finding("unit_unknown", ERROR, message, len(noticed.bad), cells)]
    findings = []
    bad = noticed.bad
    for kind, (what, remedy) in _OPEN_DAYS.items():
        places = np.intersect1d(noticed.notes.get(kind, NO_PLACES), bad)
        if len(places):
            bad = np.setdiff1d(bad, places)
            sample = table.body.cells(match.column)[int(places[0])]
            message = f"{_where(table, match)}有 {len(places)} 格{what}（如“{sample}”），按空处理；{remedy}。"
            reason = f"“{match.header.raw}”{what}，按空处理；{remedy}。"
            cells = cells_at(table, match.column, places)
            findings.append(Finding(kind, WARNING, message, len(places), cells, reason))
    return findings + _unreadable(table, match, bad)


def _unreadable(table: SheetTable, match: ColumnMatch, bad: Places) -> list[Finding]:
    if not len(bad):
        return []
    cells = cells_at(table, match.column, bad)
    sample = table.body.cells(match.column)[int(bad[0])]
    message = f"{_where(table, match)}有 {len(bad)} 格读不出来（如“{sample}”），按空处理；请改正。"
    reason = f"“{match.header.raw}”读不出来，按空处理；请改正。"
    severity = WARNING
    if match.target == LEDGER_BALANCE and len(bad) > max(FEW, BAD_SHARE * len(table.body.rows)):
        severity = ERROR
        message += "余额读不出的太多，改好以前不能做方案。"
    return [Finding("unreadable_value", severity, message, len(bad), cells, reason)]


def _codes(table: SheetTable, match: ColumnMatch, known: Field, noticed: Noticed) -> list[Finding]:
    findings = []
    if noticed.bare:
        places = sorted(int(p) for found in noticed.bare.values() for p in found)
        listed = "、".join(sorted(noticed.bare)[:10])
        message = (
            f"{_where(table, match)}只有代码（{listed}），没有说明各是什么，不能猜；"
            f'请在配方 [codes.{known.name}] 下写 "{min(noticed.bare)}" = "…"，或在表头写图例，'
            f"如（{_example(known)}）。"
        )
        severity = ERROR if known.name in ASKED_CODES else WARNING
        cells = cells_at(table, match.column, places)
        findings.append(Finding("bare_code", severity, message, len(places), cells))
    if noticed.unknown:
        places = sorted(int(p) for found in noticed.unknown.values() for p in found)
        listed = "、".join(f"“{text}”" for text in sorted(noticed.unknown)[:6])
        message = (
            f"{_where(table, match)}有 {len(places)} 格的写法不认识（{listed}），按未知处理；"
            f"可在配方 [codes.{known.name}] 里写明。"
        )
        cells = cells_at(table, match.column, places)
        reason = f"“{match.header.raw}”的写法不认识，按未知处理；请改正或在配方里写明。"
        findings.append(Finding("unknown_code", WARNING, message, len(places), cells, reason))
    if noticed.loose and known.values is not None:
        pairs = "、".join(
            f"“{text}”→{known.values(code).label}"
            for text, code in sorted(noticed.loose.items())[:6]
        )
        message = f"{_where(table, match)}的写法按其中的字样归类：{pairs}。"
        findings.append(Finding("loose_code", INFO, message, len(noticed.loose)))
    return findings


def _example(known: Field) -> str:
    """Return a legend of a closed list as one would write it."""
    members = list(known.values or ())[:2]
    return " ".join(f"{number}:{member.label}" for number, member in enumerate(members, start=1))


def _damaged(table: SheetTable, match: ColumnMatch, noticed: Noticed) -> list[Finding]:
    masked = noticed.notes.get("masked")
    if masked is not None:
        message = (
            f"{_where(table, match)}有 {len(masked)} 格已脱敏（带 *），不能当编号用；"
            "请用没有脱敏的编号重新导出。"
        )
        reason = f"“{match.header.raw}”已脱敏，不能当编号用。"
        cells = cells_at(table, match.column, masked)
        return [Finding("masked_identifier", WARNING, message, len(masked), cells, reason)]
    places = noticed.notes.get("damaged")
    if places is None:
        return []
    message = (
        f"{_where(table, match)}有 {len(places)} 格是 16 位以上的数字，Excel 已把末几位变成 0，"
        "不能当编号用；请把该列设为文本后重新导出。"
    )
    cells = cells_at(table, match.column, places)
    reason = f"“{match.header.raw}”的末几位已被 Excel 变成 0，不能当编号用；请按文本重新导出。"
    return [Finding("damaged_identifier", WARNING, message, len(places), cells, reason)]


def _repairs(table: SheetTable, match: ColumnMatch, noticed: Noticed) -> list[Finding]:
    findings = []
    for kind, (what, severity) in _REPAIRS.items():
        places = np.setdiff1d(noticed.notes.get(kind, NO_PLACES), noticed.bad)
        if len(places):
            message = f"{_where(table, match)}有 {len(places)} 格{what}。"
            cells = cells_at(table, match.column, places)
            findings.append(Finding(f"repaired_{kind}", severity, message, len(places), cells))
    return findings


def not_kept(table: SheetTable) -> list[Finding]:
    """Say which columns of a long table were not read to their end, for nothing needs them."""
    sheet, found = table.sheet, table.found
    columns = [column for column in sheet.unkept if column in found.named]
    if not columns:
        return []
    names = "、".join(f"“{found.headers[column].raw}”" for column in columns)
    message = (
        f"表“{table.label}”有 {sheet.height:,} 行，用不到的栏目（{names}）只装入了前 {LONG:,} 行，以免占满内存；"
        "若其中有要用的，请把表头改成看得懂的名称再读。"
    )
    cells = tuple(f"{table.label}!{sheet.letter(c)}{found.bottom + 1}" for c in columns)
    return [Finding("columns_not_kept", INFO, message, len(columns), cells)]


def cut_certificates(table: SheetTable, match: ColumnMatch) -> Finding:
    """Say that certificate numbers were cut to 15 digits somewhere on their way."""
    message = (
        f"{_where(table, match)}多个 18 位号码末三位为 000，像是被 Excel 截断过，不能用来认人；"
        "请从系统按文本重新导出。"
    )
    cells = cells_at(table, match.column, range(1))
    return Finding("identifier_cut", WARNING, message, cells=cells)


def unit_unknown(table: SheetTable, match: ColumnMatch, unit: MoneyUnit) -> Finding:
    """Ask for the unit of a money column, with the evidence."""
    assert match.target is not None
    severity = ERROR if match.target.field in NEEDED else WARNING
    message = (
        f"{_where(table, match)}没有注明单位（{unit.evidence}）；"
        "请用 --unit 万元（或元、千元、亿元）指明，或在表头写（元）（万元）。"
    )
    return Finding("unit_unknown", severity, message, cells=cells_at(table, match.column, range(1)))


def unit_inferred(table: SheetTable, match: ColumnMatch, unit: MoneyUnit) -> Finding:
    """Say which unit was taken although none is written, and why."""
    why = "数值只可能是" if unit.origin == "values" else "与同表注明单位的列大小相当，按"
    message = f"{_where(table, match)}没有注明单位，{why}{unit.name}（{unit.evidence}）。"
    return Finding("unit_inferred", INFO, message, cells=cells_at(table, match.column, range(1)))


def industry_findings(table: SheetTable, joined: Industries) -> list[Finding]:
    """Say where industry code and name disagree, and what is in no standard."""
    findings = []
    if joined.by_name:
        message = (
            f"表“{table.label}”有 {joined.by_name} 行的行业代码与名称不一致（多为 2011 版代码），"
            "按名称归类。"
        )
        findings.append(Finding("industry_by_name", INFO, message, joined.by_name))
    if joined.wide:
        message = (
            f"表“{table.label}”有 {len(joined.wide)} 种行业只写到门类（{_quoted(joined.wide)}），"
            "没有细行业，代码按未知处理；旺季只能从名称、用途里的字词判断。"
        )
        findings.append(Finding("wide_industry", INFO, message, len(joined.wide)))
    if joined.unknown:
        message = (
            f"表“{table.label}”有 {len(joined.unknown)} 种行业写法对不上国标"
            f"（{_quoted(joined.unknown)}），保留名称，代码按未知处理。"
        )
        findings.append(Finding("unknown_industry", WARNING, message, len(joined.unknown)))
    return findings


def _quoted(texts: Sequence[str], most: int = 6) -> str:
    return "、".join(f"“{text}”" for text in texts[:most])
