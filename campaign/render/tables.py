"""Writes the tables of the output contract as CSV: English headers, yuan, ISO dates."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from campaign.findings import findings_table
from campaign.render.files import write_atomically
from campaign.vocabulary import OUTPUT_TABLES, RESERVE, Table, Unit

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
    target = io.BytesIO()
    with io.TextIOWrapper(target, encoding="utf-8-sig", newline="") as text:
        lines = csv.writer(text, lineterminator="\n")
        lines.writerow(field.name for field in table.fields)
        for start in range(0, len(ordered), ROWS_AT_ONCE):
            part = ordered.iloc[start : start + ROWS_AT_ONCE]
            columns = [_written(part[field.name], field.unit) for field in table.fields]
            lines.writerows(zip(*columns, strict=True))
        text.flush()
        return target.getvalue()


def _written(column: pd.Series, unit: Unit) -> list[str]:
    if unit is Unit.DATE:
        return _days(column)
    if unit is Unit.FLAG:
        return [FLAGS.get(value, "") for value in column.astype("object")]
    if unit is Unit.TEXT:
        return _each_once(column.tolist(), _safe)
    numbers = column.to_numpy(dtype=float, na_value=float("nan")).tolist()
    return [_money(n) for n in numbers] if unit is Unit.YUAN else _each_once(numbers, _number)


def _each_once(values: list[Any], form: Callable[[Any], str]) -> list[str]:
    """Return the text of each value, made once for values that repeat."""
    formed = {value: form(value) for value in set(values)}
    return [formed[value] for value in values]


def _days(column: pd.Series) -> list[str]:
    import numpy as np

    days = column.to_numpy().astype("datetime64[D]")
    written: list[str] = np.where(np.isnat(days), "", np.datetime_as_string(days)).tolist()
    return written


def _safe(value: Any) -> str:
    if not isinstance(value, str):
        return ""
    text = "'" + value if value.startswith(FORMULA_STARTS) else value
    # A bare carriage return is not quoted, so what follows it would begin a row.
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _money(value: float) -> str:
    return f"{value:.2f}" if value == value else ""


def _number(value: float) -> str:
    if value != value:
        return ""
    return str(int(value)) if value == int(value) else f"{value:.6f}".rstrip("0")
