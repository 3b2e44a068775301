"""Customers are known by number, then by a sound certificate, then by name."""

from __future__ import annotations

import pandas as pd
import pytest

from campaign.book import names as naming
from campaign.book.customers import _numbers_by_name, number_of_name
from tests.builders_book import found, kinds, ledger, read, read_ledger, with_column

SOUND = ["11010519491231002X", "430181198001010017", "91350100M000100Y43"]


def without_numbers(values, name="刘桂芳"):
    table = with_column("证照号", values)
    for row in table[2:]:
        row[1] = None
        row[2] = name
    return table


def test_namesakes_with_their_own_certificates_are_different_people(tmp_path):
    first, second = SOUND[0], "430181198001010076"
    book = read_ledger(tmp_path, without_numbers([first, second, first]))
    numbers = book.loans["customer_id"].tolist()
    assert (numbers[0] == numbers[2], numbers[0] == numbers[1]) == (True, False)
    assert first not in numbers[0]
    assert found(book, "customer_by_certificate").cells == ("借据!H3", "借据!H4", "借据!H5")


def test_a_row_that_names_nobody_stays_nobodys_and_is_said(tmp_path):
    table = ledger()
    table[3][1] = table[3][2] = None
    book = read_ledger(tmp_path, table)
    assert book.loans["customer_id"].isna().tolist() == [False, True, *[False] * (len(table) - 4)]
    assert found(book, "no_customer").cells == ("借据!B4",)


@pytest.mark.parametrize("bad", ["110105********002X", "110105194912310021", 4.3018119800101e17])
def test_a_certificate_that_is_not_sound_is_no_key(tmp_path, bad):
    book = read_ledger(tmp_path, without_numbers([bad, bad, bad]))
    assert set(book.loans["customer_id"]) == {number_of_name("刘桂芳")}
    assert "customer_by_certificate" not in kinds(book)


def test_one_certificate_under_two_names_is_no_key(tmp_path):
    table = without_numbers([SOUND[0]] * 3)
    table[4][2] = "孙立新"
    book = read_ledger(tmp_path, table)
    assert book.loans["customer_id"].nunique() == 2


def test_a_row_without_a_number_takes_that_of_the_same_certificate(tmp_path):
    table = with_column("证照号", [SOUND[0], SOUND[0], SOUND[2]])
    table[3][1], table[3][2] = None, "刘桂芳"
    assert read_ledger(tmp_path, table).loans["customer_id"].tolist() == ["K001", "K001", "K003"]


def test_a_certificate_on_a_customer_sheet_makes_no_loan(tmp_path):
    customers = [
        ["客户名称", "证件号码", "联系电话", "经营地址", "主营业务", "客户经理"],
        ["刘桂芳", SOUND[0], "13800138000", "城南路1号", "烟酒", "张伟民"],
    ]
    table = with_column("证照号", SOUND)
    for row in table[2:]:
        row[1] = None
    book = read(tmp_path, {"借据": table, "客户": customers})
    assert (len(book.loans), len(book.customers)) == (3, 3)
    assert book.customers["phone"].notna().sum() == 1


def test_owners_stand_on_the_customer_sheet_where_the_ledger_has_none(tmp_path):
    table = [row[:6] for row in ledger()]
    customers = [
        ["客户编号", "客户名称", "联系电话", "主营业务", "客户经理"],
        ["K001", "刘桂芳", "13800138000", "烟酒", "张伟民"],
    ]
    book = read(tmp_path, {"借据": table, "客户": customers})
    assert book.loans["manager_name"].tolist()[0] == "张伟民"
    assert len(book.loans) == 3


@pytest.mark.parametrize("piece", [1, 3, 1_000])
def test_many_names_are_plain_as_each_alone(piece, monkeypatch):
    monkeypatch.setattr(naming, "PIECE", piece)
    names = ["张 三", "清河（有限公司)", "A.B..", "", "e", "\u0301重", "有\0隔", "ＡＢ　Ｃ•", "K1"]
    assert naming.plain_names(names) == [naming.plain_name(name) for name in names]


def test_a_name_is_one_customers_only_where_all_ways_to_write_it_are_his():
    def table(*pairs):
        return pd.DataFrame(pairs, columns=["customer_name", "customer_id"], dtype="str")

    frames = {
        "customers": table(("张三", "K1"), ("李 四", "K2"), ("王五", None)),
        "loans": table(
            ("张 三", "K1"), ("李四", "K3"), ("赵六", "K4"), ("赵六", "K5"), (None, "K6")
        ),
    }
    asked = {"张三", "李四", "王五", "赵六", "钱七"}
    assert _numbers_by_name(frames, asked) == {"张三": "K1"}
    assert _numbers_by_name(frames, asked - {"张三"}) == {}
