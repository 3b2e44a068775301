"""Who is asked for how much net growth: targets given, and the rest shared out fairly."""

from __future__ import annotations

import numpy as np
import pandas as pd

from campaign.settings import CampaignRules

WHOLE_BANK = ("全行", "本行", "总行", "合计", "总计")
COUNTED = r"净增|增长|增量|新增"
NOT_COUNTED = r"户|存款|日均|率|笔"


def given_targets(targets: pd.DataFrame) -> pd.Series:
    """Return the net growth wanted by subject, from table TARGETS; the first line of each counts.

    Lines on other metrics (customers, deposits, ratios) are no net-growth targets.
    """
    metric = targets["metric"].fillna("")
    counts = (metric == "") | (
        metric.str.contains(COUNTED, regex=True) & ~metric.str.contains(NOT_COUNTED, regex=True)
    )
    rows = targets[counts & targets["target"].notna() & targets["subject"].notna()]
    subject = rows["subject"].str.strip()
    return rows.assign(subject=subject).drop_duplicates("subject").set_index("subject")["target"]


def bank_target(
    given: pd.Series,
    branches: list[str],
    bank_name: str,
    asked: float | None,
    rules: CampaignRules,
) -> float:
    """Return the bank's target; NaN where nobody set one.

    What the call asks for goes first, then the setting, then the bank's line of the book,
    then the sum of its branches' lines.
    """
    if asked is not None:
        return float(asked)
    if rules.target > 0:
        return float(rules.target)
    for name in (bank_name, *WHOLE_BANK):
        if name and name in given.index:
            return float(given[name])
    named = given[given.index.isin(branches)]
    return float(named.sum()) if len(named) else float("nan")


def share_out(total: float, expected: pd.Series, weight: pd.Series, own: pd.Series) -> pd.Series:
    """Return a target for each subject: its own where given, else a fair part of the rest.

    Formula:
        expected net growth + (total - own targets - expected of the others) x weight / weights,
        to the fen, so that all add up to the total

    Args:
        total: What all together are asked for; NaN leaves those without an own target unknown.
        expected: Expected net growth of each.
        weight: What a gap is shared by, at least 0; all 0 shares it evenly.
        own: Targets given, NaN where none.

    Example:
        A target of 100 over 60 expected: the gap of 40 falls three to one:

        >>> expected, weight = pd.Series([40.0, 20.0]), pd.Series([3.0, 1.0])
        >>> share_out(100.0, expected, weight, pd.Series([np.nan, np.nan])).tolist()
        [70.0, 30.0]
    """
    open_ones = own.isna()
    if not open_ones.any() or np.isnan(total):
        return own
    weight = weight[open_ones].clip(lower=0.0)
    if weight.sum() <= 0:
        weight = weight + 1.0
    rest = total - float(own.sum())
    gap = rest - float(expected[open_ones].sum())
    parts = (expected[open_ones] + gap * weight / weight.sum()).round(2)
    # Fen lost in rounding go to the heaviest.
    heaviest = int(np.argmax(weight))
    parts.iloc[heaviest] = round(rest - float(parts.drop(parts.index[heaviest]).sum()), 2)
    return own.where(~open_ones, parts)


def scaled_to(total: float, own: pd.Series) -> pd.Series:
    """Return given targets scaled so that they add up to a total that was asked for."""
    given = float(own.sum())
    if own.isna().any() or given <= 0 or np.isnan(total):
        return own
    return own * (total / given)
