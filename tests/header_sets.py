"""Sheets as banks word them: a set's headers over columns of one made-up, consistent bank.

A header never comes alone: a balance stands beside the amount that it is at most, a maturity
after a start. `cases/headers_sheets_N.csv` holds sheet, role, field, header and, where the
field does not say it, what kind of values stand below; a field that begins with _ is a column
that the plan does not use.
"""

from __future__ import annotations

import csv
import random
import re
from collections.abc import Callable
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from campaign.book.header_text import read_header

CASES = Path(__file__).parent / "cases"
ROWS = 24
AS_OF = date(2026, 11, 15)
FAMILY, GIVEN = "王李张刘陈杨赵黄周吴", ["桂芳", "立新", "伟", "国强", "小红", "建军", "敏"]
FIRMS = ["鑫达建材", "辉和机电安装", "惠民粮油", "顺发物流", "金穗农机", "永兴服饰"]
HOUSES = ["城关支行", "东门支行", "西街分理处", "营业部", "柳林支行"]
BANKS = ["农业银行", "建设银行清河支行", "邮储银行", "工商银行", "微众银行"]
TRADES = [("5212", "烟酒零售"), ("0313", "牛的饲养"), ("6210", "正餐服务"), ("1810", "服装制造")]
WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]

Row = dict[str, Any]


@cache
def bank() -> tuple[Row, ...]:
    """Return the loans of a made-up bank, each with all that may be said of it."""
    return tuple(_row(n, random.Random(n)) for n in range(ROWS))


def _identity(n: int) -> str:
    body = f"1301041975{n % 12 + 1:02}{n % 27 + 1:02}{n * 7:03}"
    return body + "10X98765432"[sum(int(d) * w for d, w in zip(body, WEIGHTS, strict=True)) % 11]


def _credit_code(n: int) -> str:
    signs = "0123456789ABCDEFGHJKLMNPQRTUWXY"
    body = f"91130104MA0{n:04}K3"
    total = sum(signs.index(sign) * pow(3, i, 31) for i, sign in enumerate(body))
    return body + signs[(31 - total % 31) % 31]


