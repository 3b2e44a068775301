"""Headers in words of no list: settled by their signs and values together, or asked."""

from __future__ import annotations

from datetime import date

import pytest

from campaign.book.aliases import role_aliases
from campaign.book.recipe import Recipe
from campaign.errors import FieldsMissing
from tests.builders_book import field_of, found, kinds, ledger, read_ledger, with_column
from tests.test_mapping import DUE, mapped, outcome

DAY = date(2026, 11, 15)
SPOKEN = [
    ["老板", "电话", "还欠多少", "啥时候到期", "放的那天", "咋担保", "哪个经理"],
    ["刘桂芳", "13800138001", 200000, "2027-03-01", "2026-03-01", "抵押", "张伟民"],
    ["孙立新", "13800138002", 350000, "2027-01-20", "2026-01-20", "保证", "张伟民"],
    ["周文斌", "13800138003", 120000, "2027-05-20", "2026-05-20", "信用", "李雪梅"],
    ["王国强", "13800138004", 80000, "2027-02-20", "2026-02-20", "抵押", "李雪梅"],
    ["陈敏", "13800138005", 90000, "2026-12-20", "2025-12-20", "保证", "李雪梅"],
]
UNKNOWN = [["东家", "电话", "剩下的", "那天", "放的那天", "咋担保", "哪个经理"], *SPOKEN[1:]]
TOLD = Recipe(
    sheets={"借据": "loans"},
    columns={"loans": {"东家": "customer_name", "剩下的": "balance", "那天": "maturity_date"}},
)


def test_signs_of_the_list_speak_for_a_field():
    shares = role_aliases("loans").likelihood.shares("本金拖欠天数", {})
    assert shares[0].target.field == "days_past_due"
    assert shares[0].said > 3
    assert sum(share.share for share in shares) <= 1


def test_a_sign_of_no_list_leaves_a_dear_field_a_question():
    assert outcome("loans", "maturity_date", "某某到期日", DUE) == "asked"


def test_a_header_that_shares_nothing_with_a_field_is_not_asked_about(tmp_path):
    book = read_ledger(tmp_path, with_column("五行八卦", ["a", "b", "c"]))
    assert "perhaps_column" not in kinds(book)


@pytest.mark.parametrize(
    ("header", "field"),
    [("月还款额", "other_monthly_payment"), ("贷款期数", "arrears_count"), ("登记单位", "")],
)
def test_a_header_without_the_core_of_a_field_is_never_taken_for_it(header, field):
    match = mapped("loans", "_", header, [1200.0, 3400.0, 560.0, 780.0, 910.0]).columns[-1]
    assert match.target is None or match.target.field != field
    assert match.target is None or not match.target.used


def test_a_sheet_in_spoken_words_is_read_and_the_rest_asked(tmp_path):
    book = read_ledger(tmp_path, SPOKEN, as_of=DAY)
    assert book.loans["balance"].sum() == 840_000
    fields = {header: field_of(book, header) for header in SPOKEN[0]}
    assert fields == {
        "老板": "customer_name",
        "电话": "phone",
        "还欠多少": "balance",
        "啥时候到期": "maturity_date",
        "放的那天": None,
        "咋担保": "guarantee_type",
        "哪个经理": "manager_name",
    }
    finding = found(book, "perhaps_column")
    assert "“放的那天”（发放日期）" in finding.message
    assert finding.cells == ("借据!E1",)


def test_a_sheet_of_unknown_words_says_what_its_columns_look_like(tmp_path):
    with pytest.raises(FieldsMissing) as refused:
        read_ledger(tmp_path, UNKNOWN, as_of=DAY)
    assert "像金额的列有剩下的，像日期的列有那天、放的那天，像户名的列有东家" in refused.value.hint
    book = read_ledger(tmp_path, UNKNOWN, as_of=DAY, recipe=TOLD)
    assert book.loans["balance"].sum() == 840_000


def test_an_amount_and_a_balance_prove_each_other(tmp_path):
    table = ledger()
    table[1][3] = "还剩多少没还某（元）"
    for row, value in zip(table[1:], ["贷了多少某（元）", 300000, 350000, 900000], strict=True):
        row.append(value)
    for extra in range(3):
        table.append([f"JJ1{extra}", *table[2][1:]])
    book = read_ledger(tmp_path, table)
    assert field_of(book, "还剩多少没还某（元）") == "balance"
    column = next(c for c in book.sheets[0].columns if c.field == "balance")
    assert column.proof.endswith("不大于发放金额")


def test_a_number_of_the_row_is_no_note_number(tmp_path):
    table = ledger()
    for number, row in enumerate(table[1:]):
        row[0] = "编号" if number == 0 else number
    table += [[number, *table[2][1:]] for number in (4, 5)]
    book = read_ledger(tmp_path, table)
    column = next(c for c in book.sheets[0].columns if c.header == "编号")
    assert column.proof != "表头一致"
    assert column.confidence < 0.9
