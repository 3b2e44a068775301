"""Blocks of one sheet that must not be mixed: in another unit, or another table beside."""

from __future__ import annotations

from collections.abc import Iterator

from campaign.book.body import addresses
from campaign.book.column import Column
from campaign.book.header_text import MONEY_UNITS, read_header, unit_in
from campaign.book.sheet_table import SheetTable
from campaign.findings import Finding
from campaign.vocabulary import Severity

MUCH_SHORTER = 0.6  # of the rows of the table beside which another one stands


def block_findings(table: SheetTable) -> list[Finding]:
    """Say which blocks of a sheet are in another unit, and which columns are another table."""
    return _other_units(table) + _table_beside(table)


def _other_units(table: SheetTable) -> list[Finding]:
    """Refuse a block whose header, or the line above it, names another unit than its column."""
    found = list(_units_of_blocks(table))
    if not found:
        return []
    row, _, said, ours = found[0]
    message = (
        f"表“{table.label}”第 {row} 行起金额单位是“{said}”，与上面的“{ours}”不同，不能混在一列里；"
        "请按单位分成几张表，或换算成同一单位后重传。"
    )
    cells = tuple(f"{table.label}!{letter}{row}" for row, letter, _, _ in found)
    return [Finding("block_unit_differs", Severity.ERROR, message, len(found), cells)]


def _units_of_blocks(table: SheetTable) -> Iterator[tuple[int, str, str, str]]:
    """Yield Excel row, letter, unit there and unit of the column where the two differ."""
    money = {column: unit for column, unit in table.units.items() if unit in MONEY_UNITS}
    for row in table.body.repeated:
        for column, ours in money.items():
            said = read_header([str(table.sheet.columns[column][row])]).unit
            if said in MONEY_UNITS and said != ours:
                yield row + 1, table.sheet.letter(column), said, ours
    for row, text in table.body.labels.items():
        said = unit_in(text)
        for column, ours in money.items():
            written = table.found.headers[column].unit in MONEY_UNITS
            if said in MONEY_UNITS and said != ours and not written:
                yield row + 1, table.sheet.letter(column), said, ours


def _table_beside(table: SheetTable) -> list[Finding]:
    """Say that beyond an empty column there stands a much shorter table, which is not read."""
    named, body = table.found.named, table.body
    gaps = [at for at in range(1, len(named)) if named[at] > named[at - 1] + 1]
    for at in gaps:
        right = named[at:]
        rows = [_rows_from_top(body.columns[column]) for column in right]
        height = max(rows)
        used = [m for m in table.mapping.columns if m.target is not None and m.column in right]
        own = [match for match in used if match.target is not None and match.target.used]
        if rows.count(height) < 2 or not 0 < height < MUCH_SHORTER * len(body.kept):
            continue
        first, last = table.sheet.letter(right[0]), table.sheet.letter(right[-1])
        heads = "、".join(table.found.headers[column].raw for column in right[:5])
        message = (
            f"表“{table.label}”的 {first} 至 {last} 列（{heads}）隔着空列、只有 {height} 行，"
            "像是左右并排的另一张表；"
        )
        cells = addresses(table.label, first, [table.found.bottom + 1])
        if own:
            labels = "、".join(f"“{match.header.raw}”" for match in own)
            message += f"其中{labels}被当作这张表的列，请把两张表分开后重传。"
            return [Finding("table_beside", Severity.ERROR, message, len(right), cells)]
        message += "没有用它。若要用，请另放一张表。"
        return [Finding("table_beside", Severity.WARNING, message, len(right), cells)]
    return []


def _rows_from_top(cells: Column) -> int:
    """Return how many cells are filled from the top, 0 where others follow an empty one."""
    is_filled = ~cells.is_empty()
    filled = int(is_filled.sum())
    return filled if is_filled[:filled].all() else 0
