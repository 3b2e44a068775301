"""What text tables of all kinds share: their encoding, their limits, a table while it is read."""

from __future__ import annotations

import codecs
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import IO

from campaign.book.raw_sheet import Cell
from campaign.errors import BookUnreadable

MOST_COLUMNS = 1_024
MOST_ROWS = 10_000_000
MOST_BYTES = 512 * 1024 * 1024  # of a workbook
MOST_TEXT_BYTES = 2_048 * 1024 * 1024  # of a text table, which is never held whole
PIECE = 1024 * 1024
SAMPLE = 20_000
COMMON_SHARE = 0.7
LAST_ASCII = 0x7F
# First bytes in GB 2312: of marks and full-width signs, and of the common characters.
MARKS, COMMON = range(0xA1, 0xA4), range(0xB0, 0xD8)

Box = tuple[int, int, int, int]


@dataclass
class TextTable:
    """A table while it is read; merges and visibility are known when its rows are through.

    Attributes:
        name: Its name.
        rows: Its rows, or none where it comes in pieces.
        pieces: Its columns, some rows at a time.
    """

    name: str
    rows: Iterable[Sequence[Cell]] = ()
    pieces: Iterable[Sequence[Sequence[Cell]]] = ()
    merges: list[Box] = field(default_factory=list)
    visible: bool = True


def decode(data: bytes, name: str) -> str:
    """Return the text: by its mark, else strictly UTF-8, else strictly GB18030.

    Raises:
        BookUnreadable: It is no text, or in an encoding that cannot be told.
    """
    try:
        return data.decode(encoding_of(io.BytesIO(data), name))
    except UnicodeDecodeError as error:
        raise _undecided(name) from error


def encoding_of(source: IO[bytes], name: str) -> str:
    """Return the encoding of a text, looked through in pieces; it stands at its start afterwards.

    No guessing by probability: short Chinese text in GB18030 looks like Korean to that.

    Raises:
        BookUnreadable: It is no text, or in an encoding that cannot be told.
    """
    start = source.read(4096)
    for mark, encoding in (
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF32_LE, "utf-32"),
        (codecs.BOM_UTF32_BE, "utf-32"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if start.startswith(mark):
            return _checked(source, (encoding,), name)
    even, odd = start[0::2].count(b"\0"), start[1::2].count(b"\0")
    if even or odd:
        if min(even, odd) > max(even, odd) // 20 or max(even, odd) < 8:
            raise BookUnreadable(f"文件“{name}”不是表格。", "请选 xlsx、xls、et 或 csv 文件。")
        return _checked(source, ("utf-16-le" if odd > even else "utf-16-be",), name)
    found = _checked(source, ("utf-8", "gb18030"), name)
    if found == "gb18030":
        sample = codecs.getincrementaldecoder(found)().decode(source.read(2 * SAMPLE))
        source.seek(0)
        if not _reads_as_chinese(sample[:SAMPLE]):
            raise _undecided(name)
    return found


def _checked(source: IO[bytes], encodings: Sequence[str], name: str) -> str:
    """Return the first of some encodings that the whole text is in; it is at its start then."""
    for encoding in encodings:
        decoder = codecs.getincrementaldecoder(encoding)()
        source.seek(0)
        try:
            while piece := source.read(PIECE):
                decoder.decode(piece)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            continue
        source.seek(0)
        return encoding
    raise _undecided(name)


def _undecided(name: str) -> BookUnreadable:
    return BookUnreadable(f"看不出“{name}”的文字编码。", "请另存为 xlsx 或 UTF-8 的 csv。")


def _reads_as_chinese(text: str) -> bool:
    """Return whether most characters beyond ASCII are the common ones of GB 2312.

    Its marks and full-width signs (rows 1 to 3) say nothing: an amount may be written in them.
    """
    leads = [sign.encode("gb2312", "replace")[0] for sign in text if ord(sign) > LAST_ASCII]
    telling = [lead for lead in leads if lead not in MARKS]
    return sum(lead in COMMON for lead in telling) >= COMMON_SHARE * len(telling)


def too_wide(name: str) -> BookUnreadable:
    """Return the refusal of a table with more columns than any ledger."""
    return BookUnreadable(f"“{name}”超过 {MOST_COLUMNS:,} 列，不像台账。", "请另存为 xlsx 再试。")


def too_long(name: str) -> BookUnreadable:
    """Return the refusal of a table with more rows than can be held."""
    return BookUnreadable(
        f"“{name}”超过 {MOST_ROWS:,} 行，装不下。", "请删去空行，或按支行分开导出。"
    )
