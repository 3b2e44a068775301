"""Writes the tables of the output contract as CSV: English headers, yuan, ISO dates."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from campaign.findings import findings_table
from campaign.render.files import write_atomically
from campaign.vocabulary import OUTPUT_TABLES, RESERVE, Table, Unit

if TYPE_CHECKING:
    import pandas as pd

    from campaign.plan.campaign_plan import CampaignPlan

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
    import pandas as pd

    ordered = frame.sort_values(list(table.key), kind="stable") if table.key else frame
    columns = {field.name: _written(ordered[field.name], field.unit) for field in table.fields}
    text = pd.DataFrame(columns).to_csv(index=False, lineterminator="\n")
    return b"\xef\xbb\xbf" + text.encode("utf-8")


def _written(column: pd.Series, unit: Unit) -> pd.Series:
    text: pd.Series
    if unit is Unit.DATE:
        text = column.dt.strftime("%Y-%m-%d")
    elif unit is Unit.FLAG:
        text = column.astype("object").map({True: "true", False: "false"})
    elif unit is Unit.TEXT:
        risky = column.str.startswith(FORMULA_STARTS, na=False)
        text = column.where(~risky, "'" + column.fillna(""))
        # A bare carriage return is not quoted, so what follows it would begin a row.
        if text.str.contains("\r", regex=False, na=False).any():
            text = text.str.replace(r"\r\n?", "\n", regex=True)
    else:
        text = column.map(_money if unit is Unit.YUAN else _number, na_action="ignore")
    return text


def _money(value: float) -> str:
    return f"{value:.2f}"


def _number(value: float) -> str:
    return str(int(value)) if value == int(value) else f"{value:.6f}".rstrip("0")
