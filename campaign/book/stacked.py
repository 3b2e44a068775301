"""Different tables above each other on one sheet: each is read as what it holds, or asked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from campaign.book.answers import Answers, answer_to
from campaign.book.body import addresses
from campaign.book.header_text import UNUSED
from campaign.book.headers import reads_like_header, table_at
from campaign.book.raw_sheet import Cell, RawSheet
from campaign.book.recipe import BLOCK
from campaign.book.roles import RoleGuess, options_for, role_of
from campaign.book.sheet_guess import SheetGuess, column_profiles
from campaign.book.sheet_table import SheetTable
from campaign.findings import Ask, Finding
from campaign.vocabulary import BOOK_TABLES, BookQuestion, Severity, Stacked

KEY_HEADERS = 3


@dataclass(frozen=True)
class Block:
    """A table that stands above or below the one that its sheet was taken for.

    Attributes:
        sheet: The sheet, cut below the block and named after its place.
        row: First row of its header, 0-based.
        rows: How many rows are below the header.
        headers: Its headers as they stand.
    """

    sheet: RawSheet
    row: int
    rows: int
    headers: tuple[str, ...]

    @property
    def key(self) -> str:
        """Return what a question calls it: its first headers, the same in next month's file."""
        return "、".join(self.headers[:KEY_HEADERS])


def stacked_guesses(
    table: SheetTable, answers: Answers, told: Mapping[str, str]
) -> tuple[list[SheetGuess], list[Finding]]:
    """Return the other tables of a sheet that can be read, and what is said and asked of them.

    A block whose headers tell its role is read as that; of another it is asked what it is. An
    answer goes before both.

    Args:
        table: The sheet as its first table was read.
        answers: Answers by the block's first headers.
        told: What a recipe says that sheets are, blocks by their own names.
    """
    guesses, findings = [], []
    for block in _blocks(table):
        answer = answer_to(answers, BookQuestion.STACKED_TABLE, block.key)
        answer = answer or told.get(block.sheet.name, "").replace(UNUSED, Stacked.SKIP.value)
        guess = None if answer == Stacked.SKIP else _guess(table, block, answer)
        if guess is not None:
            guesses.append(guess)
        findings.append(_said(table, block, guess, answer))
    return guesses, findings


def _blocks(table: SheetTable) -> Iterator[Block]:
    """Yield the other tables of a sheet, top to bottom."""
    above = [
        row
        for row in range(table.found.top)
        if reads_like_header(table.sheet.rows(row, row + 1)[0])
    ]
    ends = [*above[1:], table.found.top]
    for row, end in zip(above, ends, strict=False):
        if any(isinstance(c, float) for line in table.sheet.rows(row + 1, end) for c in line):
            yield _block(table, row, end)
    below = sorted(table.body.other_headers)
    heads = sorted([*below, *table.body.repeated])
    for row in below:
        yield _block(table, row, next((r for r in heads if r > row), table.sheet.height))


def _block(table: SheetTable, row: int, end: int) -> Block:
    sheet = table.sheet
    cut = replace(
        sheet,
        name=f"{sheet.name}{BLOCK}{row + 1}行起）",
        columns=[column[:end] for column in sheet.columns],
        merges=tuple(merge for merge in sheet.merges if row <= merge[0] < end),
    )
    (line,) = sheet.rows(row, row + 1)
    filled = sum(1 for cells in sheet.rows(row + 1, end) if any(cell != "" for cell in cells))
    return Block(cut, row, filled, tuple(_text(cell) for cell in line if cell != ""))


def _text(cell: Cell) -> str:
    return str(cell).strip()


def _guess(table: SheetTable, block: Block, answer: str) -> SheetGuess | None:
    found = table_at(block.sheet, block.row)
    profiles = column_profiles(block.sheet, found)
    if answer:
        guess, options = RoleGuess(answer), options_for(answer, found.headers, profiles)
    else:
        guess, options = role_of("", found.headers, profiles)
    if guess.role is None or guess.rival is not None:
        return None
    return SheetGuess(block.sheet, table.label, found, guess.role, options, profiles)


def _said(table: SheetTable, block: Block, guess: SheetGuess | None, answer: str) -> Finding:
    role = guess.role if guess is not None else answer
    ask = Ask(BookQuestion.STACKED_TABLE, block.key, role)
    start = f"表“{table.label}”第 {block.row + 1} 行起是另一张表（{'、'.join(block.headers)[:60]}）"
    how = f"--answer {BookQuestion.STACKED_TABLE.label}:{block.key}="
    if guess is not None:
        message = f"{start}，当作“{BOOK_TABLES[guess.role].label}”读了 {block.rows} 行"
        message += "。" if answer else f"；若不是，请加 {how}{Stacked.SKIP.label}。"
    elif answer:
        message = f"{start}，按您的选择没有用它的 {block.rows} 行。"
    else:
        message = (
            f"{start}，看不出装的是什么，它的 {block.rows} 行没有读；不用它请加 "
            f"{how}{Stacked.SKIP.label}，要用请在等号后写它是什么（如{Stacked.CUSTOMERS.label}）。"
        )
    severity = Severity.INFO if guess is not None or answer else Severity.ERROR
    cells = addresses(table.label, _letter(table, block), [block.row + 1])
    return Finding("several_tables", severity, message, block.rows, cells, asks=(ask,))


def _letter(table: SheetTable, block: Block) -> str:
    (line,) = table.sheet.rows(block.row, block.row + 1)
    return table.sheet.letter(next(place for place, cell in enumerate(line) if cell != ""))
