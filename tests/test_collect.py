"""A long table keeps the texts of columns that something needs, and says what it did not keep."""

import pytest

from campaign.book import collect, columns_made
from campaign.book.open import open_file
from campaign.book.raw_sheet import NOT_KEPT
from campaign.book.read import read_book, read_with_rows
from campaign.book.recipe import Recipe

ROWS = 25_000
HEAD = "客户编号,客户名称,贷款余额（元）,贷款到期日,客户经理,内部影像批次,柜面流水"


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    lines = [
        f"K{n:07},清河{n}号商店,{n}.5,2027-03-{n % 28 + 1:02},M{n % 9},"
        f"{'' if n % 5 == 0 else f'东街{n}号'},{'甲乙丙'[n % 3]}"
        for n in range(ROWS)
    ]
    made = tmp_path_factory.mktemp("long") / "台账_20261231.csv"
    made.write_text("\n".join([HEAD, *lines]), encoding="utf-8")
    return made


@pytest.fixture
def short_memory(monkeypatch):
    """Let a table be long from its second chunk of rows on."""
    monkeypatch.setattr(collect, "LONG", 10_000)
    monkeypatch.setattr(columns_made, "MANY", 1_000)


@pytest.mark.usefixtures("short_memory")
def test_texts_that_nothing_needs_are_not_kept_and_that_is_said(path):
    book = read_book([path])
    [said] = [f for f in book.findings if f.kind == "columns_not_kept"]
    assert "“内部影像批次”" in said.message
    assert "柜面流水" not in said.message  # few different texts cost nothing
    assert said.cells == ("台账_20261231!F1",)
    assert len(book.loans) == ROWS
    assert book.loans["customer_name"].nunique() == ROWS


def test_a_table_that_is_not_long_keeps_everything(path):
    assert not any(f.kind == "columns_not_kept" for f in read_book([path]).findings)


@pytest.mark.usefixtures("short_memory")
def test_what_is_read_is_the_same_but_for_the_texts(path, monkeypatch):
    shortened = read_book([path])
    monkeypatch.undo()
    whole = read_book([path])
    assert shortened.loans.equals(whole.loans)
    assert shortened.customers.equals(whole.customers)
    assert [f for f in shortened.findings if f.kind != "columns_not_kept"] == [*whole.findings]


@pytest.mark.usefixtures("short_memory")
def test_a_total_is_still_known_by_its_word(path, tmp_path):
    summed = tmp_path / path.name
    summed.write_text(f"{path.read_text('utf-8')}\n,,999999,,,合计,", encoding="utf-8")
    assert len(read_book([summed]).loans) == ROWS


@pytest.mark.usefixtures("short_memory")
def test_a_column_that_a_recipe_names_is_kept(path):
    recipe = Recipe(columns={"loans": {"内部影像批次": "area"}})
    book = read_book([path], recipe=recipe)
    assert not any(f.kind == "columns_not_kept" for f in book.findings)
    assert book.loans["area"].nunique() == ROWS * 4 // 5


@pytest.mark.usefixtures("short_memory")
def test_whoever_looks_at_the_cells_gets_them_all(path):
    book, _ = read_with_rows([path])
    assert not any(f.kind == "columns_not_kept" for f in book.findings)
    [sheet] = open_file(path).sheets  # nobody listens
    assert len({*sheet.columns[5]}) == ROWS * 4 // 5 + 2


@pytest.mark.usefixtures("short_memory")
def test_empty_cells_stay_empty(path):
    class NeedsNoStreets(collect.Listener):
        def needless(self, sheet):
            assert sheet.height == 10_000
            return [0, 5]

    [sheet] = open_file(path, ahead=NeedsNoStreets()).sheets
    streets = [*sheet.columns[5]]
    assert sheet.unkept == (0, 5)
    assert streets[9_999] == "东街9998号"
    assert [streets[row] for row in (20_000, 20_001)] == [NOT_KEPT, ""]
    assert sum(1 for cell in streets if cell == "") == ROWS // 5
