"""Where each customer stands: of his several touches the one result that counts."""

from __future__ import annotations

from datetime import date

import pandas as pd

from campaign.vocabulary import Source, VisitOutcome

LOST = (VisitOutcome.NO_NEED.value, VisitOutcome.REFUSED.value, VisitOutcome.REJECTED.value)
CLOSED = (VisitOutcome.DISBURSED.value, *LOST)
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


def standing_of_customers(outcomes: pd.DataFrame) -> pd.DataFrame:
    """Return `standings` by customer: of one whom two managers touched the row furthest on."""
    stand = standings(outcomes)
    lent = stand["outcome"] == VisitOutcome.DISBURSED.value
    ranked = stand.assign(lent=lent).sort_values(
        ["customer_id", "lent", "done_date", "candidate_id"], kind="stable", na_position="first"
    )
    rows = ranked.drop_duplicates("customer_id", keep="last").drop(columns="lent")
    return rows.reset_index(drop=True)


def follow_ups_owed(
    results: pd.DataFrame, issued: pd.DataFrame, done_with: pd.Index, until: date
) -> pd.DataFrame:
    """Return of each customer still open the row of `results` with his latest promise up to a day.

    One that a later touch has kept already is none any more. A result without a day happened
    on the day that its touch was planned for.

    Args:
        results: Table OUTCOMES.
        issued: Table ISSUED.
        done_with: Customers of whom nothing more is wanted.
        until: Promises for a later day are left out.

    Example:
        Seen again on the day promised, and promised anew; another was lent to since:

        >>> results = pd.DataFrame({"candidate_id": ["a", "b", "c", "d"],
        ...     "customer_id": ["k1", "k1", "k2", "k2"],
        ...     "done_date": pd.to_datetime(["2026-12-01", "2026-12-08", "2026-12-01", "2026-12-03"]),
        ...     "outcome": ["follow_up", "interested", "follow_up", "disbursed"],
        ...     "next_follow_up": pd.to_datetime(["2026-12-08", "2026-12-20", "2026-12-09", None])})
        >>> issued = pd.DataFrame({"candidate_id": [], "date": pd.to_datetime([])})
        >>> until = pd.Timestamp("2026-12-31").date()
        >>> follow_ups_owed(results, issued, pd.Index(["k2"]), until)["candidate_id"].tolist()
        ['b']
    """
    days = issued.set_index("candidate_id")["date"].reindex(results["candidate_id"])
    planned = days.set_axis(results.index)
    day = results["done_date"].where(results["done_date"].notna(), planned)
    happened = day.where(results["outcome"].notna())
    last = happened.groupby(results["customer_id"]).transform("max")
    wanted = results["next_follow_up"] <= pd.Timestamp(until)
    wanted &= (
        ~results["customer_id"].isin(done_with)
        & ~results["outcome"].isin(CLOSED)
        & (results["next_follow_up"] > last)
    )
    rows = results[wanted].sort_values(["customer_id", "next_follow_up", "candidate_id"])
    return rows.drop_duplicates("customer_id", keep="last").reset_index(drop=True)


def source_of_growth(purposes: str) -> str:
    """Return the first source of growth that a touch served, to which its loan counts.

    >>> source_of_growth("renewal;top_up;referral"), source_of_growth("")
    ('top_up', 'team')
    """
    return next((part for part in purposes.split(";") if part in GROWS), Source.TEAM.value)
