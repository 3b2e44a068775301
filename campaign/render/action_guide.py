"""The last sheets of a manager's workbook: 填报说明, and the hidden keys."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import zip_longest
from typing import Any

from campaign.render.action_pack import CampaignFacts, ManagerPack, workbook_keys
from campaign.render.action_sheets import PRINTED_ROWS, PRINTED_WEEKS
from campaign.render.action_writer import close_sheet, write_top
from campaign.render.guidance import Guidance
from campaign.render.xlsx_lists import Column, spread, write_heads, write_rows, write_section
from campaign.render.xlsx_styles import Workbook
from campaign.vocabulary import KEY_NAMES, VisitOutcome, WorkbookSheet

WIDTHS = (14.0, 66.0, 44.0, 72.0)
OUTCOME_MEANING = {
    VisitOutcome.NOT_MET: "没见到或没打通",
    VisitOutcome.FOLLOW_UP: "见到了，还没有明确意向，约了下次",
    VisitOutcome.INTERESTED: "明确说要用款或愿意谈，请填意向金额",
    VisitOutcome.APPLIED: "已递交申请",
    VisitOutcome.APPROVED: "审批通过，尚未用款",
    VisitOutcome.DISBURSED: "已放款，金额填在意向金额栏",
    VisitOutcome.NO_NEED: "目前不需要",
    VisitOutcome.REFUSED: "明确拒绝，以后不再联系",
    VisitOutcome.REJECTED: "不符合准入，备注写明原因",
}
HOW_TO_FILL = (
    ("填哪里", "只有浅色格可以填写：走访日程、电话的结果栏，和“新联系人”页。其余各格已锁定（无密码）。"),
    ("怎么填", "日期写成 2027-01-08；金额单位万元；结果从下拉框里选；转介人数填当次问到的人数。"),
    ("写案例", "放款后花五分钟，在同一行最右边三格写下怎么来的、做对了什么、能带来谁；收回后汇成一页给大家看，写法上不要出现客户姓名和电话。"),
    ("筛选排序", "筛选可直接使用。要排序，先在“审阅”里撤销工作表保护（无密码）；每行有隐藏编号，排序、筛选、移动列都不会串行。"),
    ("打印", f"走访日程、电话只打印前 {PRINTED_WEEKS} 周，排名的清单只打印前 {PRINTED_ROWS} 行。"
     "要打印别的一周：在“活动周”列筛选这一周，选中这些行，打印时选“打印选定区域”。不必打印整本。"),
    ("填写处", "同一客户列在几张表里，结果只在“填写处”所指的一行填；写“未排”的没有排入，走访后记在备注。"),
    ("计划外走访", "记在相近一行的备注里，写明客户；新问到的人写进“新联系人”页。"),
    ("交回", "每周五把填好的文件交支行，文件名不要改；用 WPS 保存也可以。"),
    ("红线", "不承诺额度、不说“已批准”；不向客户出示本表；电话拒绝的不再拨打；用完按内部资料保管或销毁。"),
)  # fmt: skip


def write_guide(book: Workbook, facts: CampaignFacts, pack: ManagerPack) -> None:
    """Write 填报说明: how to fill in, what to say and ask, papers."""
    sheet = book.sheet(WorkbookSheet.GUIDE.label)
    for place, width in enumerate(WIDTHS):
        sheet.set_column(place, place, width)
    write_top(book, sheet, f"{WorkbookSheet.GUIDE.label}　{pack.title}", facts.basis, WIDTHS)
    row = 3
    for title, columns, rows in _guide_sections(facts, pack):
        write_section(book, sheet, row, title, WIDTHS)
        shown = spread(columns, WIDTHS)
        write_heads(book, sheet, (row + 1, 0), shown)
        row = write_rows(book, sheet, (row + 2, 0), shown, rows) + 1
    sheet.freeze_panes(2, 0)
    sheet.print_area(0, 0, row - 2, len(WIDTHS) - 1)
    close_sheet(sheet, facts, pack)


def write_keys(book: Workbook, facts: CampaignFacts, pack: ManagerPack) -> None:
    """Write the very hidden sheet that says whose workbook of which plan this is."""
    sheet = book.sheet(WorkbookSheet.KEYS.label)
    values = workbook_keys(facts, pack)
    for row, name in enumerate(KEY_NAMES):
        book.put(sheet, row, 0, name, "key")
        book.put(sheet, row, 1, values[name], "key")
    sheet.very_hidden()
    sheet.protect()


def _guide_sections(
    facts: CampaignFacts, pack: ManagerPack
) -> Iterator[tuple[str, tuple[Column, ...], Sequence[Sequence[Any]]]]:
    words = facts.guidance
    yield "怎样填写", (Column("事项", "bold"), Column("说明", "wrap", span=3)), HOW_TO_FILL
    result, meaning = Column("结果", "bold"), Column("意思", "wrap")
    yield "结果怎么选", (result, meaning, result, meaning), _outcomes()
    yield (
        "怎么说（按目的）",
        (Column("目的", "bold"), Column("话术", "wrap", span=2), Column("要得到", "wrap")),
        _by_head(words.calls),
    )
    yield (
        "先问什么、先发什么资料（按贷款种类）",
        (
            Column("贷款种类", "bold"),
            Column("尽调前先问（初判）", "wrap"),
            Column("何种回答即止", "wrap"),
            Column("提前发给客户的资料清单（看什么）", "wrap"),
        ),
        _by_kind(words),
    )


def _outcomes() -> list[tuple[str, ...]]:
    """Return outcomes with their meaning, two a row, down the left and then the right."""
    told = [(outcome.label, OUTCOME_MEANING[outcome]) for outcome in VisitOutcome]
    half = (len(told) + 1) // 2
    return [
        (*left, *right) for left, right in zip_longest(told[:half], told[half:], fillvalue=("", ""))
    ]


def _by_kind(words: Guidance) -> list[tuple[str, ...]]:
    """Return one row a kind of loan: questions, what ends it, papers; each on a line of its own."""
    asked = _by_head([(kind, f"{what}：{ask}", stop) for kind, what, ask, stop in words.questions])
    papers = _by_head([(kind, f"{paper}（{why}）") for kind, paper, why in words.documents])
    sent = {kind: listed for kind, listed in papers}
    return [(kind, ask, stop, sent.get(kind, "")) for kind, ask, stop in asked]


def _by_head(rows: Sequence[Sequence[str]]) -> list[tuple[str, ...]]:
    r"""Return one row for each first cell; the other cells hold numbered lines.

    >>> _by_head([("续贷", "问好", "约时间"), ("续贷", "谈", "定")])
    [('续贷', '1. 问好\n2. 谈', '1. 约时间\n2. 定')]
    """
    groups: dict[str, list[Sequence[str]]] = {}
    for head, *cells in rows:
        groups.setdefault(head, []).append(cells)
    return [
        (head, *("\n".join(_numbered(column)) for column in zip(*cells, strict=True)))
        for head, cells in groups.items()
    ]


def _numbered(lines: Sequence[str]) -> list[str]:
    return [f"{number}. {line}" for number, line in enumerate(lines, start=1)]
