"""Workbooks come back after everything that people do to a workbook."""

import csv
import dataclasses
import itertools
import shutil
from pathlib import Path

import openpyxl
import pytest

from campaign.errors import StoreError
from campaign.progress import records
from campaign.progress.activity_log import broken_log_entry
from campaign.progress.kept_plans import record_plan
from campaign.progress.returns import read_return, take_back, undo_last
from campaign.progress.store import opened
from campaign.vocabulary import ReturnState
from tests.builders_render import make_campaign_plan
from tests.builders_returns import (
    CALLS,
    FILLED,
    HEAD,
    KEYS,
    LABELS,
    REFERRAL,
    TAKEN,
    VISITS,
    converted,
    converted_together,
    fill,
    fill_sheet,
    head_of,
    issue,
    rewrite,
    row_of,
)

AT = "2026-12-04T17:05:00"
OUTCOME = LABELS["outcome"]


@pytest.fixture(scope="module")
def plan():
    return make_campaign_plan(managers=3, customers=6)


@pytest.fixture(scope="module")
def issued(plan, tmp_path_factory):
    return issue(plan, tmp_path_factory.mktemp("campaign"))


@pytest.fixture
def db(issued, tmp_path):
    return Path(shutil.copy(issued[0], tmp_path / "campaign.db"))


@pytest.fixture
def workbook(issued):
    return issued[1]["1001"]


def take(db, *files, preview=False):
    with opened(db) as connection:
        return take_back(connection, files, at=AT, actor="branch", preview=preview)


def state(db):
    """Return all that counts: results and new contacts, without numbers of returns."""
    with opened(db) as connection:
        tables = records.outcomes(connection), records.referred(connection)
    return tuple(table.to_csv(index=False) for table in tables)


def kept(db):
    with opened(db) as connection:
        table = records.outcomes(connection)
    columns = table[["outcome", "wanted_amount", "referrals"]].astype("object")
    rows = columns.where(columns.notna(), None).itertuples(index=False, name=None)
    return dict(zip(table["candidate_id"], rows, strict=True))


def counts(report):
    return (report.applied, report.rejected, report.unknown)


# Edits of the layout that change nothing of what is filled in.


def sort_rows(book):
    rewrite(book[VISITS], lambda g: [g[0], *sorted(g[1:], key=lambda row: str(row[0]))[::-1]])


def hide_rows(book):
    for row in range(HEAD + 1, HEAD + 4):
        book[VISITS].row_dimensions[row].hidden = True


def insert_blank_rows(book):
    rewrite(book[VISITS], lambda g: [g[0], *[r for row in g[1:] for r in (row, [None] * len(row))]])


def move_columns(book):
    rewrite(book[VISITS], lambda g: [row[::-1] for row in g])


def show_and_move_the_key(book):
    book[VISITS].column_dimensions["A"].hidden = False
    rewrite(book[VISITS], lambda g: [row[1:] + row[:1] for row in g])


def insert_a_column(book):
    rewrite(book[VISITS], lambda g: [[*row[:8], "自用", *row[8:]] for row in g])


def rename_the_result(book):
    rewrite(book[VISITS], lambda g: [["走访结果" if c == OUTCOME else c for c in g[0]], *g[1:]])


def spread_the_heads(book):
    rewrite(book[VISITS], lambda g: [[f" {c}\n" if c else c for c in g[0]], *g[1:]])


def rename_the_key(book):
    rewrite(book[VISITS], lambda g: [["编码", *g[0][1:]], *g[1:]])


def delete_the_note(book):
    column = head_of(book[VISITS], OUTCOME)[1][LABELS["note"]]
    rewrite(book[VISITS], lambda g: [row[: column - 1] + row[column:] for row in g])


def add_rows_above(book):
    rewrite(book[VISITS], lambda g: [["城东支行 12 月第一周"], [None], *g])


def rename_the_sheet(book):
    book[VISITS].title = "陈立新第一周"


def add_a_sheet(book):
    book.create_sheet("草稿", 0).append(["结果", "随便写写"])


def copy_the_sheet(book):
    book.copy_worksheet(book[VISITS])


def repeat_the_heads(book):
    rewrite(book[VISITS], lambda g: [*g[:4], g[0], *g[4:]])


def duplicate_a_row(book):
    rewrite(book[VISITS], lambda g: [*g, g[1]])


