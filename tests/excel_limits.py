"""What Excel holds against a workbook when it opens one ("we found a problem with some content").

The order of a sheet's parts is that of CT_Worksheet (ECMA-376 part 1, 18.3.1.99); the numbers are
Excel's published specifications and limits, and those of its dialogs for lists and headers.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
TARGET = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
PARTS = (
    "sheetPr", "dimension", "sheetViews", "sheetFormatPr", "cols", "sheetData", "sheetCalcPr",
    "sheetProtection", "protectedRanges", "scenarios", "autoFilter", "sortState",
    "dataConsolidate", "customSheetViews", "mergeCells", "phoneticPr", "conditionalFormatting",
    "dataValidations", "hyperlinks", "printOptions", "pageMargins", "pageSetup", "headerFooter",
    "rowBreaks", "colBreaks", "customProperties", "cellWatches", "ignoredErrors", "smartTags",
    "drawing", "legacyDrawing", "legacyDrawingHF", "picture", "oleObjects", "controls",
    "webPublishItems", "tableParts", "extLst",
)  # fmt: skip
MOST_TEXT, MOST_HEIGHT, MOST_WIDTH, MOST_NAME = 32_767, 409.5, 255, 31
MOST_LIST, MOST_HEADER, MOST_TITLE = 255, 255, 32
NO_NAME = re.compile(r"[\\/?*\[\]:]|^'|'$")
NO_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f]")


def complaints(path: Path) -> list[str]:
    """Return what Excel would find wrong with a workbook, by part."""
    with zipfile.ZipFile(path) as book:
        names = book.namelist()
        found = [f"{name}: twice" for name in sorted(set(names)) if names.count(name) > 1]
        for name in names:
            if name.endswith((".xml", ".rels")):
                root = ElementTree.fromstring(book.read(name))  # noqa: S314 - our own file
                found += [f"{name}: {words}" for words in _of_part(name, root, names)]
    return found


def _of_part(name: str, root: ElementTree.Element, names: list[str]) -> Iterator[str]:
    if name.startswith("xl/worksheets/sheet"):
        yield from _of_order(root)
        yield from _of_cells(root)
        yield from _of_lists(root)
    elif name.endswith(".rels"):
        yield from _of_links(name, root, names)
    elif name == "xl/workbook.xml":
        yield from _of_sheets(root)
    for text in root.iter(f"{MAIN}t"):
        if len(text.text or "") > MOST_TEXT or NO_TEXT.search(text.text or ""):
            yield f"text {(text.text or '')[:20]!r}"


def _of_order(root: ElementTree.Element) -> Iterator[str]:
    places = [PARTS.index(part.tag.removeprefix(MAIN)) for part in root]
    if places != sorted(places) or len(set(places)) < len(places) - _repeated(root):
        yield "parts out of order"


def _repeated(root: ElementTree.Element) -> int:
    """Return how many parts may stand again: conditional formats alone."""
    return max(sum(part.tag == f"{MAIN}conditionalFormatting" for part in root) - 1, 0)


def _of_cells(root: ElementTree.Element) -> Iterator[str]:
    rows = [int(row.get("r", 0)) for row in root.iter(f"{MAIN}row")]
    if rows != sorted(set(rows)):
        yield "rows out of order"
    for row in root.iter(f"{MAIN}row"):
        columns = [_column(cell.get("r", "")) for cell in row]
        if columns != sorted(set(columns)):
            yield f"cells of row {row.get('r')} out of order"
        if float(row.get("ht", 0)) > MOST_HEIGHT:
            yield f"row {row.get('r')} too high"
    if any(float(column.get("width", 0)) > MOST_WIDTH for column in root.iter(f"{MAIN}col")):
        yield "a column too wide"
    merged = [
        place for merge in root.iter(f"{MAIN}mergeCell") for place in _places(merge.get("ref", ""))
    ]
    if len(set(merged)) < len(merged):
        yield "merged cells overlap"


def _of_lists(root: ElementTree.Element) -> Iterator[str]:
    for rule in root.iter(f"{MAIN}dataValidation"):
        listed = rule.findtext(f"{MAIN}formula1") or ""
        if listed.startswith('"') and len(listed) - 2 > MOST_LIST:
            yield f"list of {len(listed)} letters"
        long = [name for name in ("prompt", "error") if len(rule.get(name, "")) > MOST_LIST]
        long += [n for n in ("promptTitle", "errorTitle") if len(rule.get(n, "")) > MOST_TITLE]
        yield from (f"{name} too long" for name in long)
    for line in root.iterfind(f"{MAIN}headerFooter/*"):
        if len(line.text or "") > MOST_HEADER:
            yield "header or footer too long"


def _of_links(name: str, root: ElementTree.Element, names: list[str]) -> Iterator[str]:
    folder = posixpath.dirname(posixpath.dirname(name))
    for link in root.iter(TARGET):
        target = link.get("Target", "")
        if link.get("TargetMode") == "External":
            yield f"leads outside, to {target}"
        elif posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/") not in names:
            yield f"no part {target}"


def _of_sheets(root: ElementTree.Element) -> Iterator[str]:
    names = [sheet.get("name", "") for sheet in root.iter(f"{MAIN}sheet")]
    if len({name.casefold() for name in names}) < len(names):
        yield "two sheets of one name"
    for name in names:
        if not name or len(name) > MOST_NAME or NO_NAME.search(name):
            yield f"sheet name {name!r}"


def _column(address: str) -> int:
    number = 0
    for letter in address.rstrip("0123456789"):
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


def _places(area: str) -> list[tuple[int, int]]:
    first, _, last = area.partition(":")
    (top, left), (bottom, right) = (
        (int(re.sub(r"\D", "", cell)), _column(cell)) for cell in (first, last or first)
    )
    return [(row, column) for row in range(top, bottom + 1) for column in range(left, right + 1)]
