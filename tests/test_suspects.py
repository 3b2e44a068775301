"""Sifting rows by what can be counted leaves out none that looking at each would drop."""

import random

import pytest

from campaign.book import suspects as module
from campaign.book.body import data_rows
from campaign.book.headers import find_table
from campaign.book.mapping import map_columns
from campaign.book.names import all_without_blanks
from campaign.book.raw_sheet import RawSheet, columns_of
from campaign.book.read import _guess_sheet
from campaign.book.reading import Reading

HEADER = ["借据号", "客户编号", "客户名称", "支行", "贷款余额（元）", "到期日期", "备注"]
ODD_ROWS = [
    ["合计", "", "", "", 1_000.0, "", ""],
    ["", "", "城南支行小计", "", 5.0, "", ""],
    HEADER,
    ["", "客户编号", "客户名称", "", "", "", "x"],
    ["制表人：王会计", "", "", "", "", "", ""],
    ["", "", "", "", "", "", ""],
    ["  ", "", " ", "", "", "", ""],
    ["示例", "K0", "张三", "城南", 1.0, "2027-01-01", ""],
    ["", "必填", "必填", "选填", "按元填写", "日期型", "可空"],
    ["客户经理：张三", "联系电话：1380000", "", "", "", "", ""],
    ["", "工号", "姓名", "支行", "职务", "入职日期", "手机号"],
    ["城南支行", "", "", "", "", "", ""],
    ["", "", "李四", "城南", "", "2027-01-01", "无余额"],
    ["", "", "", "", 77.0, "", ""],
]


def rows_of(seed):
    chance = random.Random(seed)
    rows = [HEADER]
    for number in range(160):
        row = [
            f"J{number}",
            f"K{number}",
            f"客户{number}",
            "城南支行",
            100.0 + number,
            "2027-01-01",
        ]
        row.append(chance.choice(["", "备注", "合计建材", "平均"]))
        if chance.random() < 0.4:
            row[chance.randrange(3)] = ""
        if chance.random() < 0.05:
            row[4] = chance.choice(["见合同", "", "五十万"])
        rows.append(row)
        if chance.random() < 0.2:
            rows.append(chance.choice(ODD_ROWS))
    return rows


def understood(rows):
    sheet = RawSheet("台账.xlsx", "借据", columns_of(rows))
    reading = Reading([])
    _guess_sheet(reading, sheet, "借据", "loans")
    (guess,) = reading.guesses
    body = data_rows(sheet, find_table(sheet), map_columns(guess))
    return {
        name: value for name, value in vars(body).items() if name not in ("kept", "columns")
    } | {"kept": body.kept.tolist()}


@pytest.mark.parametrize("seed", range(8))
def test_sifting_changes_nothing(seed, monkeypatch):
    rows = rows_of(seed)
    monkeypatch.setattr(module, "WORTH_SIFTING", 1 << 60)
    one_by_one = understood(rows)
    monkeypatch.setattr(module, "WORTH_SIFTING", 0)
    assert understood(rows) == one_by_one
    assert one_by_one["totals"]
    assert one_by_one["repeated"]
    assert one_by_one["labels"]


def test_sifting_leaves_few_rows_to_be_looked_at(monkeypatch):
    looked = []
    sifted = module._sifted
    monkeypatch.setattr(module, "WORTH_SIFTING", 0)
    monkeypatch.setattr(
        module, "_sifted", lambda *all_of: looked.append(sifted(*all_of)) or looked[-1]
    )
    rows = [HEADER] + [
        ["", f"K{n}", f"客户{n}", "城南支行", 1.0 + n, "2027-01-01", "x"] for n in range(500)
    ]
    understood(rows)
    assert looked == [[]]


@pytest.mark.parametrize(
    "odd", [[], ["有\0隔"], ["\u0301重音", "e"], ["ﬁ　示 例", "\xa0", "①填写"]]
)
def test_texts_laid_bare_in_one_go_are_those_of_each_alone(odd):
    texts = ["", "示　例", "必填：", "Ａ１", " 请 填\n写 ", *odd, "가", "ᅡ"]
    assert all_without_blanks(texts) == [module.bare(text) for text in texts]
    looks = [module._looks("必填：", [text])[0] for text in texts]
    assert module._looks("必填：", texts) == looks
