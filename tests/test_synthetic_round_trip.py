import pandas as pd
import pytest

from campaign.book.read import read_book
from campaign.synthetic import make_book
from campaign.synthetic.bank import make_bank
from campaign.vocabulary import BOOK_TABLES, Severity, Unit

SHEETS = [name for name in BOOK_TABLES if name != "prospects"]


@pytest.fixture(scope="module")
def bank():
    return make_bank(400, 11)


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    return read_book([make_book(tmp_path_factory.mktemp("book") / "b.xlsx", 400, 11)[0]])


def test_the_book_loads_without_an_open_question(book):
    assert book.usable
    assert str(book.as_of) == "2026-11-15"
    assert not [one for one in book.findings if one.severity is Severity.ERROR]


@pytest.mark.parametrize("name", SHEETS)
def test_what_was_written_is_what_is_read(book, bank, name):
    table, written, read = BOOK_TABLES[name], getattr(bank, name), getattr(book, name)

    assert len(read) == len(written)
    for field in table.fields:
        if field.name in written.columns and book.knows(name, field.name):
            same(read[field.name], written[field.name], field.unit)


def same(read: pd.Series, written: pd.Series, unit: Unit) -> None:
    known = written.notna().to_numpy()
    assert (read.notna().to_numpy() == known).all(), read.name
    read, written = read[known], written.reset_index(drop=True)[known]
    if unit in (Unit.TEXT, Unit.FLAG):
        assert (read == written).all(), read.name
    elif unit is Unit.DATE:
        assert (pd.to_datetime(read) == pd.to_datetime(written)).all(), read.name
    else:
        assert (read - written).abs().max() < 0.01, read.name


def test_the_bought_list_is_understood(book, bank):
    bought = book.prospects["phone"].isna()

    assert len(book.prospects) == len(bank.prospects)
    assert book.prospects["customer_name"].tolist() == bank.prospects["customer_name"].tolist()
    assert 0 < bought.mean() < 0.1
    assert book.prospects["phone"].dropna().str.fullmatch(r"1\d{10}").all()


def test_the_ledger_of_the_year_before_is_a_book_of_its_day(bank, tmp_path):
    before = read_book([make_book(tmp_path / "b.xlsx", 400, 11)[1]])

    assert str(before.as_of) == "2025-11-15"
    assert before.loans["balance"].sum() == pytest.approx(bank.loans_before["balance"].sum())
