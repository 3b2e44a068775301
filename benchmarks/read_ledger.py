"""Reading a ledger, typed, mapped and checked, against python-calamine alone.

`python -m benchmarks.read_ledger [ROWS] [TIMES]` makes a ledger of ROWS (100,000) rows and 30
columns, reads it TIMES (3) times each way in turn, and prints the median ratios of wall clock and
of processor time (child processes too). The goal is at most 1.6.
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random

import xlsxwriter
from python_calamine import CalamineWorkbook

from campaign.book.read import read_book

GOAL = 1.6
HEADER = [
    "序号",
    "数据日期",
    "借据号",
    "合同号",
    "客户编号",
    "客户名称",
    "证件号码",
    "客户类型",
    "企业规模",
    "支行",
    "客户经理工号",
    "客户经理",
    "产品名称",
    "业务种类",
    "行业代码",
    "投向行业",
    "贷款用途",
    "贷款金额（元）",
    "贷款余额（元）",
    "授信额度（元）",
    "发放日期",
    "到期日期",
    "执行利率（%）",
    "还款方式",
    "担保方式",
    "五级分类",
    "逾期天数",
    "欠息（元）",
    "借据状态",
    "备注",
]
TRADES = (("5122", "糕点、糖果及糖批发"), ("5227", "烟草制品零售"), ("6210", "正餐服务"))
BRANCHES = ("城南支行", "城北支行", "城东支行", "城西支行")
DAY = date(2026, 11, 15)


def write_ledger(path: Path, rows: int) -> None:
    """Write a ledger of 30 columns; the same rows every time."""
    chance = Random(1)
    with xlsxwriter.Workbook(str(path), {"in_memory": True}) as book:
        sheet = book.add_worksheet("借据")
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        sheet.write_row(0, 0, HEADER)
        for number in range(1, rows + 1):
            for column, value in enumerate(_row(number, rows, chance)):
                if isinstance(value, date):
                    moment = datetime(value.year, value.month, value.day)
                    sheet.write_datetime(number, column, moment, day)
                elif isinstance(value, str):
                    sheet.write_string(number, column, value)
                else:
                    sheet.write_number(number, column, value)


def _row(number: int, rows: int, chance: Random) -> list[str | float | date]:
    customer, manager = chance.randrange(max(rows * 2 // 3, 1)), chance.randrange(50)
    amount = chance.choice((100_000, 200_000, 300_000, 500_000, 1_000_000))
    start = date(2023, 1, 1) + timedelta(chance.randrange(1300))
    code, trade = TRADES[customer % 3]
    return [
        number,
        DAY,
        f"JJ{number:010d}",
        f"HT{number:010d}",
        f"K{customer:08d}",
        f"清河县第{customer}商贸有限公司",
        f"9143{customer:014d}",
        ("个体工商户", "小微企业主", "企业法人")[customer % 3],
        "微型",
        BRANCHES[manager % 4],
        f"A{manager:04d}",
        f"张{'甲乙丙丁戊己庚辛壬癸'[manager % 10]}{'一二三四五'[manager // 10]}",
        "经营快贷",
        "个人经营性贷款",
        code,
        trade,
        "进货周转",
        amount,
        round(amount * chance.random(), 2),
        amount,
        start,
        start + timedelta(365 * chance.randrange(1, 4)),
        chance.choice((4.35, 5.2, 6.8, 7.2)),
        chance.choice(("等额本息", "按月付息到期还本")),
        chance.choice(("信用", "保证", "抵押")),
        chance.choice(("正常", "正常", "关注")),
        0,
        0,
        "正常",
        f"备注{number % 100}",
    ]


def calamine_alone(path: Path) -> None:
    """Read the rows as Python values, as calamine gives them."""
    CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()


def ours(path: Path) -> None:
    """Read the file as a checked book."""
    read_book([path])


def measured(work: Callable[[Path], None], path: Path) -> tuple[float, float]:
    """Return seconds of wall clock and of processors, those of child processes too."""
    wall, before = time.perf_counter(), os.times()
    work(path)
    after = os.times()
    return time.perf_counter() - wall, sum(after[:4]) - sum(before[:4])


def main(arguments: list[str]) -> None:
    """Measure both in turn and print the ratios."""
    rows, times = (int(a) for a in (arguments + ["100000", "3"][len(arguments) :])[:2])
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "ledger.xlsx"
        write_ledger(path, rows)
        pairs = [(measured(calamine_alone, path), measured(ours, path)) for _ in range(times)]
    print(f"{rows:,} x {len(HEADER)}, median of {times} in turn (goal {GOAL}):")
    for place, name in enumerate(("wall", "CPU")):
        alone = statistics.median(alone[place] for alone, _ in pairs)
        read = statistics.median(read[place] for _, read in pairs)
        ratio = statistics.median(read[place] / alone[place] for alone, read in pairs)
        print(f"  {name}: calamine {alone:.2f} s, read and checked {read:.2f} s, ratio {ratio:.2f}")


if __name__ == "__main__":
    main(sys.argv[1:])