def _row(n: int, dice: random.Random) -> Row:
    start = AS_OF - timedelta(days=dice.randrange(20, 900))
    amount = dice.choice([50_000, 120_000, 200_000, 355_000, 500_000, 1_200_000, 3_000_000])
    firm = n % 4 == 0
    code, trade = TRADES[n % len(TRADES)]
    person = dice.choice(FAMILY) + dice.choice(GIVEN)
    lent = dice.choice([80_000, 150_000, 400_000, 900_000])
    late = dice.choice([0, 0, 0, 0, 12, 45])
    return {
        "loan_note_id": f"0812{start:%Y%m%d}{n:05}",
        "contract_id": f"HT{start:%Y}{n:05}",
        "customer_id": f"8100521{n * 37:05}",
        "customer_name": f"清河县{dice.choice(FIRMS)}有限公司" if firm else person,
        "cert_no": _credit_code(n) if firm else _identity(n),
        "customer_type": "企业" if firm else "个人",
        "enterprise_scale": dice.choice(["小型", "微型", "微型", "中型"]),
        "branch": HOUSES[n % len(HOUSES)],
        "manager_id": f"QH{n % 6 + 1:03}",
        "manager_name": ["张伟民", "李雪", "周文斌", "赵静", "孙磊", "钱进"][n % 6],
        "product": dice.choice(["惠农贷", "商户贷", "房抵快贷", "税e贷"]),
        "business_type": dice.choice(["流动资金贷款", "个人经营性贷款"]),
        "industry_code": code,
        "industry": trade,
        "loan_use": dice.choice(["进货", "购买饲料", "装修店面", "支付货款"]),
        "loan_amount": float(amount),
        "balance": round(amount * dice.choice([1, 1, 0.8, 0.455, 0.31]), 2),
        "credit_limit": float(amount + dice.choice([0, 100_000, 500_000])),
        "start_date": start,
        "maturity_date": start + timedelta(days=dice.choice([1095, 1090, 1460])),
        "annual_rate": dice.choice([4.35, 5.2, 6.5, 7.8, 4.9]),
        "repayment_method": dice.choice(["等额本息", "按月付息到期还本", "等额本金"]),
        "guarantee_type": dice.choice(["抵押", "保证", "信用"]),
        "collateral": dice.choice(["城关镇商铺一套", "住宅（清河花园3-2-501）", "厂房"]),
        "collateral_value": float(amount * 2),
        "registered_maximum": float(amount * 1.5),
        "prior_registered": dice.choice([0.0, 200_000.0]),
        "appraisal_date": start - timedelta(days=12),
        "loan_class": dice.choice(["正常", "正常", "正常", "关注", "次级"]),
        "days_past_due": float(late),
        "interest_arrears": late * 31.5,
        "arrears_count": float(late // 12),
        "loan_status": dice.choice(["正常", "正常", "逾期", "结清"]),
        "occurrence_type": dice.choice(["新增", "借新还旧", "续贷"]),
        "extension_count": float(dice.choice([0, 0, 1])),
        "is_revolving": dice.choice(["是", "否"]),
        "settle_date": "" if n % 5 else start + timedelta(days=20),
        "area": dice.choice(["柳林镇", "东关市场", "城北网格"]),
        "remark": dice.choice(["", "", "老客户", "年后再谈"]),
        "phone": f"13{dice.randrange(10**8, 10**9)}",
        "address": f"清河县城关镇人民路{n + 3}号",
        "main_business": dice.choice(["卖烟酒", "批发水果", "加工服装"]),
        "annual_sales": float(dice.randrange(30, 900) * 10_000),
        "prior_annual_sales": float(dice.randrange(30, 900) * 10_000),
        "profit_margin": float(dice.randrange(5, 25)),
        "monthly_income": float(dice.randrange(6, 40) * 1_000),
        "other_monthly_payment": float(dice.randrange(0, 8) * 1_000),
        "net_assets": float(dice.randrange(20, 400) * 10_000),
        "inventory_days": float(dice.randrange(10, 90)),
        "receivable_days": float(dice.randrange(10, 90)),
        "payable_days": float(dice.randrange(10, 90)),
        "own_funds": float(dice.randrange(5, 90) * 10_000),
        "credit_grade": dice.choice(["A", "AA", "B", "BBB"]),
        "guarantees_given": dice.choice([0.0, 200_000.0]),
        "recent_enquiries": float(dice.randrange(0, 5)),
        "lender_count": float(dice.randrange(1, 5)),
        "lawsuit": dice.choice(["否", "否", "是"]),
        "dishonest": dice.choice(["否", "否", "是"]),
        "referrer_id": "" if n % 3 else f"8100521{(n + 3) * 37:05}",
        "household_id": f"H{n // 2:05}",
        "relation_since": start - timedelta(days=900),
        "deposit_average": float(dice.randrange(1, 90) * 1_000),
        "team": dice.choice(["小微一部", "三农团队", "公司部"]),
        "position": dice.choice(["客户经理", "高级客户经理", "团队长"]),
        "manager_since": date(2012 + n % 12, n % 12 + 1, 6),
        "manager_status": dice.choice(["在岗", "在岗", "离职"]),
        "leave_days": float(dice.randrange(0, 6)),
        "home_area": dice.choice(["柳林镇", "东关市场", "城北网格"]),
        "lender": BANKS[n % len(BANKS)],
        "other_loan_amount": float(lent),
        "other_balance": lent * dice.choice([1, 0.75, 0.5]),
        "knowledge_source": dice.choice(["客户告知", "征信报告", "走访得知"]),
        "knowledge_date": AS_OF - timedelta(days=dice.randrange(5, 200)),
        "marketing_consent": dice.choice(["是", "否"]),
        "willingness": dice.choice(["高", "中", "低"]),
        "prospect_id": f"MD2026{n:04}",
        "registered_capital": float(dice.choice([100_000, 500_000, 2_000_000])),
        "founded": date(2010 + n % 14, n % 12 + 1, 17),
        "operating_status": dice.choice(["存续", "在业", "注销"]),
        "origin": dice.choice(["工商名录", "老客户介绍", "扫街"]),
        "wanted_amount": float(dice.choice([100_000, 300_000, 500_000])),
        "contact_date": AS_OF - timedelta(days=dice.randrange(1, 60)),
        "method": dice.choice(["上门", "电话", "微信"]),
        "purpose": dice.choice(["贷后检查", "续贷沟通", "推介新产品"]),
        "outcome": dice.choice(["有意向", "无意向", "再联系"]),
        "next_follow_up": AS_OF + timedelta(days=dice.randrange(3, 40)),
        "referrals": float(dice.randrange(0, 3)),
        "content": dice.choice(["谈了年前备货", "说利率偏高", "要考虑考虑"]),
        "voter": dice.choice(FAMILY) + dice.choice(GIVEN),
        "sub_industry": dice.choice(["烟酒批发", "生猪养殖", "女装加工"]),
        "outlook": float(dice.randrange(1, 6)),
        "reason": dice.choice(["节前备货", "不想再接电话", "行情不好"]),
        "subject": HOUSES[n % len(HOUSES)],
        "metric": dice.choice(["贷款净增", "新增户数"]),
        "target": float(dice.randrange(5, 90) * 1_000_000),
        "baseline": float(dice.randrange(50, 900) * 1_000_000),
        "period": "2027年一季度",
        "refused_on": AS_OF - timedelta(days=dice.randrange(30, 400)),
    }


KINDS: dict[str, Callable[[int, random.Random, Row], Any]] = {
    "seq": lambda n, dice, row: float(n + 1),
    "person": lambda n, dice, row: dice.choice(FAMILY) + dice.choice(GIVEN),
    "org": lambda n, dice, row: f"清河{dice.choice(FIRMS)}有限公司",
    "percent": lambda n, dice, row: dice.choice([30.0, 50.0, 45.5]),
    "bp": lambda n, dice, row: dice.choice([35.0, 120.0, 85.0]),
    "date_near": lambda n, dice, row: AS_OF + timedelta(days=dice.randrange(3, 36)),
    "date_future": lambda n, dice, row: row["maturity_date"] + timedelta(days=n % 3 * 30),
    "date_past": lambda n, dice, row: row["start_date"] - timedelta(days=dice.randrange(3, 900)),
    "date_birth": lambda n, dice, row: date(1960 + n, n % 12 + 1, 9),
    "stamp": lambda n, dice, row: f"{row['start_date']} 09:31:{n % 60:02}",
    "money": lambda n, dice, row: round(row["loan_amount"] * dice.random(), 2),
    "months": lambda n, dice, row: dice.choice([36.0, 48.0]),
    "days": lambda n, dice, row: dice.choice([90.0, 180.0]),
    "count": lambda n, dice, row: float(dice.randrange(0, 12)),
    "code8": lambda n, dice, row: f"{dice.randrange(10**7, 10**8)}",
    "code6": lambda n, dice, row: f"{dice.randrange(10**5, 10**6)}",
    "rate_li": lambda n, dice, row: round(row["annual_rate"] / 1.2, 3),
    "rate_month": lambda n, dice, row: round(row["annual_rate"] / 1.2, 4),
}
MONEY = re.compile("amount|balance|limit|value|maximum|registered|sales|assets|funds|target|base")


def column(case: dict[str, str]) -> list[Any]:
    """Return the cells that stand below a header."""
    kind = case["values"]
    if kind.startswith("text:"):
        words = kind.removeprefix("text:").split("；")
        return [words[n % len(words)] for n in range(ROWS)]
    dice = random.Random(case["header"])
    if kind:
        return [KINDS[kind](n, dice, row) for n, row in enumerate(bank())]
    field = case["field"].partition("|")[0]
    if case["role"] == "other_loans" and field in ("balance", "loan_amount"):
        field = f"other_{field}"
    cells = [row[field] for row in bank()]
    if MONEY.search(field) and re.search("万", case["header"]):
        cells = [round(cell / 10_000, 4) for cell in cells]
    return cells


@cache
def sheets(number: int) -> dict[str, list[dict[str, str]]]:
    """Return the sheets of a set, each a list of its columns."""
    found: dict[str, list[dict[str, str]]] = {}
    with (CASES / f"headers_sheets_{number}.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            found.setdefault(row["sheet"], []).append(row)
    return found


def grid(cases: list[dict[str, str]]) -> list[list[Any]]:
    """Return a sheet as rows, its header first."""
    columns = [[case["header"], *column(case)] for case in cases]
    return [list(row) for row in zip(*columns, strict=True)]


def is_listed(case: dict[str, str], known: Any) -> bool:
    """Return whether a header stands in the list of the role, so that nothing is to be guessed."""
    return read_header([case["header"]]).name in known
