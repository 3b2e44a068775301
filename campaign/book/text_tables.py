"""Tables in text files: CSV and TSV, HTML and XML 2003 that were saved as .xls."""

from __future__ import annotations

import codecs
import csv
import html
import io
import re
from collections import Counter
from collections.abc import Iterator
from xml.etree import ElementTree

from campaign.book.raw_sheet import EMPTY, Cell, RawSheet, columns_of
from campaign.errors import BookUnreadable

MOST_COLUMNS = 1_024
MOST_BYTES = 512 * 1024 * 1024
DELIMITERS = ",\t;|"
SAMPLE = 20_000
COMMON_SHARE = 0.7
_SPREADSHEET = "{urn:schemas-microsoft-com:office:spreadsheet}"


def decode(data: bytes, name: str) -> str:
    """Return the text: by its mark, else strictly UTF-8, else strictly GB18030.

    No guessing by probability: short Chinese text in GB18030 looks like Korean to that.

    Raises:
        BookUnreadable: It is no text, or in an encoding that cannot be told.
    """
    for mark, encoding in (
        (codecs.BOM_UTF8, "utf-8-sig"),
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


def csv_sheet(text: str, name: str, stem: str) -> RawSheet:
    """Return the one sheet of a CSV or TSV file."""
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text)))
    except csv.Error as error:
        raise BookUnreadable(f"“{name}”不是能读的文本表格。", "请另存为 xlsx 再试。") from error
    if max(map(len, rows), default=0) > MOST_COLUMNS:
        raise BookUnreadable(f"“{name}”超过 {MOST_COLUMNS} 列，不像台账。", "请另存为 xlsx 再试。")
    cells = [[_csv_cell(cell) for cell in row] for row in rows]
    return RawSheet(name, stem, columns_of(cells))


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


_TAG = re.compile(r"<(/?)(table|tr|td|th)\b([^>]*)>", re.IGNORECASE)
_ANY_TAG = re.compile(r"<[^>]*>")
_BREAK = re.compile(r"<br\b[^>]*>", re.IGNORECASE)
_SPAN = re.compile(r"\b(col|row)span\s*=\s*[\"']?(\d{1,4})", re.IGNORECASE)
_CHARSET = re.compile(rb"charset\s*=\s*[\"']?([\w-]+)", re.IGNORECASE)


def decode_html(data: bytes, name: str) -> str:
    """Return the text of a page: by its mark or its charset, else as `decode` does."""
    match = _CHARSET.search(data[:2048])
    if match and not data.startswith((codecs.BOM_UTF8, codecs.BOM_UTF16_LE)):
        charset = match.group(1).decode("ascii").lower()
        charset = "gb18030" if charset in ("gb2312", "gbk", "x-gbk") else charset
        try:
            return data.decode(charset)
        except (LookupError, UnicodeDecodeError):
            return decode(data, name)
    return decode(data, name)


def html_sheets(text: str, name: str, stem: str) -> list[RawSheet]:
    """Return the tables of a page that have at least two rows, as sheets in order."""
    sheets: list[RawSheet] = []
    for table in _html_tables(text):
        if len(table) >= 2:
            label = stem if not sheets else f"{stem}_{len(sheets) + 1}"
            sheets.append(_spread(table, name, label))
    return sheets


_HtmlRow = list[tuple[str, int, int]]


def _html_tables(text: str) -> Iterator[list[_HtmlRow]]:
    """Yield each table's rows of (text, column span, row span); nested tables are flat."""
    table: list[_HtmlRow] = []
    start, span = -1, (1, 1)
    for tag in _TAG.finditer(text):
        closing, kind = bool(tag[1]), tag[2].lower()
        if start >= 0 and (kind != "table" or closing):
            if table:
                table[-1].append((_inner_text(text[start : tag.start()]), *span))
            start = -1
        if kind == "table" and table:
            yield table
            table = []
        elif kind == "tr" and not closing:
            table.append([])
        elif kind in ("td", "th") and not closing:
            start, span = tag.end(), _spans(tag[3])
    if table:
        yield table


def _spans(attributes: str) -> tuple[int, int]:
    spans = {side.lower(): max(int(size), 1) for side, size in _SPAN.findall(attributes)}
    return min(spans.get("col", 1), MOST_COLUMNS), min(spans.get("row", 1), 10_000)


