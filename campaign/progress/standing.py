"""Where each customer stands: of his several touches the one result that counts."""

from __future__ import annotations

import pandas as pd

from campaign.vocabulary import Source, VisitOutcome

GROWS = frozenset(source.value for source in Source if source is not Source.RENEWAL)


def new_money(outcomes: pd.DataFrame, issued: pd.DataFrame) -> pd.DataFrame:
    """Return the results of touches that are for more than a renewal (续贷 is no growth)."""
    purposes = outcomes["candidate_id"].map(issued.set_index("candidate_id")["purposes"])
    return outcomes[purposes.astype("object") != Source.RENEWAL.value]


def standings(outcomes: pd.DataFrame) -> pd.DataFrame:
    """Return of each manager's customers the one row of `outcomes` that says where he stands.

    A loan counts once, however many touches name it: a touch that ended in a loan goes
    before all, then the latest that reached him, then the latest. An amount spoken of
    earlier stands until another is named; an amount lent must be named with the loan.

    Args:
        outcomes: Table OUTCOMES.

    Example:
        Interested in 20万, then applied without naming it again, then not reached:

        >>> outcomes = pd.DataFrame({"candidate_id": ["a", "b", "c"], "manager_id": "m",
        ...     "customer_id": "k", "outcome": ["interested", "applied", "not_met"],
        ...     "done_date": pd.to_datetime(["2026-12-01", "2026-12-05", "2026-12-08"]),
        ...     "wanted_amount": [200000.0, None, None]})
        >>> standings(outcomes)[["candidate_id", "outcome", "wanted_amount"]].values.tolist()
        [['b', 'applied', 200000.0]]
    """
    done = outcomes[outcomes["outcome"].notna()]
    lent = done["outcome"] == VisitOutcome.DISBURSED.value
    reached = done["outcome"] != VisitOutcome.NOT_MET.value
    ranked = done.assign(rank=lent.astype(int) + reached.astype(int)).sort_values(
        ["manager_id", "customer_id", "rank", "done_date", "candidate_id"],
        kind="stable",
        na_position="first",
    )
    whose = ["manager_id", "customer_id"]
    spoken = ranked.groupby(whose, sort=False)["wanted_amount"].ffill()
    ranked["wanted_amount"] = ranked["wanted_amount"].where(ranked["rank"] == 2, spoken)
    return ranked.drop_duplicates(whose, keep="last").drop(columns="rank")


def source_of_growth(purposes: str) -> str:
    """Return the first source of growth that a touch served, to which its loan counts.

    >>> source_of_growth("renewal;top_up;referral"), source_of_growth("")
    ('top_up', 'team')
    """
    return next((part for part in purposes.split(";") if part in GROWS), Source.TEAM.value)