def add_a_sum(book):
    book[VISITS].append([None, "合计"])


def protect(book):
    book[VISITS].protection.enable()


def merge_the_title(book):
    book[VISITS].merge_cells("B1:H1")


def cells_of(book, name):
    """Return the cells filled in of a column."""
    sheet = book[VISITS]
    column = head_of(sheet, OUTCOME)[1][LABELS[name]]
    cells = [sheet.cell(row, column) for row in range(HEAD + 1, sheet.max_row + 1)]
    return [cell for cell in cells if cell.value is not None]


def write_amounts_in_words(book):
    for cell in cells_of(book, "wanted_amount"):
        cell.value = f"{cell.value}万"


def write_amounts_full_width(book):
    wide = str.maketrans("0123456789.", "０１２３４５６７８９．")
    for cell in cells_of(book, "wanted_amount"):
        cell.value = str(cell.value).translate(wide)


def write_days_in_words(book):
    for cell in cells_of(book, "done_date"):
        cell.value = f"{cell.value:%m}月{cell.value:%d}日".lstrip("0")
        cell.number_format = "@"


def write_days_as_numbers(book):
    for cell in cells_of(book, "done_date"):
        cell.value = f"{cell.value:%Y%m%d}"
        cell.number_format = "@"


def put_blanks_around_the_results(book):
    for cell in cells_of(book, "outcome"):
        cell.value = f" {cell.value}　"


def put_blanks_around_the_keys(book):
    sheet = book[VISITS]
    for row in range(HEAD + 1, sheet.max_row + 1):
        sheet.cell(row, 1).value = f"{sheet.cell(row, 1).value} "


def filter_the_rows(book):
    sheet = book[VISITS]
    sheet.auto_filter.ref = f"A{HEAD}:S{sheet.max_row}"
    sheet.auto_filter.add_filter_column(14, ["有意向"])


def hide_columns(book):
    for letter in "DEFG":
        book[VISITS].column_dimensions[letter].hidden = True


def delete_the_title(book):
    book[VISITS].delete_rows(1, 2)


def delete_the_other_sheets(book):
    for name in book.sheetnames:
        if name not in (VISITS, CALLS, KEYS):
            del book[name]


def move_the_sheets(book):
    book.move_sheet(book[VISITS], len(book.sheetnames))
    book.move_sheet(book[KEYS], -len(book.sheetnames))


def show_the_keys(book):
    book[KEYS].sheet_state = "visible"


def rename_the_keys(book):
    book[KEYS].title = "Sheet9"


HARMLESS = (
    write_amounts_in_words,
    write_amounts_full_width,
    write_days_in_words,
    write_days_as_numbers,
    put_blanks_around_the_results,
    put_blanks_around_the_keys,
    filter_the_rows,
    hide_columns,
    delete_the_title,
    delete_the_other_sheets,
    move_the_sheets,
    show_the_keys,
    rename_the_keys,
    sort_rows,
    hide_rows,
    insert_blank_rows,
    move_columns,
    show_and_move_the_key,
    insert_a_column,
    rename_the_result,
    spread_the_heads,
    rename_the_key,
    delete_the_note,
    add_rows_above,
    rename_the_sheet,
    add_a_sheet,
    copy_the_sheet,
    repeat_the_heads,
    duplicate_a_row,
    add_a_sum,
    protect,
    merge_the_title,
)


@pytest.mark.parametrize("edit", HARMLESS, ids=lambda edit: edit.__name__)
def test_an_edit_of_the_layout_loses_nothing(db, workbook, tmp_path, edit):
    [report] = take(db, fill(workbook, tmp_path / "back.xlsx", edit=edit))
    assert report.refused == ""
    assert counts(report) == (3, 0, 0)
    assert report.rows_in == report.applied + report.unchanged
    assert report.missing == ()
    assert kept(db) == TAKEN


@pytest.mark.office
@pytest.mark.parametrize("to", ["xlsx", "xls", "ods"])
def test_a_workbook_saved_by_another_program(db, workbook, tmp_path, office, to):
    filled = fill(workbook, tmp_path / "back.xlsx", edit=sort_rows)
    [report] = take(db, converted(office, filled, to, tmp_path / "office"))
    assert (report.refused, counts(report), report.missing) == ("", (3, 0, 0), ())
    assert kept(db) == TAKEN


