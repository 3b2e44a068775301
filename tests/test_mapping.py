"""A bank's words lead to our fields; what is unclear is asked, with the line of a recipe."""

from __future__ import annotations

import csv
import re
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from campaign.book.aliases import BESIDE, role_aliases
from campaign.book.header_text import read_header
from campaign.book.headers import FoundTable, Title
from campaign.book.mapping import map_columns
from campaign.book.matching import SheetMapping
from campaign.book.profile import profile
from campaign.book.raw_sheet import RawSheet
from campaign.book.recipe import recipe_from
from campaign.book.roles import options_for
from campaign.book.sheet_guess import SheetGuess
from campaign.vocabulary import BOOK_TABLES, Unit
from tests.builders_book import field_of, found, kinds, ledger, read_ledger, with_column

CASES = Path(__file__).parent / "cases"
NUMBER = re.compile(r"-?(?:0|[1-9]\d{0,10})(?:\.\d+)?")
# What stands beside a column in most ledgers.
USUAL = [
    "loan_note_id", "customer_id", "customer_name", "loan_amount", "balance", "start_date",
    "maturity_date", "annual_rate", "loan_class", "manager_name", "branch",
]  # fmt: skip
SAMPLES = {
    "loan_note_id": [f"081220260120000{n}" for n in range(6)],
    "contract_id": [f"HT202600{n}" for n in range(6)],
    "customer_id": [f"810052177{n}" for n in range(6)],
    "customer_name": ["清河县辉和机电安装有限公司", "刘桂芳", "孙立新", "王强", "李娜"],
    "cert_no": ["91350100M000100Y43", "11010519491231002X"],
    "branch": ["城关支行", "东门支行", "城关支行", "西街分理处", "东门支行"],
    "manager_name": ["张伟民", "李雪", "张伟民", "周文斌", "李雪"],
    "manager_id": ["QH001", "QH002", "QH001", "QH003", "QH002"],
    "phone": ["16447168409", "16332578606"],
    "lender": ["农业银行", "建设银行清河支行"],
    "industry_code": ["5121", "7113"],
    "industry": ["烟酒零售", "塔吊租赁"],
    "maturity_date": ["2026-01-05", "2027-12-31", "2028-03-08", "2026-11-02", "2029-02-14"],
}
BY_UNIT = {
    Unit.DATE: ["2026-01-05", "2025-12-31", "2026-03-08", "2025-11-02", "2026-02-14"],
    Unit.YUAN: [35.5, 120.0, 7.25, 50.0, 18.6],
    Unit.RATIO: [4.35, 5.2, 6.5, 4.35, 7.8],
    Unit.FLAG: ["是", "否"],
    Unit.DAY: [0.0, 3.0],
    Unit.COUNT: [0.0, 3.0],
    Unit.SCORE: [0.0, 3.0],
}


@cache
def samples(role: str, name: str) -> list:
    tables = [BOOK_TABLES[table] for table in (role, *BESIDE.get(role, ()))]
    known = next((t.field(name) for t in tables if name in t.columns), None)
    if known is None:
        return []
    if known.values is not None:
        return [member.label for member in list(known.values)[:3]] * 2
    return SAMPLES.get(name) or BY_UNIT.get(known.unit, ["某某文字", "其他文字"])


@cache
def usual_columns(role: str, without: str) -> tuple[list, list, dict]:
    """Return texts, headers and options of the columns that stand beside; slow to make."""
    names = [name for name in USUAL if name != without] if role == "loans" else []
    texts = [[BOOK_TABLES[role].field(n).label, *samples(role, n)] for n in names]
    headers = [read_header(column[:1]) for column in texts]
    profiles = {number: profile(column[1:]) for number, column in enumerate(texts)}
    return texts, headers, {"options": options_for(role, headers, profiles), "profiles": profiles}


