"""Writes the tables of the output contract as CSV: English headers, yuan, ISO dates."""

from __future__ import annotations

import codecs
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from itertools import islice
from operator import lt
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from campaign.findings import findings_table
from campaign.growth.keys import each_once, places_of
from campaign.render.files import move_whole, write_atomically
from campaign.vocabulary import OUTPUT_TABLES, RESERVE, RESPONSE, Table, Unit

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from campaign.plan.campaign_plan import CampaignPlan
    from campaign.render.tables_aside import TablesAside

FLAGS = {True: "true", False: "false"}
ROWS_AT_ONCE = 50_000
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def output_tables(plan: CampaignPlan) -> dict[str, pd.DataFrame]:
    """Return every table of the output contract, by name."""
    growth, problem = plan.growth, plan.problem
    return {
        "candidates": problem.candidates,
        "capacity": problem.capacity,
        "touches": plan.touches,
        "quotas": plan.quotas,
        "left_out": plan.left_out,
        "headroom": growth.headroom,
        "refinance": growth.refinance,
        "referral": growth.referral,
        "markets": growth.markets,
        "reserve": RESERVE.empty() if plan.reserve is None else plan.reserve,
        "opportunities": growth.opportunities,
        "screen": growth.screen,
        "screen_rules": growth.screen_rules,
        "run_off": growth.run_off,
        "response": RESPONSE.empty() if plan.response is None else plan.response,
        "managers": plan.managers,
        "branches": plan.branches,
        "findings": findings_table((*plan.book.findings, *growth.findings)),
    }


def write_tables(
    plan: CampaignPlan,
    folder: Path,
    between: Callable[[], None] = lambda: None,
    aside: TablesAside | None = None,
) -> list[Path]:
    """Write each output table to `folder` and return the paths, in order of name.

    Args:
        plan: The plan.
        folder: The folder of the tables.
        between: Done between the pieces of the tables: a short part of something longer.
        aside: Tables that were written before the plan was made; they get their own names.
    """

    def pieces(name: str, frame: pd.DataFrame) -> Iterator[bytes]:
        for piece in csv_pieces(OUTPUT_TABLES[name], frame):
            between()
            yield piece

    def written(name: str, frame: pd.DataFrame) -> Path:
        made, path = aside and aside.path_of(name, frame), folder / f"{name}.csv"
        return move_whole(made, path) if made else write_atomically(path, pieces(name, frame))

    return [written(name, frame) for name, frame in sorted(output_tables(plan).items())]


def csv_bytes(table: Table, frame: pd.DataFrame) -> bytes:
    """Return a table as UTF-8 with BOM, sorted by its key, safe to open in Excel.

    Money is written to the fen, ratios to six digits, dates as 2027-01-08, flags as
    true and false, unknown as an empty cell. Text that Excel would run as a formula is
    led by an apostrophe, and every break of line in a text is one line feed.
    """
    return b"".join(csv_pieces(table, frame))


def csv_pieces(table: Table, frame: pd.DataFrame) -> Iterator[bytes]:
    """Yield the bytes of `csv_bytes` some rows at a time, so that a large table is never whole."""
    yield codecs.BOM_UTF8 + _lines([[field.name] for field in table.fields])
    order = _order(frame, table.key)
    columns = [(frame[field.name], field.unit) for field in table.fields]
    for start in range(0, len(frame), ROWS_AT_ONCE):
        rows = order[start : start + ROWS_AT_ONCE]
        yield _lines([_written(column.iloc[rows], unit) for column, unit in columns])


def _order(frame: pd.DataFrame, key: Sequence[str]) -> NDArray[np.intp]:
    """Return the places of the rows in order of the key, rows alike as they stood."""
    if not key:
        return np.arange(len(frame))
    if frame[key[0]].dtype == "str":
        first = frame[key[0]].tolist()
        with suppress(TypeError):  # unknown ones among them
            if all(map(lt, first, islice(first, 1, None))):  # most tables are made in order
                return np.arange(len(frame))
            if len(key) == 1:
                return np.array(sorted(range(len(first)), key=first.__getitem__), dtype=np.intp)
    columns = [_sortable(frame[name]) for name in reversed(key)]
    places: NDArray[np.intp] = np.lexsort(columns)
    return places


def _sortable(column: pd.Series) -> NDArray[Any]:
    """Return what orders as the column does, texts as their places, the unknown last."""
    if column.dtype != "str":
        return column.to_numpy()
    places: NDArray[np.int64] = places_of(column)
    return places


def _lines(columns: Iterable[Sequence[str]]) -> bytes:
    """Return rows of fields that are quoted already."""
    return ("\n".join(map(",".join, zip(*columns, strict=True))) + "\n").encode()


def _written(column: pd.Series, unit: Unit) -> list[str]:
    if unit is Unit.DATE:
        return each_once(column.to_numpy().astype("datetime64[D]").view("int64"), _days)
    if unit is Unit.FLAG:
        return [FLAGS.get(value, "") for value in column.astype("object").tolist()]
    if unit is Unit.TEXT:
        return _texts(column.tolist())
    numbers = column.to_numpy(dtype=float, na_value=float("nan"))
    # By their bits, for 0 and -0 are equal and unknown equals nothing.
    return each_once(numbers.view("int64"), _money if unit is Unit.YUAN else _numbers)


def _days(numbers: NDArray[np.int64]) -> list[str]:
    days = numbers.view("datetime64[D]")
    written: list[str] = np.where(np.isnat(days), "", np.datetime_as_string(days)).tolist()
    return written


def _money(bits: NDArray[np.int64]) -> list[str]:
    """Return amounts to the fen, formed in one go."""
    amounts = bits.view("float64").tolist()
    return ("%.2f\n" * len(amounts) % tuple(amounts)).replace("nan", "").split("\n")[:-1]


def _numbers(bits: NDArray[np.int64]) -> list[str]:
    return [_number(value) for value in bits.view("float64").tolist()]


def _number(value: float) -> str:
    if value != value:
        return ""
    return str(int(value)) if value == int(value) else f"{value:.6f}".rstrip("0")


def _texts(values: list[Any]) -> list[str]:
    """Return texts safe to open in Excel; a whole column is looked at before each of its texts."""
    try:
        texts, together = values, "\n" + "\n".join(values)
    except TypeError:  # unknown ones among them
        texts = [value if isinstance(value, str) else "" for value in values]
        together = "\n" + "\n".join(texts)
    if (
        together.count("\n") == len(texts)
        and not any(mark in together for mark in ("\r", ",", '"'))
        # One letter is sooner looked for than two.
        and not any(start in together and "\n" + start in together for start in FORMULA_STARTS)
    ):
        return texts
    safe = {text: _quoted(_safe(text)) for text in set(texts)}
    return [safe[text] for text in texts]


def _safe(value: str) -> str:
    text = "'" + value if value.startswith(FORMULA_STARTS) else value
    # A bare carriage return is not quoted, so what follows it would begin a row.
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _quoted(text: str) -> str:
    """Return a field as csv holds it.

    >>> _quoted("甲"), _quoted("甲,乙")
    ('甲', '"甲,乙"')
    """
    if any(mark in text for mark in (",", '"', "\n")):
        return '"' + text.replace('"', '""') + '"'
    return text