@pytest.fixture(scope="module")
def edited(issued, tmp_path_factory):
    """Return a workbook filled in, by every edit that loses nothing.

    Without the sheets that nobody fills in, on which LibreOffice spends most of its time; the
    tests above take them along.
    """
    folder = tmp_path_factory.mktemp("edited")
    slim = fill(issued[1]["1001"], folder / "slim.xlsx", edit=leave_what_is_filled_in)
    return [fill(slim, folder / f"{e.__name__}.xlsx", edit=e) for e in HARMLESS]


def leave_what_is_filled_in(book):
    for name in {*book.sheetnames} - {VISITS, CALLS, REFERRAL, KEYS}:
        del book[name]


def test_there_are_thirty_edits():
    assert len({edit.__name__ for edit in HARMLESS}) >= 30


@pytest.mark.office
@pytest.mark.parametrize("to", ["xlsx", "xls"])
def test_every_edit_survives_a_round_trip_through_another_program(
    issued, edited, tmp_path, office, to
):
    for back in converted_together(office, edited, to, tmp_path / "office"):
        db = Path(shutil.copy(issued[0], tmp_path / f"{back.stem}.db"))
        [report] = take(db, back)
        settled = (report.refused, counts(report), report.missing)
        assert settled == ("", (3, 0, 0), ()), back.stem
        assert report.rows_in == report.applied + report.unchanged, back.stem
        assert kept(db) == TAKEN, back.stem


# Every sheet a file of its own, UTF-8, each cell as it is shown.
CSV = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,-1"
RENAMED = {"rename_the_sheet": "陈立新第一周"}


@pytest.mark.office
def test_every_edit_survives_being_saved_as_csv_by_another_program(
    issued, edited, tmp_path, office
):
    converted_together(office, edited, CSV, tmp_path / "office")
    for name in (edit.__name__ for edit in HARMLESS):
        sheet = tmp_path / "office" / f"{name}-{RENAMED.get(name, VISITS)}.csv"
        db = Path(shutil.copy(issued[0], tmp_path / f"{name}.db"))
        [report] = take(db, sheet)
        if name == "delete_the_title":  # with it goes the line that a csv is known by
            assert "找不到隐藏的方案编号" in report.refused
            continue
        assert (report.refused, counts(report)) == ("", (3, 0, 0)), name
        assert report.rows_in == report.applied + report.unchanged, name
        assert kept(db) == TAKEN, name


# Field, what stands there, its column, and why the row is kept out.
REFUSED = [
    ("done_date", "上周五", "P", "请写成 2027-01-08 的样子"),
    ("outcome", "没有意向", "Q", "请从下拉框里选一项"),
    ("wanted_amount", 200_000, "R", "是否写错了单位"),
    ("wanted_amount", "=10+10", "R", "公式没有结果"),
    ("outcome", "#N/A", "Q", "公式错误值"),
]


@pytest.mark.parametrize("refused", REFUSED, ids=lambda refused: str(refused[1]))
def test_a_doubtful_cell_keeps_its_row_out_with_its_address(db, workbook, tmp_path, refused):
    field, written, column, why = refused
    results = {
        "K1001000-V1": {"note": "见过", field: written},
        "K1001001-V1": {"outcome": "有意向"},
    }
    back = fill(workbook, tmp_path / "back.xlsx", results)
    place = row_of(openpyxl.load_workbook(back)[VISITS], "K1001000-V1")
    [report] = take(db, back)
    [rejected] = [row for row in report.rows if row.state is ReturnState.REJECTED]
    assert rejected.words.startswith(f"{VISITS}!{column}{place}：")
    assert why in rejected.words
    assert list(kept(db)) == ["K1001001-V1"]


def contradict(book):
    place = head_of(book[VISITS], OUTCOME)[1][OUTCOME] - 1
    rewrite(book[VISITS], lambda g: [*g, [*g[1][:place], "无需求", *g[1][place + 1 :]]])


def shift_the_keys(book):
    """Sort all but the hidden column, by the planned day backwards."""

    def change(grid):
        turned = [row[1:] for row in grid[1:]][::-1]
        return [
            grid[0],
            *[[row[0], *rest] for row, rest in zip(grid[1:], turned, strict=True)],
        ]

    rewrite(book[VISITS], change)