def mapped(role: str, without: str, header: str, cells: list) -> SheetMapping:
    """Return how a sheet is understood: the usual columns without one field, and this last one."""
    texts, headers, known = usual_columns(role, without)
    place = len(texts)
    headers = (*headers, read_header([header]))
    profiles = {**known["profiles"], place: profile(cells)}
    own = options_for(role, headers, {place: profiles[place]})
    sheet = RawSheet("a.xlsx", "表", [*texts, [header, *cells]])
    table = FoundTable(0, 0, 1, headers, Title())
    options = {**known["options"], **own}
    return map_columns(SheetGuess(sheet, "表", table, role, options, profiles))


def outcome(role: str, name: str, header: str, cells: list) -> str:
    """Return right, asked, unused or wrong for a header beside the usual columns but its own.

    A name that begins with _ stands for whatever the plan does not use.
    """
    mapping = mapped(role, name, header, cells)
    target = mapping.columns[-1].target
    if target is not None and target.used:
        return "right" if target.field == name else "wrong"
    if any(header in finding.message for finding in mapping.findings):
        return "asked"
    return "right" if name.startswith("_") else "unused"


def cases(name: str) -> list[tuple[str, str, str, list]]:
    """Return the headers of a set that no list has, each with its cells."""
    with (CASES / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return [
        (row["role"], row["field"], row["header"], cells_of(row))
        for row in rows
        if read_header([row["header"]]).name not in role_aliases(row["role"]).exact
    ]


def cells_of(row: dict[str, str]) -> list:
    texts = row.get("values")
    if texts is None:
        return samples(row["role"], row["field"])
    return [float(t) if NUMBER.fullmatch(t) else t for t in texts.split("；")]


# All sets but the fifth and the tenth were learnt from after they were measured; decisions.md.
@pytest.mark.parametrize(
    ("name", "least", "right", "wrong"),
    [
        ("headers_not_in_lists", 220, 0.93, 0.01),
        ("headers_fresh_1", 110, 0.90, 0.01),
        ("headers_fresh_2", 190, 0.90, 0.01),
        ("headers_fresh_3", 280, 0.90, 0.01),
        ("headers_fresh_4", 220, 0.82, 0.02),
        ("headers_fresh_5", 160, 0.88, 0.02),
        ("headers_fresh_6", 110, 0.88, 0.01),
        ("headers_fresh_7", 100, 0.86, 0.01),
        ("headers_fresh_8", 165, 0.95, 0.01),
        ("headers_fresh_9", 95, 0.90, 0.01),
        ("headers_fresh_10", 100, 0.90, 0.005),
    ],
)
def test_headers_in_no_list_are_mapped_right_or_asked(name, least, right, wrong):
    results = Counter(outcome(*case) for case in cases(name))
    assert results.total() > least
    assert results["right"] >= right * results.total(), results
    assert results["wrong"] <= wrong * results.total(), results


def question(header: str, cells: list, without: str = "") -> str:
    """Return what is asked about a column beside the usual ones, or an empty text."""
    findings = mapped("loans", without, header, cells).findings
    return next((f.message for f in findings if header in f.message), "")


DUE = SAMPLES["maturity_date"]


@pytest.mark.parametrize("header", ["担保到期日", "保险到期日", "身份证到期日", "某某到期日"])
def test_the_end_of_something_else_is_never_taken_for_the_maturity(header):
    assert outcome("loans", "maturity_date", header, DUE) == "asked"
    assert outcome("loans", "_", header, DUE) == "right"


def test_fitting_values_do_not_make_a_guarantor_the_borrower():
    numbers = ["91350100M000100Y43", "11010519491231002X"] * 3
    assert outcome("loans", "_", "担保人证件号码", numbers) == "right"
    assert outcome("loans", "_", "保证人手机", ["13800138000", "13900139001"] * 3) == "right"


def test_mobile_numbers_stored_as_numbers_are_known_under_a_plain_name():
    assert outcome("loans", "phone", "短信通知号码", [13800138000.0, 13900139001.0] * 3) == "right"


def test_what_is_asked_names_a_line_that_a_recipe_takes():
    said = question("某某到期日", DUE, without="maturity_date")
    section, line = re.search(r"(\[columns\.\w+\]) 下写 (.+?)。", said).groups()
    assert recipe_from(f"{section}\n{line}").columns == {"loans": {"某某到期日": "maturity_date"}}


def test_a_column_known_as_something_else_is_asked_if_it_holds_the_words_of_a_missing_field():
    words = ["正常", "关注", "正常", "次级", "正常"]
    assert "（五级分类）" in question("风险分类结果", words, without="loan_class")
    assert question("风险分类结果", words) == ""


def test_a_rate_a_month_beside_the_same_rate_a_year_is_no_question(tmp_path):
    table = with_column("执行利率（%）", [4.35, 5.4, 6.0])
    for row, value in zip(table[1:], ["月利率（‰）", 3.63, 4.5, 5.0], strict=True):
        row.append(value)
    book = read_ledger(tmp_path, table)
    assert book.loans["annual_rate"].tolist() == [0.0435, 0.054, 0.06]
    assert not {"ambiguous_column", "two_columns"} & kinds(book)


def test_two_rates_that_differ_are_asked(tmp_path):
    table = with_column("执行利率（%）", [4.35, 5.4, 6.0])
    for row, value in zip(table[1:], ["月利率（‰）", 4.5, 4.5, 5.0], strict=True):
        row.append(value)
    assert found(read_ledger(tmp_path, table), "ambiguous_column").severity == "error"


def test_overdue_principal_is_known_and_listed_as_unused(tmp_path):
    book = read_ledger(tmp_path, with_column("QBJE", [0, 0, 1200.5]))
    assert field_of(book, "QBJE") is None
    assert book.sheets[0].columns[-1].proof == "认识，方案用不到"


def test_a_sum_named_in_a_column_of_numbers_does_not_speak_against_it(tmp_path):
    table = [["年利率（%）", *ledger()[1]], [4.35, *ledger()[2]], ["城南支行小计", *[None] * 7]]
    table[2][4] = 200000
    book = read_ledger(tmp_path, [ledger()[0], *table])
    assert book.loans["annual_rate"].tolist() == [0.0435]


def columns_of(system: str) -> list[dict[str, str]]:
    with (CASES / "ledger_headers.csv").open(encoding="utf-8", newline="") as file:
        return [row for row in csv.DictReader(file) if row["system"] == system]


def understood(headers: list[str], columns: list[list]) -> list[str]:
    """Return the field of each column of a ledger; empty if it is unused, ? if it is asked."""
    texts = tuple(read_header([header]) for header in headers)
    profiles = {number: profile(cells) for number, cells in enumerate(columns)}
    sheet = RawSheet("a.xlsx", "表", [[h, *c] for h, c in zip(headers, columns, strict=True)])
    table = FoundTable(0, 0, 1, texts, Title())
    options = options_for("loans", texts, profiles)
    mapping = map_columns(SheetGuess(sheet, "表", table, "loans", options, profiles))
    fields = []
    for match in mapping.columns:
        if match.target is None or not match.target.used:
            fields.append("?" if match.proof.endswith("待确认") else "")
        else:
            beside = "" if match.target.table == "loans" else f"{match.target.table}."
            fields.append(beside + match.target.field)
    return fields


@pytest.mark.parametrize(
    "system",
    [
        "农信 IDAP",
        "宇诚",
        "EAST 5.0",
        "长亮",
        "神州数码",
        "安硕 ALS",
        "互联网贷款平台",
        "村镇银行手工台账",
    ],
)
def test_a_ledger_as_a_system_prints_it_is_understood_column_by_column(system):
    rows = columns_of(system)
    headers = [row["header"] for row in rows]
    fields = understood(headers, [cells_of(row) for row in rows])
    wanted = {row["header"]: row["field"] for row in rows}
    assert dict(zip(headers, fields, strict=True)) == wanted
