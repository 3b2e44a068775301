"""What systems save as .xls though it is none: pages with tables, and XML 2003."""

from __future__ import annotations

import codecs
import html
import io
import re
from collections.abc import Iterator
from itertools import chain
from xml.etree import ElementTree

from campaign.book.raw_sheet import EMPTY, Cell
from campaign.book.text_tables import (
    MOST_COLUMNS,
    MOST_ROWS,
    TextTable,
    decode,
    too_long,
    too_wide,
)
from campaign.errors import BookUnreadable

SAVE_AGAIN = "请在 Excel 或 WPS 中打开，另存为新的 xlsx 后再试。"
_SPREADSHEET = "{urn:schemas-microsoft-com:office:spreadsheet}"
_TAG = re.compile(r"<(/?)(table|tr|td|th)\b([^<>]*)>", re.IGNORECASE)
_ANY_TAG = re.compile(r"<[^<>]*>")
_HIDDEN_TEXT = re.compile(r"<(script|style)\b[^<>]*>.*?</\1\s*>", re.IGNORECASE | re.DOTALL)
_BREAK = re.compile(r"<br\b[^<>]*>", re.IGNORECASE)
_SPAN = re.compile(r"\b(col|row)span\s*=\s*[\"']?(\d{1,4})", re.IGNORECASE)
_CHARSET = re.compile(rb"charset\s*=\s*[\"']?([\w-]+)", re.IGNORECASE)


def decode_html(data: bytes, name: str) -> str:
    """Return the text of a page: by its mark or its charset, else as `decode` does."""
    match = _CHARSET.search(data[:2048])
    if match and not data.startswith((codecs.BOM_UTF8, codecs.BOM_UTF16_LE)):
        charset = match.group(1).decode("ascii", "replace").lower()
        charset = "gb18030" if charset in ("gb2312", "gbk", "x-gbk") else charset
        try:
            return data.decode(charset)
        except (LookupError, UnicodeDecodeError):
            return decode(data, name)
    return decode(data, name)


_HtmlRow = list[tuple[str, int, int]]


def html_tables(text: str, name: str, stem: str) -> Iterator[TextTable]:
    """Yield the tables of a page that have at least two rows, in order.

    Raises:
        BookUnreadable: There is none, or one is too wide.
    """
    found = 0
    for rows in _html_rows(text, name):
        if len(rows) >= 2:
            found += 1
            yield _spread(rows, name, stem if found == 1 else f"{stem}_{found}")
    if not found:
        raise BookUnreadable(f"网页“{name}”里没有表格。", SAVE_AGAIN)


def _html_rows(text: str, name: str) -> Iterator[list[_HtmlRow]]:
    """Yield each table's rows of (text, column span, row span); nested tables are flat."""
    table: list[_HtmlRow] = []
    start, span = -1, (1, 1)
    for tag in _TAG.finditer(text):
        closing, kind = bool(tag[1]), tag[2].lower()
        if start >= 0 and (kind != "table" or closing):
            _add_cell(table, text[start : tag.start()], span, name)
            start = -1
        if kind == "table" and table:
            yield table
            table = []
        elif kind == "tr" and not closing:
            table.append([])
            if len(table) > MOST_ROWS:
                raise too_long(name)
        elif kind in ("td", "th") and not closing:
            start, span = tag.end(), _spans(tag[3])
    if start >= 0:  # the page is cut off in its last cell
        _add_cell(table, text[start:], span, name)
    if table:
        yield table


def _add_cell(table: list[_HtmlRow], inner: str, span: tuple[int, int], name: str) -> None:
    """Put a cell at the end of the last row, if there is a row."""
    if not table:
        return
    table[-1].append((_inner_text(inner), *span))
    if len(table[-1]) > MOST_COLUMNS:
        raise too_wide(name)


def _spans(attributes: str) -> tuple[int, int]:
    spans = {side.lower(): max(int(size), 1) for side, size in _SPAN.findall(attributes)}
    return min(spans.get("col", 1), MOST_COLUMNS), min(spans.get("row", 1), 10_000)


def _inner_text(inner: str) -> str:
    if "<" in inner:
        inner = _ANY_TAG.sub("", _BREAK.sub("\n", _HIDDEN_TEXT.sub("", inner)))
    return html.unescape(inner).replace("\xa0", " ").strip()


