"""What text tables of all kinds share: their encoding, their limits, a table while it is read."""

from __future__ import annotations

import codecs
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from campaign.book.raw_sheet import Cell
from campaign.errors import BookUnreadable

MOST_COLUMNS = 1_024
MOST_ROWS = 3_000_000
MOST_BYTES = 512 * 1024 * 1024
SAMPLE = 20_000
COMMON_SHARE = 0.7
LAST_ASCII = 0x7F
# First bytes in GB 2312: of marks and full-width signs, and of the common characters.
MARKS, COMMON = range(0xA1, 0xA4), range(0xB0, 0xD8)

Box = tuple[int, int, int, int]


@dataclass
class TextTable:
    """A table while it is read; merges and visibility are known when its rows are through."""

    name: str
    rows: Iterable[Sequence[Cell]] = ()
    merges: list[Box] = field(default_factory=list)
    visible: bool = True


def decode(data: bytes, name: str) -> str:
    """Return the text: by its mark, else strictly UTF-8, else strictly GB18030.

    No guessing by probability: short Chinese text in GB18030 looks like Korean to that.

    Raises:
        BookUnreadable: It is no text, or in an encoding that cannot be told.
    """
    for mark, encoding in (
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF32_LE, "utf-32"),
        (codecs.BOM_UTF32_BE, "utf-32"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if data.startswith(mark):
            return _decoded(data, encoding, name)
    even, odd = data[0:4096:2].count(b"\0"), data[1:4096:2].count(b"\0")
    if even or odd:
        if min(even, odd) > max(even, odd) // 20 or max(even, odd) < 8:
            raise BookUnreadable(f"文件“{name}”不是表格。", "请选 xlsx、xls、et 或 csv 文件。")
        return _decoded(data, "utf-16-le" if odd > even else "utf-16-be", name)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        text = _decoded(data, "gb18030", name)
    if not _reads_as_chinese(text[:SAMPLE]):
        raise BookUnreadable(f"看不出“{name}”的文字编码。", "请另存为 xlsx 或 UTF-8 的 csv。")
    return text


def _decoded(data: bytes, encoding: str, name: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise BookUnreadable(
            f"看不出“{name}”的文字编码。", "请另存为 xlsx 或 UTF-8 的 csv。"
        ) from error


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
