"""约谈: who should be talked to, why, and with which figures against peers."""

from __future__ import annotations

import numpy as np
import pandas as pd

from campaign.settings.progress import InterviewRules
from campaign.vocabulary import INTERVIEWS

FACTORS = ("activity", "reach", "conversion", "ticket")
CHAIN = ("done", "met", "disbursed", "amount")


def who_to_talk_to(
    pace: pd.DataFrame,
    pool: pd.DataFrame,
    groups: pd.Series,
    overdue_promises: pd.Series,
    rules: InterviewRules,
) -> pd.DataFrame:
    """Name the managers to talk to, with the gap to their peers split into four factors.

    Args:
        pace: Table PACE.
        pool: Table POOL.
        groups: manager_id to the name of his peer group (new, experienced).
        overdue_promises: manager_id to the count of promises due and not met.
        rules: When somebody is named.

    Returns:
        Table INTERVIEWS, furthest behind first; only those for whom a rule fired.

    Formula:
        amount = done x (met / done) x (disbursed / met) x (amount / disbursed), so
        gap_ratio = activity x reach x conversion x ticket, each own by peers' figure.
    """
    table = pace.copy()
    table["open_promises"] = table["manager_id"].map(overdue_promises).fillna(0)
    table["cover"] = table["manager_id"].map(pool.set_index("manager_id")["cover"])
    table = table.join(compare_with_peers(pace, groups))
    table["reason"] = _reasons(table, rules)
    named = table[table["reason"] != ""].copy()
    named["weakest"] = _weakest(named)
    ordered = named.sort_values(["gap_ratio", "manager_id"], kind="stable")
    return INTERVIEWS.check(INTERVIEWS.conform(ordered))


def compare_with_peers(pace: pd.DataFrame, groups: pd.Series) -> pd.DataFrame:
    """Split each manager's amount against his peers' average into the four factors.

    The peers of a manager are the others of his group, averaged; where he is alone in it,
    all the others. A factor that cannot be seen because an earlier one is nothing is 1, so that the
    product still holds.

    Returns:
        Columns peer_amount, gap_ratio, activity, reach, conversion, ticket, on the index
        of `pace`; unknown where the peers have lent nothing.

    Example:
        A manager with half the visits of his peer and all else alike:

        >>> pace = pd.DataFrame({"manager_id": ["a", "b"], "done": [10.0, 20.0],
        ...     "met": [5.0, 10.0], "disbursed": [1.0, 2.0], "amount": [2e5, 4e5]})
        >>> groups = pd.Series({"a": "new", "b": "new"})
        >>> row = compare_with_peers(pace, groups).loc[0]
        >>> [float(row[f]) for f in ("activity", "reach", "conversion", "ticket", "gap_ratio")]
        [0.5, 1.0, 1.0, 1.0, 0.5]
    """
    peers = _peer_averages(pace, pace["manager_id"].map(groups).astype("object").fillna(""))
    factors = pd.DataFrame(index=pace.index)
    own_before, peer_before = pd.Series(1.0, pace.index), pd.Series(1.0, pace.index)
    for factor, stage in zip(FACTORS, CHAIN, strict=True):
        own = _step(pace[stage], own_before)
        peer = peers[stage] / peer_before.where(peer_before > 0)
        factors[factor] = (own / peer.where(peer > 0)).where(own.notna(), 1.0)
        own_before, peer_before = pace[stage], peers[stage]
    factors["peer_amount"] = peers["amount"]
    factors["gap_ratio"] = pace["amount"] / peers["amount"].where(peers["amount"] > 0)
    factors.loc[factors["gap_ratio"].isna(), list(FACTORS)] = np.nan
    return factors


def _step(now: pd.Series, before: pd.Series) -> pd.Series:
    return now / before.where(before > 0)


def _peer_averages(pace: pd.DataFrame, group: pd.Series) -> pd.DataFrame:
    numbers = pace[list(CHAIN)].astype(float)
    size = group.map(group.value_counts()) - 1
    others = numbers.groupby(group).transform("sum") - numbers
    everyone = (numbers.sum() - numbers).div(max(len(pace) - 1, 1))
    return others.div(size.where(size > 0), axis="index").fillna(everyone)


def _weakest(named: pd.DataFrame) -> np.ndarray:
    known = named["gap_ratio"].notna().to_numpy()
    lowest = named[list(FACTORS)].fillna(np.inf).to_numpy().argmin(axis=1)
    return np.where(known, np.array(FACTORS)[lowest], "")


def _reasons(table: pd.DataFrame, rules: InterviewRules) -> list[str]:
    """Return why each manager is named; a thin pool adds to a reason and is none by itself."""
    judged = table["planned"] >= rules.least_planned
    fired = {
        "触达完成率 {activity_ratio:.0%}": judged
        & (table["activity_ratio"] < rules.activity_ratio),
        "目标完成率 {amount_ratio:.0%}": judged & (table["amount_ratio"] < rules.amount_ratio),
        "尚无一笔申请": judged & (table["applied"] == 0),
        "承诺到期未兑现 {open_promises:.0f} 项": table["open_promises"] > 0,
    }
    is_named = pd.DataFrame(fired).any(axis="columns")
    fired["储备倍数 {cover:.1f}"] = is_named & judged & (table["cover"] < rules.pool_cover)
    hits = pd.DataFrame(fired).to_dict("records")
    rows = table.to_dict("records")
    return [
        "；".join(str(text).format_map(row) for text, is_hit in hit.items() if is_hit)
        for row, hit in zip(rows, hits, strict=True)
    ]