def _spread(rows: list[_HtmlRow], name: str, label: str) -> TextTable:
    """Return a table with spanned cells in their top left place and as merged ranges."""
    table = TextTable(label)
    spread: list[list[Cell]] = [[] for _ in rows]
    taken: set[tuple[int, int]] = set()
    for number, cells in enumerate(rows):
        column = 0
        for value, across, down in cells:
            while (number, column) in taken:
                column += 1
            row = spread[number]
            row.extend([EMPTY] * (column + 1 - len(row)))
            row[column] = value
            bottom = min(number + down, len(rows)) - 1
            if across > 1 or bottom > number:
                table.merges.append((number, column, bottom, column + across - 1))
                taken.update(
                    (r, c)
                    for r in range(number + 1, bottom + 1)
                    for c in range(column, column + across)
                )
            column += across
            if column > MOST_COLUMNS:
                raise too_wide(name)
    table.rows = spread
    return table


def xml_tables(data: bytes, name: str) -> Iterator[TextTable]:
    """Yield the sheets of an XML 2003 spreadsheet; a hidden one says so after its rows.

    Raises:
        BookUnreadable: It is broken, jumps too far, or carries a DOCTYPE.
    """
    plain = data.replace(b"\0", b"")
    if b"<!DOCTYPE" in plain or b"<!ENTITY" in plain:
        raise BookUnreadable(f"文件“{name}”里面带有外部定义（DOCTYPE）。", "请另存为 xlsx 再试。")
    nodes = ElementTree.iterparse(io.BytesIO(data), events=("start", "end"))
    try:
        for event, node in nodes:
            if event == "start" and node.tag == f"{_SPREADSHEET}Worksheet":
                table = TextTable(node.get(f"{_SPREADSHEET}Name", ""))
                table.rows = _XmlSheet(table, name).rows(nodes)
                yield table
                for _ in table.rows:
                    pass  # whoever took the table may have left rows unread
    except (ElementTree.ParseError, ValueError, LookupError) as error:
        raise BookUnreadable(f"文件“{name}”不完整或已损坏。", "请另存为 xlsx 再试。") from error


class _XmlSheet:
    """Reads one Worksheet from the stream of nodes, up to its end."""

    def __init__(self, table: TextTable, name: str) -> None:
        self.table = table
        self.name = name
        self.height = 0
        self.taken: set[tuple[int, int]] = set()

    def rows(self, nodes: Iterator[tuple[str, ElementTree.Element]]) -> Iterator[list[Cell]]:
        holder: ElementTree.Element | None = None
        wide = 0
        for event, node in nodes:
            if event == "start":
                wide = (
                    wide + 1 if node.tag == f"{_SPREADSHEET}Cell" else 0 if _is_row(node) else wide
                )
                if wide > MOST_COLUMNS:
                    raise too_wide(self.name)
                holder = node if node.tag == f"{_SPREADSHEET}Table" else holder
            elif _is_row(node):
                yield from self._row(node)
                if holder is not None:
                    holder.clear()
            elif node.tag.endswith("}Visible"):
                self.table.visible = False
            elif node.tag == f"{_SPREADSHEET}Worksheet":
                node.clear()
                return

    def _row(self, row: ElementTree.Element) -> Iterator[list[Cell]]:
        """Yield a row, and the empty ones that it leaves out."""
        number = _number(row, "Index", self.height + 1)
        if number > MOST_ROWS:
            raise BookUnreadable(f"“{self.name}”的行号跳得太远，不像台账。", "请另存为 xlsx 再试。")
        for _ in range(number - self.height - 1):
            yield []
        self.height = max(number, self.height + 1)
        cells: list[Cell] = []
        for cell in row.iter(f"{_SPREADSHEET}Cell"):
            while (self.height, len(cells)) in self.taken:
                cells.append(EMPTY)
            column = _number(cell, "Index", len(cells) + 1)
            across, down = _number(cell, "MergeAcross", 0), _number(cell, "MergeDown", 0)
            if max(column, len(cells)) + across > MOST_COLUMNS:
                raise too_wide(self.name)
            cells.extend([EMPTY] * (column - 1 - len(cells)))
            cells.append(_value(cell))
            if across or down:
                self._merge(len(cells) - 1, across, min(down, MOST_ROWS))
            cells.extend([EMPTY] * across)
        yield cells

    def _merge(self, column: int, across: int, down: int) -> None:
        top = self.height - 1
        self.table.merges.append((top, column, top + down, column + across))
        if down * (across + 1) <= 100_000:  # cells below a merged one are left out of their rows
            self.taken.update(
                (self.height + below, column + right)
                for below, right in chain.from_iterable(
                    ((d, a) for a in range(across + 1)) for d in range(1, down + 1)
                )
            )


def _is_row(node: ElementTree.Element) -> bool:
    return node.tag == f"{_SPREADSHEET}Row"


def _number(node: ElementTree.Element, key: str, default: int) -> int:
    text = node.get(_SPREADSHEET + key, "")
    return int(text) if text.isdigit() and len(text) < 8 else default


def _value(cell: ElementTree.Element) -> Cell:
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
