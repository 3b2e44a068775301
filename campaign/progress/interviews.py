"""约谈: who should be talked to, why, and with which figures against peers."""

from __future__ import annotations

import numpy as np
import pandas as pd

from campaign.progress.peers import FACTORS, compare_with_peers
from campaign.settings.progress import InterviewRules
from campaign.vocabulary import INTERVIEWS


def compare_all(
    pace: pd.DataFrame,
    pool: pd.DataFrame,
    peers: dict[str, tuple[str, ...]],
    overdue_promises: pd.Series,
    rules: InterviewRules,
) -> pd.DataFrame:
    """Compare every manager with his peers, the gap split into four factors; name some to talk to.

    Args:
        pace: Table PACE.
        pool: Table POOL.
        peers: manager_id to the numbers of those he is compared with. Who is not in it has
            sent no workbook yet: what he did is unknown, not nothing, and he is not judged.
        overdue_promises: manager_id to the count of promises due and not met.
        rules: When somebody is named.

    Returns:
        Table INTERVIEWS, furthest behind first; `reason` is empty where no rule fired.
    """
    table = pace.copy()
    table["open_promises"] = table["manager_id"].map(overdue_promises).fillna(0)
    table["cover"] = table["manager_id"].map(pool.set_index("manager_id")["cover"])
    table = table.join(compare_with_peers(pace, peers))
    table["peers"] = [";".join(peers.get(manager, ())) for manager in table["manager_id"]]
    table["reason"] = _reasons(table, table["manager_id"].isin(peers), rules)
    table["weakest"] = _weakest(table)
    ordered = table.sort_values(["gap_ratio", "manager_id"], kind="stable")
    return INTERVIEWS.check(INTERVIEWS.conform(ordered))


def _weakest(named: pd.DataFrame) -> np.ndarray:
    known = named["gap_ratio"].notna().to_numpy()
    lowest = named[list(FACTORS)].fillna(np.inf).to_numpy().argmin(axis=1)
    return np.where(known, np.array(FACTORS)[lowest], "")


def _reasons(table: pd.DataFrame, is_known: pd.Series, rules: InterviewRules) -> list[str]:
    """Return why each manager is named; a thin pool adds to a reason and is none by itself."""
    judged = is_known & (table["planned"] >= rules.least_planned)
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
