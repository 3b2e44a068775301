"""Writes the tables of the output contract as CSV: English headers, yuan, ISO dates."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from campaign.findings import findings_table
from campaign.render.files import write_atomically
from campaign.vocabulary import OUTPUT_TABLES, RESERVE, RESPONSE, Table, Unit

if TYPE_CHECKING:
    import pandas as pd

    from campaign.plan.campaign_plan import CampaignPlan

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


def write_tables(plan: CampaignPlan, folder: Path) -> list[Path]:
    """Write each output table to `folder` and return the paths, in order of name."""
    return [
        write_atomically(folder / f"{name}.csv", csv_bytes(OUTPUT_TABLES[name], frame))
        for name, frame in sorted(output_tables(plan).items())
    ]


def csv_bytes(table: Table, frame: pd.DataFrame) -> bytes:
    """Return a table as UTF-8 with BOM, sorted by its key, safe to open in Excel.

    Money is written to the fen, ratios to six digits, dates as 2027-01-08, flags as
    true and false, unknown as an empty cell. Text that Excel would run as a formula is
    led by an apostrophe, and every break of line in a text is one line feed.
    """
    ordered = frame.sort_values(list(table.key), kind="stable") if table.key else frame
    pieces = [codecs.BOM_UTF8, _lines([[field.name for field in table.fields]])]
    for start in range(0, len(ordered), ROWS_AT_ONCE):
        part = ordered.iloc[start : start + ROWS_AT_ONCE]
        columns = [_written(part[field.name], field.unit) for field in table.fields]
        pieces.append(_lines(zip(*columns, strict=True)))
    return b"".join(pieces)


def _lines(rows: Iterable[Sequence[str]]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue().encode()


def _written(column: pd.Series, unit: Unit) -> list[str]:
    if unit is Unit.DATE:
        return _days(column)
    if unit is Unit.FLAG:
        return [FLAGS.get(value, "") for value in column.astype("object")]
    if unit is Unit.TEXT:
        return _texts(column.tolist())
    numbers = column.to_numpy(dtype=float, na_value=float("nan")).tolist()
    return _money(numbers) if unit is Unit.YUAN else _each_once(numbers, _number)


def _each_once(values: list[Any], form: Callable[[Any], str]) -> list[str]:
    """Return the text of each value, made once for values that repeat."""
    formed = {value: form(value) for value in set(values)}
    return [formed[value] for value in values]


def _days(column: pd.Series) -> list[str]:
    import numpy as np

    days = column.to_numpy().astype("datetime64[D]")
    written: list[str] = np.where(np.isnat(days), "", np.datetime_as_string(days)).tolist()
    return written


def _texts(values: list[Any]) -> list[str]:
    """Return texts safe to open in Excel; a whole column is looked at before each of its texts."""
    texts = [value if isinstance(value, str) else "" for value in values]
    together = "\n" + "\n".join(texts)
    if any("\n" + start in together for start in FORMULA_STARTS) or "\r" in together:
        return [_safe(text) for text in texts]
    return texts


def _safe(value: str) -> str:
    text = "'" + value if value.startswith(FORMULA_STARTS) else value
    # A bare carriage return is not quoted, so what follows it would begin a row.
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _money(values: list[float]) -> list[str]:
    """Return amounts to the fen, formed in one go."""
    return ("%.2f\n" * len(values) % tuple(values)).replace("nan", "").split("\n")[:-1]


def _number(value: float) -> str:
    if value != value:
        return ""
    return str(int(value)) if value == int(value) else f"{value:.6f}".rstrip("0")
