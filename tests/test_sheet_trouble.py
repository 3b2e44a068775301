"""Only a template that was never filled in is refused as one."""

from __future__ import annotations

from tests.builders_book import HEADER, kinds, read, read_ledger, with_column


def test_braces_in_a_few_cells_make_no_template_of_a_ledger(tmp_path):
    book = read_ledger(tmp_path, with_column("备注", ["{{待核}}", "${批注}", "{{待核}}"]))
    assert len(book.loans) == 3
    assert "empty_template" not in kinds(book)


def test_a_row_of_variables_below_a_title_and_a_header_is_a_template(tmp_path):
    rows = [["贷款台账"], HEADER, [f"${{data.x{n}}}" for n in range(7)], ["合计", None, None, "0"]]
    filled = with_column("备注", ["", "", ""])
    assert "empty_template" in kinds(read(tmp_path, {"模板": rows, "借据": filled}))
