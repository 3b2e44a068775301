"""The rows of a sheet that may be no data, found column by column before any is looked at."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache, partial

import numpy as np

from campaign.book.column import Column, Places
from campaign.book.headers import FoundTable, recognised_sum
from campaign.book.names import all_without_blanks, without_blanks
from campaign.book.raw_sheet import Cell
from campaign.book.row_words import EXAMPLE, GUIDE, telling_texts

TEXTS_KEPT = 65_536
FEW_TEXTS, SPARSE = 3, 0.4  # a row of a total has so few texts, or this share of the columns
FEW_CELLS = 4  # a note or a label has no more
MOSTLY_HEADERS = 0.6  # of a row that is another header are names of columns
WORTH_SIFTING = 200


def suspects(
    columns: Mapping[int, Column], found: FoundTable, keys: Sequence[int], money: Sequence[int]
) -> list[int]:
    """Return the rows worth a closer look, in order.

    A key is empty, a text reads like a total, or an amount is words; of many such rows only those
    are left that could be something else than data at all.

    Args:
        columns: The cells below the header.
        found: The table.
        keys: Columns of which one at least names what a row is about.
        money: Columns of amounts.
    """
    rows: set[int] = set()
    for column in keys:
        empty = columns[column].is_empty()
        count = int(empty.sum())
        if count and (count < 0.9 * len(empty) or column == keys[0]):
            rows.update(np.flatnonzero(empty).tolist())
    for column in dict.fromkeys([*keys[:4], *found.named[:3]]):
        telling = columns[column].spread(partial(_telling, _name(found, column)))
        rows.update(np.flatnonzero(telling).tolist())
    for column in money[:3]:
        rows.update(np.flatnonzero(columns[column].where(_is_words)).tolist())
    order = sorted(rows)
    return order if len(order) < WORTH_SIFTING else _sifted(columns, found, order)


def _telling(name: str, cells: list[Cell]) -> Iterable[int]:
    """Return 1 for each text that reads like a total, or is the name of its column."""
    return map({name, *telling_texts(cells)}.__contains__, cells)


def _is_words(cell: Cell) -> bool:
    return isinstance(cell, str) and bool(cell) and not any(map(str.isdigit, cell))


def _sifted(columns: Mapping[int, Column], found: FoundTable, rows: list[int]) -> list[int]:
    """Return the rows without those that are data by all that can be counted."""
    places = np.array(rows, dtype=np.intp)
    filled, numbers, texts, named, told = np.zeros((5, len(places)), dtype=np.intp)
    for column, cells in columns.items():
        here = cells.taken(places)
        filled += ~here.is_empty()
        numbers += here.is_number()
        looks = here.spread(partial(_looks, _name(found, column)))
        texts += looks & _TEXT > 0
        named += looks & _NAMED > 0
        told += looks & _TOLD > 0
    odd = (texts + numbers == 0) | (named >= 2) | (told > 0) | (filled <= FEW_CELLS)
    odd |= texts <= max(FEW_TEXTS, SPARSE * len(columns))
    perhaps = np.flatnonzero(~odd & (texts == filled))
    odd[_perhaps_headers(columns, places, filled, perhaps)] = True
    left: list[int] = places[odd].tolist()
    return left


def _perhaps_headers(
    columns: Mapping[int, Column], places: Places, filled: Places, perhaps: Places
) -> Places:
    """Return which of the rows at `perhaps` may hold names of columns, most of their cells."""
    strange = np.zeros(len(places), dtype=np.intp)
    parts = [column.taken(places) for column in columns.values()]
    for cells in sorted(parts, key=lambda part: len(part.different()[1])):
        if not len(perhaps):
            break
        strange[perhaps] += cells.taken(perhaps).where(_is_no_header)
        perhaps = perhaps[strange[perhaps] <= (1 - MOSTLY_HEADERS) * filled[perhaps] + 1e-9]
    return perhaps


def _is_no_header(cell: Cell) -> bool:
    return cell != "" and not (isinstance(cell, str) and recognised_sum([bare(cell)]) > 0)


_TEXT, _NAMED, _TOLD = 1, 2, 4


def _looks(name: str, cells: list[Cell]) -> list[int]:
    """Return what each cell tells of its row: that it is a text, its column's name, or a hint."""
    texts = [cell if isinstance(cell, str) else "" for cell in cells]
    looks = [_TEXT if text.strip() else 0 for text in texts]
    if not "".join(texts).isascii():  # all that hints is Chinese
        for place, text in enumerate(all_without_blanks(texts)):
            if EXAMPLE.match(text) or GUIDE.match(text):
                looks[place] |= _TOLD
    if name in cells:
        looks[cells.index(name)] |= _NAMED
    return looks


def _name(found: FoundTable, column: int) -> str:
    return found.headers[column].raw.split("|")[-1]


@lru_cache(maxsize=TEXTS_KEPT)
def bare(text: str) -> str:
    """Return a text in one width, without blanks; the cells of a column repeat.

    >>> bare("合　计： ")
    '合计:'
    """
    return without_blanks(text)
