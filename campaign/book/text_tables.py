"""Tables in text files, read row by row: CSV and TSV here, pages and XML 2003 in `fake_xls`."""

from __future__ import annotations

import codecs
import csv
import io
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from campaign.book.raw_sheet import Cell
from campaign.errors import BookUnreadable

MOST_COLUMNS = 1_024
MOST_ROWS = 3_000_000
MOST_BYTES = 512 * 1024 * 1024
DELIMITERS = ",\t;|"
SAMPLE = 20_000
COMMON_SHARE = 0.7

Box = tuple[int, int, int, int]


@dataclass
class TextTable:
    """A table while it is read; merges and visibility are known when its rows are through."""

    name: str
    rows: Iterable[Sequence[Cell]] = ()
    merges: list[Box] = field(default_factory=list)
    visible: bool = True


def tables_in(data: bytes, kind: str, name: str) -> Iterator[TextTable]:
    """Yield the tables of a csv, html or xml file; read each one's rows before the next.

    Raises:
        BookUnreadable: It is no text, broken, or wider and longer than any ledger.
    """
    from campaign.book import fake_xls

    stem = PurePosixPath(name).stem
    if kind == "xml":
        yield from fake_xls.xml_tables(data, name)
    elif kind == "html":
        yield from fake_xls.html_tables(fake_xls.decode_html(data, name), name, stem)
    else:
        yield TextTable(stem, _csv_rows(decode(data, name), name))


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
    """Return whether most characters beyond ASCII are the common ones of GB 2312."""
    beyond = [sign for sign in text if ord(sign) > 0x7F and sign not in "（），。：；、￥·—“”％‰"]
    common = sum(1 for sign in beyond if 0xB0 <= (sign.encode("gb2312", "replace")[0]) <= 0xD7)
    return common >= COMMON_SHARE * len(beyond)


def too_wide(name: str) -> BookUnreadable:
    """Return the refusal of a table with more columns than any ledger."""
    return BookUnreadable(f"“{name}”超过 {MOST_COLUMNS:,} 列，不像台账。", "请另存为 xlsx 再试。")


def too_long(name: str) -> BookUnreadable:
    """Return the refusal of a table with more rows than can be held."""
    return BookUnreadable(
        f"“{name}”超过 {MOST_ROWS:,} 行，装不下。", "请删去空行，或按支行分开导出。"
    )


def _csv_rows(text: str, name: str) -> Iterator[list[str]]:
    """Yield the rows of a CSV or TSV file; empty lines at its end are not rows."""
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text))
    blank = 0
    try:
        for number, row in enumerate(rows):
            if number >= MOST_ROWS:
                raise too_long(name)
            if len(row) > MOST_COLUMNS:
                raise too_wide(name)
            if not row:
                blank += 1
                continue
            for _ in range(blank):
                yield []
            blank = 0
            yield [_csv_cell(cell) for cell in row]
    except csv.Error as error:
        raise BookUnreadable(f"“{name}”不是能读的文本表格。", "请另存为 xlsx 再试。") from error


def _delimiter(text: str) -> str:
    """Return the sign that cuts the first lines into the most equal, most numerous parts."""
    lines = [line for line in text[:SAMPLE].splitlines()[:30] if line.strip()]

    def regularity(sign: str) -> tuple[int, int]:
        counts = Counter(line.count(sign) for line in lines)
        count, times = max(counts.items(), key=lambda item: (item[1] * min(item[0], 1), item[0]))
        return (times if count else 0, count)

    return max(DELIMITERS, key=regularity) if lines else ","


def _csv_cell(cell: str) -> str:
    cell = cell.strip()
    if cell.startswith('="') and cell.endswith('"'):
        return cell[2:-1]
    return cell