def merge_two_results(book):
    sheet = book[VISITS]
    place = head_of(sheet, OUTCOME)[1][OUTCOME]
    sheet.merge_cells(start_row=4, end_row=5, start_column=place, end_column=place)


def damage_a_key(book):
    sheet = book[VISITS]
    sheet.cell(row_of(sheet, "K1001000-V1"), 1).value = 1.1e17


def write_below(book):
    sheet = book[VISITS]
    columns = head_of(sheet, OUTCOME)[1]
    sheet.cell(sheet.max_row + 1, columns[OUTCOME], "有意向")


def take_anothers_key(book):
    sheet = book[VISITS]
    sheet.cell(row_of(sheet, "K1001000-V1"), 1).value = "K1002000-V1"


@pytest.mark.parametrize(
    ("edit", "expected", "why"),
    [
        (contradict, (2, 2, 0), "填写不一致"),
        (merge_two_results, (1, 2, 0), "单元格被合并"),
        (damage_a_key, (2, 0, 1), "没有行键"),
        (write_below, (3, 0, 1), "没有行键"),
        (take_anothers_key, (2, 0, 1), "不是发给这位客户经理的"),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_what_cannot_be_told_is_set_aside(db, workbook, tmp_path, edit, expected, why):
    [report] = take(db, fill(workbook, tmp_path / "back.xlsx", edit=edit))
    assert counts(report) == expected
    assert report.rows_in == sum(expected) + report.unchanged
    assert any(why in row.words for row in report.open_rows)
    assert all(TAKEN[key] == value for key, value in kept(db).items())


def test_keys_that_did_not_move_with_their_rows_are_noticed(db, workbook, tmp_path):
    """A result may still land on another customer of the same day; never on another day."""
    [report] = take(db, fill(workbook, tmp_path / "back.xlsx", edit=shift_the_keys))
    assert report.applied == 0
    assert report.rejected == 3
    assert "隐藏的行键没有一起移动" in report.open_rows[0].words


def test_a_column_nobody_knows_is_said(db, workbook, tmp_path):
    def rename(book):
        rewrite(book[VISITS], lambda g: [["乱写" if c == OUTCOME else c for c in g[0]], *g[1:]])

    [report] = take(db, fill(workbook, tmp_path / "back.xlsx", edit=rename))
    assert report.notes[0] == f"{VISITS}：找不到“结果”列，这些内容没有读入。"
    assert "3 行填了日期或备注但没有选结果" in report.notes[1]
    assert {outcome for outcome, *_ in kept(db).values()} == {None}


def test_a_deleted_row_is_missing_and_not_done(db, workbook, tmp_path):
    def delete(book):
        rewrite(book[VISITS], lambda g: [row for row in g if row[0] != "K1001001-V1"])

    [report] = take(db, fill(workbook, tmp_path / "back.xlsx", edit=delete))
    assert report.missing == ("K1001001-V1",)
    assert "K1001001-V1" not in kept(db)


def test_amounts_may_be_in_yuan_if_the_head_says_so(db, workbook, tmp_path):
    def in_yuan(book):
        sheet = book[VISITS]
        column = head_of(sheet, OUTCOME)[1][LABELS["wanted_amount"]]
        sheet.cell(HEAD, column).value = "意向金额（元）"

    results = {"K1001000-V1": {"outcome": "有意向", "wanted_amount": 180_000}}
    take(db, fill(workbook, tmp_path / "back.xlsx", results, edit=in_yuan))
    assert kept(db) == {"K1001000-V1": ("interested", 180_000.0, None)}


# Wrong files.


def drop_keys(book):
    book.remove(book[KEYS])
    for name in (VISITS, CALLS):
        book[name]["A1"] = None


def set_key(name, value):
    def edit(book):
        sheet = book[KEYS]
        for row in sheet.iter_rows():
            if row[0].value == name:
                row[1].value = value

    return edit


@pytest.mark.parametrize(
    ("edit", "why"),
    [
        (set_key("tool", "another"), "不是本工具发出的"),
        (set_key("campaign", "2025-12-01..2026-03-31"), "另一次活动"),
        (set_key("campaign", "?"), "不是本工具发出的"),
        (set_key("book_digest", "x"), "与这个文件夹的方案对不上"),
        (set_key("version", "9"), "没有这一版"),
        (set_key("version", ""), "没有这一版"),
        (set_key("manager_id", "9999"), "工号 9999 不在第 1 版方案里"),
        (set_key("manager_id", "1002"), "行键没有一条属于工号 1002"),
        (drop_keys, "不是本工具发出的"),
    ],
)
def test_a_wrong_workbook_is_refused_with_the_reason(db, workbook, tmp_path, edit, why):
    before = db.read_bytes()
    [report] = take(db, fill(workbook, tmp_path / "back.xlsx", edit=edit))
    assert why in report.refused
    assert report.rows_in == 0
    assert db.read_bytes() == before


def test_a_workbook_without_its_hidden_sheet_is_known_by_the_line_above_the_row_keys(
    db, workbook, tmp_path
):
    take(db, fill(workbook, tmp_path / "back.xlsx", edit=lambda book: book.remove(book[KEYS])))
    assert kept(db) == TAKEN


def as_csv(workbook, to, encoding="utf-8-sig", name=VISITS):
    """Save a sheet as a spreadsheet does: every cell as it is shown."""
    sheet = openpyxl.load_workbook(workbook)[name]
    with to.open("w", encoding=encoding, newline="") as file:
        for row in sheet.iter_rows(values_only=True):
            shown = [f"{c:%Y/%m/%d}" if hasattr(c, "year") else c for c in row]
            csv.writer(file).writerow(["" if c is None else c for c in shown])
    return to


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
def test_a_sheet_saved_as_csv_is_taken_and_what_it_lacks_is_named(db, workbook, tmp_path, encoding):
    back = as_csv(fill(workbook, tmp_path / "back.xlsx"), tmp_path / "走访日程.csv", encoding)
    [report] = take(db, back)
    assert (report.refused, report.manager_id) == ("", "1001")
    assert kept(db) == TAKEN
    with opened(db) as connection:
        issued = records.issued(connection, 1)
    mine = issued[issued["manager_id"] == "1001"]
    assert set(report.missing) == set(mine.loc[mine["channel"] == "call", "candidate_id"])


def test_a_csv_without_row_keys_is_refused_with_the_reason(db, workbook, tmp_path):
    [report] = take(db, as_csv(workbook, tmp_path / "转介.csv", name=REFERRAL))
    assert "找不到隐藏的方案编号" in report.refused
    assert "另存的 csv" in report.refused


CASE = {"how_it_came": "老客户介绍", "what_worked": "先算账再谈", "leads_to": "隔壁铺子"}


def test_the_words_of_a_case_come_back_beside_the_result(db, workbook, tmp_path):
    filled = {"K1001001-V1": {**FILLED["K1001001-V1"], **CASE}}
    take(db, fill(workbook, tmp_path / "back.xlsx", filled))
    with opened(db) as connection:
        [row] = records.outcomes(connection).to_dict("records")
    assert {name: row[name] for name in CASE} == CASE


def test_a_workbook_from_before_there_were_cases_is_read_without_a_word(workbook, tmp_path):
    def without_cases(book):
        for name in (VISITS, CALLS):
            for cell in book[name][HEAD]:
                if cell.value in [LABELS[part] for part in CASE]:
                    cell.value = None

    assert read_return(fill(workbook, tmp_path / "back.xlsx", edit=without_cases)).notes == ()


def write_blank(path):
    openpyxl.Workbook().save(path)


@pytest.mark.parametrize(
    "write",
    [
        write_blank,
        lambda path: path.write_bytes(b""),
        lambda path: path.write_bytes(b"PK\x03\x04 broken"),
        lambda path: path.write_text("行键,结果\nK1001000-V1,有意向\n", encoding="utf-8"),
    ],
    ids=["blank", "empty", "broken", "csv"],
)
def test_a_file_that_is_no_workbook_of_ours_is_refused_and_the_others_are_taken(
    db, workbook, tmp_path, write
):
    wrong = tmp_path / "a.xlsx"
    write(wrong)
    reports = take(db, wrong, fill(workbook, tmp_path / "b.xlsx"))
    assert [bool(report.refused) for report in reports] == [True, False]
    assert kept(db) == TAKEN


# Again, later, undone.


def test_the_same_file_twice_changes_no_byte(db, workbook, tmp_path):
    back = fill(workbook, tmp_path / "back.xlsx", contacts=[{"customer_name": "赵大海"}])
    take(db, back)
    before = db.read_bytes()
    [report] = take(db, back)
    assert (report.applied, report.unchanged) == (0, report.rows_in)
    assert db.read_bytes() == before


def test_the_same_results_saved_again_bring_nothing_new(db, workbook, tmp_path):
    contacts = [{"customer_name": "赵大海", "phone": "13900001111"}]
    take(db, fill(workbook, tmp_path / "a.xlsx", contacts=contacts))
    before = state(db)
    [report] = take(db, fill(workbook, tmp_path / "b.xlsx", contacts=contacts, edit=sort_rows))
    assert (report.applied, report.unchanged) == (0, report.rows_in)
    assert state(db) == before


def test_an_older_copy_imported_again_takes_nothing_back(db, workbook, tmp_path):
    old = fill(workbook, tmp_path / "old.xlsx")
    new = fill(workbook, tmp_path / "new.xlsx", {**FILLED, "K1001000-V1": {"outcome": "已申请"}})
    take(db, old)
    [report] = take(db, new)
    assert report.open_rows[0].words.endswith("改了上次的结果：结果 有意向→已申请")
    before = state(db)
    take(db, old)
    assert state(db) == before
    assert kept(db)["K1001000-V1"] == ("applied", 200_000.0, None)


def test_an_emptied_row_takes_nothing_away(db, workbook, tmp_path):
    take(db, fill(workbook, tmp_path / "a.xlsx"))
    [report] = take(db, fill(workbook, tmp_path / "b.xlsx", {"K1001000-V1": {"note": "补记"}}))
    assert report.applied == 1
    assert kept(db) == TAKEN


def test_a_preview_says_the_same_and_changes_no_byte(db, workbook, tmp_path):
    back = fill(workbook, tmp_path / "back.xlsx")
    before = db.read_bytes()
    [seen] = take(db, back, preview=True)
    assert db.read_bytes() == before
    assert [seen] == take(db, back)


def test_any_order_of_three_managers_files_gives_the_same_state(issued, tmp_path):
    files = []
    for manager, workbook in issued[1].items():
        results = {f"K{manager}00{n}-V1": {"outcome": "有意向"} for n in range(3)}
        contacts = [{"customer_name": f"客{manager}", "wanted_amount": 8}]
        files.append(fill(workbook, tmp_path / f"{manager}.xlsx", results, contacts=contacts))
    states = set()
    for number, order in enumerate(itertools.permutations(files)):
        db = Path(shutil.copy(issued[0], tmp_path / f"{number}.db"))
        for file in order:
            take(db, file)
        states.add(state(db))
    together = Path(shutil.copy(issued[0], tmp_path / "all.db"))
    take(together, *files)
    assert states == {state(together)}
    assert len(kept(together)) == 9


def test_undo_restores_what_was_before(db, issued, tmp_path):
    take(db, fill(issued[1]["1001"], tmp_path / "a.xlsx"))
    before = state(db)
    second = fill(issued[1]["1002"], tmp_path / "b.xlsx", {"K1002000-V1": {"outcome": "无需求"}})
    take(db, second, fill(issued[1]["1003"], tmp_path / "c.xlsx", {}))
    with opened(db) as connection:
        assert undo_last(connection, at=AT, actor="branch") == ["b.xlsx", "c.xlsx"]
        actions = [row[0] for row in connection.execute("SELECT action FROM log ORDER BY entry")]
        assert broken_log_entry(connection) is None
    assert state(db) == before
    assert actions == ["plan", "take_back", "take_back", "undo"]
    [report] = take(db, second)
    assert report.applied == 1


def test_nothing_to_undo_is_said(db):
    with pytest.raises(StoreError, match="没有可撤销的"), opened(db) as connection:
        undo_last(connection, at=AT, actor="branch")


@pytest.fixture
def second_version(plan, db, tmp_path):
    """Issue the same touches anew as version 2; return its workbooks."""
    later = dataclasses.replace(plan, version=2)
    folder = tmp_path / "v2"
    folder.mkdir()
    _, workbooks = issue(later, folder)
    record_plan(later, db)
    return workbooks


def test_an_older_version_never_overwrites_a_newer_result(db, workbook, second_version, tmp_path):
    newer = {"K1001000-V1": {"outcome": "已放款", "wanted_amount": 30}}
    take(db, fill(second_version["1001"], tmp_path / "v2.xlsx", newer))
    [report] = take(db, fill(workbook, tmp_path / "v1.xlsx"))
    assert counts(report) == (2, 1, 0)
    assert "第 2 版工作簿里已有较新的结果，不覆盖" in report.open_rows[0].words
    assert kept(db) == {**TAKEN, "K1001000-V1": ("disbursed", 300_000.0, None)}


def test_versions_count_and_not_the_order_they_came_in(db, workbook, second_version, tmp_path):
    newer = {"K1001000-V1": {"outcome": "已放款", "wanted_amount": 30}}
    take(db, fill(workbook, tmp_path / "v1.xlsx"))
    take(db, fill(second_version["1001"], tmp_path / "v2.xlsx", newer))
    assert kept(db) == {**TAKEN, "K1001000-V1": ("disbursed", 300_000.0, None)}


def test_what_a_new_plan_rests_on_is_not_undone(plan, db, workbook, tmp_path):
    take(db, fill(workbook, tmp_path / "v1.xlsx"))
    record_plan(dataclasses.replace(plan, version=2), db)
    with pytest.raises(StoreError, match="已重做方案"), opened(db) as connection:
        undo_last(connection, at=AT, actor="branch")


# New contacts.

CONTACTS = [
    {
        "referrer_id": "K1001000",
        "referrer_name": "张国强",
        "relation": "爱人",
        "customer_name": "赵大海",
        "phone": 13900001111,
        "main_business": "水产批发",
        "wanted_amount": 15,
    },
    {"customer_name": "钱小姐"},
]


def test_new_contacts_are_kept_with_who_gave_them(db, workbook, tmp_path):
    [report] = take(db, fill(workbook, tmp_path / "back.xlsx", {}, contacts=CONTACTS))
    assert report.applied == 2
    with opened(db) as connection:
        table = records.referred(connection).set_index("customer_name")
    assert table.loc["赵大海", "phone"] == "13900001111"
    assert table.loc["赵大海", ["referrer_id", "relation"]].tolist() == ["K1001000", "爱人"]
    assert table.loc["赵大海", "wanted_amount"] == 150_000
    assert table.loc["钱小姐", "phone"] == ""


def test_the_list_below_the_new_contacts_is_not_taken_for_contacts(workbook, tmp_path):
    book = read_return(fill(workbook, tmp_path / "back.xlsx", {}, contacts=CONTACTS))
    assert [row.values["customer_name"] for row in book.contacts] == ["赵大海", "钱小姐"]


def test_a_contact_without_a_name_is_set_aside(db, workbook, tmp_path):
    contacts = [{"phone": "13900001111"}, {"customer_name": "赵大海", "phone": "12"}]
    [report] = take(db, fill(workbook, tmp_path / "back.xlsx", {}, contacts=contacts))
    assert counts(report) == (0, 2, 0)
    assert [row.words.split("：")[1][:4] for row in report.open_rows] == ["没有写客", "联系电话"]


def test_a_contact_filled_in_further_is_one_contact(db, workbook, tmp_path):
    take(db, fill(workbook, tmp_path / "a.xlsx", {}, contacts=CONTACTS[1:]))
    more = [{"customer_name": "钱小姐", "main_business": "服装"}]
    [report] = take(db, fill(workbook, tmp_path / "b.xlsx", {}, contacts=more))
    assert report.applied == 1
    with opened(db) as connection:
        assert records.referred(connection)["main_business"].tolist() == ["服装"]


def test_calls_come_back_too(db, workbook, tmp_path):
    def fill_calls(book):
        key = book[CALLS].cell(HEAD + 1, 1).value
        fill_sheet(book[CALLS], {key: {"outcome": "未联系上"}})

    [report] = take(db, fill(workbook, tmp_path / "back.xlsx", {}, edit=fill_calls))
    assert report.applied == 1
    assert list(kept(db).values()) == [("not_met", None, None)]


def test_the_sheet_of_contacts_may_be_renamed(db, workbook, tmp_path):
    def rename(book):
        book[REFERRAL].title = "我的转介"

    back = fill(workbook, tmp_path / "back.xlsx", {}, contacts=CONTACTS, edit=rename)
    assert take(db, back)[0].applied == 2
