"""Fills rows into a workbook that XlsxWriter has made: same styles, much less time."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from campaign.synthetic.cells import SharedStrings

FIXED_DATE = (1980, 1, 1, 0, 0, 0)
STRINGS_PART = "xl/sharedStrings.xml"
# From so many rows on a part may pass 2 GiB before it is packed.
LARGE_ROWS = 400_000


@dataclass(frozen=True)
class SheetFill:
    """What goes into one sheet from row `first` on; rows of the skeleton from there go."""

    first: int
    count: int
    last_cell: str
    rows: Iterable[str]


def sheet_part(number: int) -> str:
    """Return the name of a sheet's part, counted from 1."""
    return f"xl/worksheets/sheet{number}.xml"


def styles_in(skeleton: ZipFile, number: int, row: int) -> dict[str, str]:
    """Return by column letter the style of the cells of a skeleton's row, as an attribute."""
    text = skeleton.read(sheet_part(number)).decode()
    found = re.findall(rf'<c r="([A-Z]+){row}" s="(\d+)"', text)
    return {letter: f' s="{style}"' for letter, style in found}


def first_free_string(skeleton: ZipFile) -> int:
    """Return how many shared strings the skeleton holds."""
    text = skeleton.read(STRINGS_PART).decode()
    return int(re.search(r'uniqueCount="(\d+)"', text)[1])  # type: ignore[index]


def fill_workbook(
    skeleton: ZipFile, path: Path, fills: dict[str, SheetFill], strings: SharedStrings
) -> None:
    """Write the skeleton to `path` with its sheets filled; equal input gives equal bytes."""
    unfinished = path.with_name(f"{path.name}.part")
    with ZipFile(unfinished, "w", ZIP_DEFLATED) as target:
        for name in skeleton.namelist():
            part = skeleton.read(name)
            info = ZipInfo(name, FIXED_DATE)
            info.compress_type = ZIP_DEFLATED
            if name in fills:
                _fill_sheet(target, info, part.decode(), fills[name])
            elif name == STRINGS_PART:
                target.writestr(info, _more_strings(part.decode(), strings))
            else:
                target.writestr(info, part)
    unfinished.replace(path)


def _fill_sheet(target: ZipFile, info: ZipInfo, text: str, fill: SheetFill) -> None:
    tail = text[text.index("</sheetData>") :]
    placeholder = re.search(rf'<row r="({fill.first}|{fill.first + 1})"', text)
    head = text[: placeholder.start() if placeholder else text.index("</sheetData>")]
    head = re.sub(r'<dimension ref="[^"]*"', f'<dimension ref="A1:{fill.last_cell}"', head, count=1)
    with target.open(info, "w", force_zip64=fill.count > LARGE_ROWS) as part:
        part.write(head.encode())
        for rows in fill.rows:
            part.write(rows.encode())
        part.write(tail.encode())


def _more_strings(text: str, strings: SharedStrings) -> str:
    from xml.sax.saxutils import escape

    table = strings.table or {}
    added = "".join(f"<si><t>{escape(string)}</t></si>" for string in table)
    total = strings.first + len(table)
    text = re.sub(
        r'count="\d+" uniqueCount="\d+"', f'count="{total}" uniqueCount="{total}"', text, count=1
    )
    return text.replace("</sst>", added + "</sst>")
