"""The lists of a manager's workbook: columns, notes, and why a list is empty."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import takewhile

from campaign.render.action_pack import ManagerPack, Rows
from campaign.render.formats import REFERENCE_ONLY
from campaign.render.xlsx_lists import Column, fill_column
from campaign.vocabulary import (
    CASE_FIELDS,
    REFERRAL_FIELDS,
    RESULT_FIELDS,
    ROW_KEY,
    CallPurpose,
    WorkbookSheet,
)

# The planned day of a touch; take-back reads it under this head.
DAY = "日期"
KEY = Column(ROW_KEY.label, "key", 4.0)
NUMBER = Column("序", "center", 4.0)
NAME = Column("客户", "wrap", 16.0)
PHONE = Column("电话", "text", 12.2)
PLANNED = Column("计划日", "date", 10.8)
WHERE = Column("填写处", "center", 8.4)
WEEK = Column("活动周", "shrunk", 8.0)
KIND = Column("种类", "center", 6.4)
WINDOW = Column("窗口", "shrunk", 11.5)
AGAIN = Column("现场再看", "wrap", 24.0)
ROWS_FROM = Column("来源行", "source", 14.0)
RESULT_WIDTHS = (9.6, 8.4, 8.4, 9.6, 5.0, 10.0)
RESULTS = tuple(
    fill_column(field, width) for field, width in zip(RESULT_FIELDS, RESULT_WIDTHS, strict=True)
)
# Behind the printed page: the case of a loan that was won, written on the screen.
CASES = tuple(fill_column(field, 20.0) for field in CASE_FIELDS)

VISITS = (
    KEY, Column("序", "center", 3.6), WEEK, Column(DAY, "date", 10.8),
    Column("星期", "center", 4.4), Column("片区", "wrap", 10.0), Column("客户", "wrap", 13.2), PHONE,
    KIND, Column("目的", "wrap", 15.6), Column("可能金额", "wan", 8.4),
    Column("为何去", "wrap", 28.0), Column("现场再看", "wrap", 22.4),
    Column("转介", "center", 4.4), Column("同行", "shrunk", 6.6),
    *RESULTS, *CASES,
)  # fmt: skip
CALLS = (
    KEY, WEEK, Column(DAY, "date", 10.8), Column("星期", "center", 4.4),
    Column("次序", "center", 4.4), Column("客户", "wrap", 25.5), PHONE,
    Column("话术", "shrunk", 12.8), Column("可能金额", "wan", 8.4), Column("情况", "wrap", 40.0),
    *RESULTS, *CASES,
)  # fmt: skip
TOP_UP = (
    NUMBER, Column("信号", "center", 4.8), NAME, PHONE, PLANNED, WHERE, KIND, WINDOW,
    Column("办法", "shrunk", 9.4),
    Column("贷款余额", "wan", 9.4), Column("授信额度", "wan", 9.4), Column("可用额度", "wan", 9.4),
    Column("约束项", "wrap", 10.0), Column("增贷空间", "wan_bold", 9.4),
    Column("资料等级", "wrap", 9.4), AGAIN, Column("说明", "wrap", 24.0),
)  # fmt: skip
REFINANCE = (
    NUMBER, NAME, PHONE, PLANNED, WHERE, Column("他行名称", "wrap", 12.0),
    Column("他行余额", "wan", 9.4),
    Column("可置换金额", "wan_bold", 10.0), Column("他行利率", "rate", 8.4),
    Column("利率来源", "center", 8.4), Column("本行利率", "rate", 8.4),
    Column("客户净节省", "wan", 10.0), Column("他行到期", "date", 10.8),
    Column("最早联系", "date", 10.8), Column("最晚联系", "date", 10.8),
    Column("意愿", "count", 5.0), Column("上级", "center", 5.0), Column("状态", "wrap", 8.6),
    Column("怎么办", "wrap", 42.0),
)  # fmt: skip
TRADE = Column("细分行业", "wrap", 16.0)
REWARD = Column("奖励", "center", 4.8)
INDUSTRY = (
    NUMBER, TRADE, REWARD, Column("客户", "wrap", 20.0), PHONE,
    Column("片区", "shrunk", 11.0), Column("名单来源", "shrunk", 9.0), PLANNED, WHERE,
    Column("可能金额", "wan", 9.4), WINDOW,
    Column("需求最旺", "shrunk", 10.0), Column("资料等级", "shrunk", 9.0),
    Column("依据", "wrap", 31.0), Column("先问", "wrap", 26.2), ROWS_FROM,
)  # fmt: skip
REFERRAL = (
    NUMBER, Column("客户编号", "shrunk", 14.0), Column("客户", "wrap", 22.0),
    Column("电话", "text", 13.0), Column("行业", "shrunk", 16.0), Column("片区", "shrunk", 13.0),
    Column("为何请他转介", "wrap", 42.0), Column("预计人数", "index", 8.4),
    Column("已带来户数", "count", 9.6), Column("带来余额", "wan", 9.4), WINDOW, PLANNED, WHERE,
    ROWS_FROM,
)  # fmt: skip
NAME_WIDTHS = (20.0, 18.0, 18.0, 24.0, 18.0, 48.0, 16.0)
NEW_NAMES = (
    NUMBER,
    *(fill_column(field, width) for field, width in zip(REFERRAL_FIELDS, NAME_WIDTHS, strict=True)),
)
RENEWAL = (
    NUMBER, NAME, PHONE, Column("借据号", "shrunk", 17.0), Column("到期日", "date", 10.8),
    Column("星期", "center", 4.8), Column("到期本金", "wan_bold", 9.6),
    Column("其间还款", "wan", 9.6), Column("可否续贷", "center", 8.4),
    Column("自然续贷率", "percent", 10.0), Column("预计续贷", "wan", 9.6), PLANNED, WHERE, AGAIN,
    Column("依据", "wrap", 34.0), ROWS_FROM,
)  # fmt: skip
CHANGES = (
    Column("变动", "center", 6.0), Column("方式", "center", 6.0), Column("客户", "wrap", 20.0),
    Column("电话", "text", 13.0), Column("原计划日", "date", 11.5),
    Column("新计划日", "date", 11.5), Column("原因", "wrap", 62.0),
)  # fmt: skip


FILLED_AT = "结果只填一处：“填写处”是走访日程的序号或计划日电话的次序。"
# A sheet prints this much of its list; the rest is looked up on the screen.
PRINTED_WEEKS = 3
PRINTED_ROWS = 30
FIRST_ROWS = f"前 {PRINTED_ROWS} 行"


@dataclass(frozen=True)
class ListSheet:
    """A sheet that is mainly one list.

    Attributes:
        sheet: Which sheet.
        columns: Its columns; the first is hidden where it is the row's key.
        rows: Their values, without the cells to fill in.
        note: The line under the title.
        empty: Why the list may be empty.
        frozen: Columns that stay when one scrolls.
        wording: What the talk is about, whose approved words stand under the title.
    """

    sheet: WorkbookSheet
    columns: tuple[Column, ...]
    rows: Rows
    note: str
    empty: str
    frozen: int
    wording: CallPurpose | None = None

    @property
    def first(self) -> int:
        """Return the first column that is seen."""
        return 1 if self.columns[0] is KEY else 0

    @property
    def printed_columns(self) -> tuple[Column, ...]:
        """Return the columns that are printed, beginning with the first that is seen."""
        return tuple(column for column in self.columns[self.first :] if column not in CASES)

    @property
    def printed(self) -> int:
        """Return how many rows are printed: the first weeks by day, else the first by rank.

        置换 is printed whole, as another list stands below it.
        """
        if self.sheet is WorkbookSheet.REFINANCE:
            return len(self.rows)
        if WEEK not in self.columns or not self.rows:
            return len(printed_rows(self.rows))
        place = next(n for n, column in enumerate(self.columns) if column.label == DAY)
        end = printed_until(self.rows[0][place])
        return sum(1 for _ in takewhile(lambda row: row[place] < end, self.rows))

    @property
    def print_note(self) -> str:
        """Return what a print leaves out, in words; empty where it holds every row."""
        what = f"前 {PRINTED_WEEKS} 周" if WEEK in self.columns else FIRST_ROWS
        return left_unprinted(len(self.rows) - self.printed, what)


def left_unprinted(left: int, what: str = FIRST_ROWS) -> str:
    """Return which rows a print holds and how many it leaves out; empty where none.

    >>> left_unprinted(12), left_unprinted(0)
    ('打印只含前 30 行，其余 12 行在屏幕上看，打印办法见“填报说明”。', '')
    """
    return f"打印只含{what}，其余 {left} 行在屏幕上看，打印办法见“填报说明”。" if left else ""


def printed_rows(rows: Rows) -> Rows:
    """Return the rows of a ranked list that are printed."""
    return rows[:PRINTED_ROWS]


def printed_until(first: date) -> date:
    """Return the Monday before which a list by day is printed.

    >>> printed_until(date(2026, 12, 1))
    datetime.date(2026, 12, 21)
    """
    return first + timedelta(days=7 * PRINTED_WEEKS - first.weekday())


def list_sheets(pack: ManagerPack) -> dict[WorkbookSheet, ListSheet]:
    """Return the sheets of a workbook that are mainly one list."""
    absent = "休假或不在岗" if not pack.figures.get("working_days") else "名下没有达到入选线的机会"
    described = {
        WorkbookSheet.VISITS: (
            VISITS,
            "按日期、片区排好；浅色格当天填写。先问什么、先发什么资料，按“种类”见“填报说明”。"
            f"转介标“重点”的，务必问到名字。金额单位万元，{REFERENCE_ONLY}。",
            f"本期没有排走访：{absent}。",
            7,
            None,
        ),
        WorkbookSheet.TOP_UP: (
            TOP_UP,
            f"增贷空间取各项上限中最低的一项，再按信号与资料等级打折；由来见“测算卡”。{FILLED_AT}"
            f"金额单位万元，{REFERENCE_ONLY}。",
            "没有可增贷或可提款的客户：空间低于起点，或信号为红。",
            4,
            CallPurpose.TOP_UP,
        ),
        WorkbookSheet.REFINANCE: (
            REFINANCE,
            f"先谈接触过、有意愿（0—5 分）的客户；净节省已扣转换成本，由来见“置换测算”。{FILLED_AT}金额单位万元，{REFERENCE_ONLY}。",
            "没有可办理的置换：台账里没有名下客户的他行经营贷款，或均不符合条件。",
            3,
            CallPurpose.REFINANCE,
        ),
        WorkbookSheet.INDUSTRY: (
            INDUSTRY,
            "旺季行业的存量客户与名单；为何此时、问什么、核实什么、会出什么错见后一页“行业卡”，一起打印。"
            "奖励栏标“奖”的是专项奖励行业。"
            f"{FILLED_AT}金额单位万元，{REFERENCE_ONLY}。",
            "名下客户与名单里没有本期进入旺季的行业。",
            4,
            CallPurpose.INDUSTRY,
        ),
        WorkbookSheet.CALLS: (
            CALLS,
            "每天从次序 1 打起：转介和走访自留的号码在前，外部名单在后。话术见“填报说明”的电话指引；"
            "客户拒绝后不再拨打。",
            f"本期没有排电话：{absent}。",
            6,
            None,
        ),
        WorkbookSheet.RENEWAL: (
            RENEWAL,
            f"按到期日排列，到期前谈妥续贷才不流失。续贷不是增长，流失要用新增来补。{FILLED_AT}"
            "金额单位万元。",
            "活动期内没有到期本金。",
            3,
            CallPurpose.RENEWAL,
        ),
    }
    changes = pack.lists.get(WorkbookSheet.CHANGES.value)
    found = {} if changes is None else {WorkbookSheet.CHANGES: _changes_sheet(changes)}
    return found | {
        sheet: ListSheet(sheet, columns, pack.lists[sheet.value], note, empty, frozen, wording)
        for sheet, (columns, note, empty, frozen, wording) in described.items()
    }


def _changes_sheet(rows: Rows) -> ListSheet:
    """Return 变动, which only a workbook issued anew has."""
    return ListSheet(
        WorkbookSheet.CHANGES,
        CHANGES,
        rows,
        "与上一版相比，只列有变化的；没有列出的照旧。已做过的排在走访日程、电话的最后，"
        "填过的内容已带入，情况有进展请直接改。",
        "与上一版相比没有变化。",
        3,
    )