def _inner_text(inner: str) -> str:
    if "<" in inner:
        inner = _ANY_TAG.sub("", _BREAK.sub("\n", inner))
    return html.unescape(inner).replace("\xa0", " ").strip()


def _spread(table: list[_HtmlRow], name: str, label: str) -> RawSheet:
    """Return a sheet with spanned cells in their top left place and as merged ranges."""
    rows: list[list[Cell]] = [[] for _ in table]
    merges = []
    taken: set[tuple[int, int]] = set()
    for number, cells in enumerate(table):
        column = 0
        for value, across, down in cells:
            while (number, column) in taken:
                column += 1
            row = rows[number]
            row.extend([EMPTY] * (column + 1 - len(row)))
            row[column] = value
            if across > 1 or down > 1:
                bottom = min(number + down, len(table)) - 1
                merges.append((number, column, bottom, column + across - 1))
                taken.update(
                    (r, c)
                    for r in range(number, bottom + 1)
                    for c in range(column, column + across)
                )
            column += across
            if column > MOST_COLUMNS:
                raise BookUnreadable(f"“{name}”列数太多，不像台账。", "请另存为 xlsx 再试。")
    return RawSheet(name, label, columns_of(rows), merges=tuple(merges))


def xml_sheets(data: bytes, name: str) -> tuple[list[RawSheet], list[str]]:
    """Return the visible sheets of an XML 2003 spreadsheet, and the names of hidden ones.

    Raises:
        BookUnreadable: It is broken or carries a DOCTYPE.
    """
    plain = data.replace(b"\0", b"")
    if b"<!DOCTYPE" in plain or b"<!ENTITY" in plain:
        raise BookUnreadable(f"文件“{name}”里面带有外部定义（DOCTYPE）。", "请另存为 xlsx 再试。")
    try:
        root = ElementTree.fromstring(data)
    except (ElementTree.ParseError, ValueError, LookupError) as error:
        raise BookUnreadable(f"文件“{name}”不完整或已损坏。", "请另存为 xlsx 再试。") from error
    sheets, hidden = [], []
    for worksheet in root.iter(f"{_SPREADSHEET}Worksheet"):
        label = worksheet.get(f"{_SPREADSHEET}Name", "")
        if any(node.tag.endswith("}Visible") for node in worksheet.iter()):
            hidden.append(label)
            continue
        sheets.append(_xml_sheet(worksheet, name, label))
    return sheets, hidden


def _xml_sheet(worksheet: ElementTree.Element, name: str, label: str) -> RawSheet:
    rows: list[list[Cell]] = []
    merges = []
    for row in worksheet.iter(f"{_SPREADSHEET}Row"):
        number = _xml_number(row, "Index", len(rows) + 1)
        if number > len(rows) + 100_000:
            raise BookUnreadable(f"“{name}”的行号跳得太远，不像台账。", "请另存为 xlsx 再试。")
        rows.extend([] for _ in range(number - len(rows)))
        cells = rows[number - 1]
        for cell in row.iter(f"{_SPREADSHEET}Cell"):
            column = _xml_number(cell, "Index", len(cells) + 1)
            across, down = _xml_number(cell, "MergeAcross", 0), _xml_number(cell, "MergeDown", 0)
            if column + across > MOST_COLUMNS:
                raise BookUnreadable(f"“{name}”列数太多，不像台账。", "请另存为 xlsx 再试。")
            cells.extend([EMPTY] * (column - 1 - len(cells)))
            cells.append(_xml_value(cell))
            cells.extend([EMPTY] * across)
            if across or down:
                merges.append((number - 1, column - 1, number - 1 + down, column - 1 + across))
    return RawSheet(name, label, columns_of(rows), merges=tuple(merges))


def _xml_number(node: ElementTree.Element, key: str, default: int) -> int:
    text = node.get(_SPREADSHEET + key, "")
    return int(text) if text.isdigit() and len(text) < 8 else default


def _xml_value(cell: ElementTree.Element) -> Cell:
    data = cell.find(f"{_SPREADSHEET}Data")
    if data is None:
        return EMPTY
    text = "".join(data.itertext())
    kind = data.get(f"{_SPREADSHEET}Type")
    if kind == "Number":
        try:
            return float(text)
        except ValueError:
            return text
    if kind == "DateTime":
        return text.replace("T", " ").removesuffix(".000").removesuffix(" 00:00:00")
    return text
