"""营销组合: who works, who goes out with whom, who takes which names, and the pool they need."""

from __future__ import annotations

import pandas as pd

from campaign.book.loan_book import LoanBook
from campaign.festival import CampaignWindow
from campaign.growth.markets import locked_areas
from campaign.growth.portfolio import Portfolio, portfolio_of
from campaign.settings import TeamRules
from campaign.vocabulary import STAFF, ManagerStatus, Source

# Stands for the managers of a branch where the book names nobody.
UNASSIGNED = "待分派"
AT_WORK = [ManagerStatus.ACTIVE.value, ManagerStatus.TRIAL.value]
OTHER_POSTS = "行长|柜员|会计|保洁|司机|保安|大堂"
MONTHS_A_YEAR = 12


def reserve_pool_need(remaining: float, conversion: float, ticket: float) -> float:
    """Return how many prospects a manager's remaining target needs (储备池需求).

    Formula:
        remaining target / (conversion x ticket)

    Source:
        domain rule G9; docs/method.md#team.

    Example:
        Three million to go, four of a hundred names become loans of 200,000:

        >>> reserve_pool_need(3_000_000, 0.04, 200_000)
        375.0
        >>> reserve_pool_need(-50_000, 0.04, 200_000)
        0.0
    """
    if remaining <= 0:
        return 0.0
    worth = conversion * ticket
    return remaining / worth if worth > 0 else float("inf")


def weeks_until_dry(stock: float, used_a_week: float, gained_a_week: float = 0.0) -> float:
    """Return how many weeks a pool of prospects lasts.

    Example:
        >>> weeks_until_dry(120, 50, gained_a_week=20)
        4.0
        >>> weeks_until_dry(120, 20, gained_a_week=30)
        inf
    """
    loss = used_a_week - gained_a_week
    return stock / loss if loss > 0 else float("inf")


def contacts_harvested(stops: float, rules: TeamRules) -> float:
    """Return the new contacts that outings with `stops` market stops bring home."""
    return stops * rules.contacts_per_stop


def staff(
    book: LoanBook,
    window: CampaignWindow,
    rules: TeamRules,
    portfolio: Portfolio | None = None,
) -> pd.DataFrame:
    """Return the managers who work, from the roster, else from the loans.

    A manager of the loans who is not on the roster counts as working: not being named is
    not leaving. One whose tenure is unknown counts as experienced. Where neither names
    anybody, each branch has one row `UNASSIGNED`: a list that it still has to hand out.

    Returns:
        Table STAFF: new managers are paired with experienced ones of their branch.
    """
    portfolio = portfolio or portfolio_of(book)
    listed = _roster(book, window)
    keeping = _from_loans(portfolio)
    gone = listed.loc[~listed["works"], "manager_id"]
    table = listed[listed["works"]].merge(keeping, how="outer", on="manager_id", suffixes=("", "2"))
    table = table[~table["manager_id"].isin(gone)].reset_index(drop=True)
    if table.empty:
        return _unassigned(portfolio)
    for name in ("manager_name", "branch", "area"):
        table[name] = table[name].where(table[name].notna(), table[f"{name}2"])
    table["customers"] = table["customers"].fillna(0)
    table["balance"] = table["balance"].fillna(0.0)
    trial = table["manager_status"].eq(ManagerStatus.TRIAL.value).fillna(False)
    table["is_new"] = table["tenure_months"].lt(rules.new_months) | trial
    table = table.sort_values("manager_id", ignore_index=True, kind="stable")
    table["area"] = locked_areas(table, portfolio.customers, book.prospects)
    table["partner"] = _partners(table)
    table["most_ticket"] = new_tickets(table, rules)
    return STAFF.check(STAFF.conform(table))


def new_tickets(table: pd.DataFrame, rules: TeamRules) -> pd.Series:
    """Return the largest loan that each new manager looks for, in yuan; NaN for others.

    Formula:
        new_ticket + (new_ticket_full - new_ticket) x months served / new_months, at most full

    Source:
        The lecture: choose customers of small amounts, as able as the manager is; the
        amounts are 示例假设; docs/method.md#team.

    Example:
        >>> people = pd.DataFrame({"is_new": [True, False], "tenure_months": [6.0, 90.0]})
        >>> new_tickets(people, TeamRules()).tolist()
        [200000.0, nan]
    """
    served = (table["tenure_months"].fillna(0) / rules.new_months).clip(0, 1)
    ticket = rules.new_ticket + (rules.new_ticket_full - rules.new_ticket) * served
    return ticket.where(table["is_new"].fillna(False).astype(bool))


def with_focus(table: pd.DataFrame, opportunities: pd.DataFrame) -> pd.DataFrame:
    """Return table STAFF with the trade that each new manager locks on (锁定客群).

    It is the trade in season with most of his customers and prospects; of equals the first
    in order. None where none of his trades is in season.
    """
    found = opportunities[opportunities["source"].eq(Source.INDUSTRY.value)]
    focus = table["manager_id"].map(_most_common(found, "manager_id", "sub_industry"))
    new = table["is_new"].fillna(False).astype(bool)
    return STAFF.check(STAFF.conform(table.assign(focus=focus.where(new))))


def _unassigned(portfolio: Portfolio) -> pd.DataFrame:
    """Return table STAFF with a row a branch that stands for managers whom nobody names."""
    branches = sorted(portfolio.customers["branch"].dropna().unique())
    rows = {
        "manager_id": [f"{UNASSIGNED}{branch}" for branch in branches],
        "manager_name": UNASSIGNED,
        "branch": branches,
        "is_new": False,
        "customers": 0,
        "balance": 0.0,
    }
    return STAFF.check(STAFF.conform(pd.DataFrame(rows)))


def _roster(book: LoanBook, window: CampaignWindow) -> pd.DataFrame:
    people = book.managers.copy()
    people["manager_id"] = people["manager_id"].where(
        people["manager_id"].notna(), people["manager_name"]
    )
    people = people[people["manager_id"].notna()].drop_duplicates("manager_id")
    status = people["manager_status"]
    other_post = people["position"].fillna("").str.contains(OTHER_POSTS)
    has_loans = people["manager_id"].isin(book.loans["manager_id"].dropna().unique())
    people["works"] = (status.isna() | status.isin(AT_WORK)) & (~other_post | has_loans)
    since = people["manager_since"]
    months = (window.start.year - since.dt.year) * MONTHS_A_YEAR
    months += window.start.month - since.dt.month - (since.dt.day > window.start.day)
    people["tenure_months"] = months.clip(lower=0)
    return people.rename(columns={"home_area": "area"})


def _from_loans(portfolio: Portfolio) -> pd.DataFrame:
    people = portfolio.customers.assign(
        balance=portfolio.total(portfolio.notes, portfolio.notes["balance"])
    )
    people = people[people["manager_id"].notna()]
    by_manager = people.groupby("manager_id", sort=True)
    table = by_manager.agg(
        customers=("customer_id", "size"), balance=("balance", "sum")
    ).reset_index()
    for name in ("manager_name", "branch", "area"):
        table[name] = table["manager_id"].map(_most_common(people, "manager_id", name))
    return table


def _most_common(people: pd.DataFrame, by: str, name: str) -> pd.Series:
    """Return for each value of `by` the most frequent `name`; of equals the first in order."""
    known = people[people[name].notna() & people[by].notna()]
    counts = known.groupby([by, name], sort=True).size().reset_index(name="count")
    counts = counts.sort_values([by, "count", name], ascending=[True, False, True], kind="stable")
    return counts.drop_duplicates(by).set_index(by)[name]


def _partners(table: pd.DataFrame) -> list[str | None]:
    """Pair each new manager with the experienced one of his branch who has fewest pairs.

    One of his own 团队 goes before all others. Where a branch has only new managers they go
    out with each other.
    """
    partner: dict[str, str] = {}
    for _, members in table.groupby(table["branch"].fillna(""), sort=True):
        new = members[members["is_new"]]
        old = members[~members["is_new"]].sort_values(
            ["tenure_months", "balance", "manager_id"], ascending=[False, False, True]
        )
        led = dict.fromkeys(old["manager_id"].tolist(), 0)
        names, teams = new["manager_id"].tolist(), new["team"].fillna("").tolist()
        for number, (manager, team) in enumerate(zip(names, teams, strict=True)):
            own = old.loc[old["team"].fillna("").eq(team), "manager_id"].tolist() if team else []
            if led:
                mate = min(own or led, key=led.__getitem__)
                led[mate] += 1
            else:
                mate = _next(names, number)
            if mate:
                partner[manager] = mate
                partner.setdefault(mate, manager)
    return [partner.get(manager) for manager in table["manager_id"]]


def _next(new: list[str], number: int) -> str:
    """Return the neighbour of a new manager among new ones, empty where he is alone."""
    mate = number + 1 if number % 2 == 0 else number - 1
    return new[mate] if mate < len(new) else (new[0] if len(new) > 1 else "")


def share_out(people: pd.DataFrame, table: pd.DataFrame) -> pd.Series:
    """Return who takes each customer or prospect that has no working manager.

    Names of an area go to the managers whose home area it is, else to all of the branch
    but new managers locked on another area, in equal numbers; small amounts go to new managers, areas and trades stay together. What
    is above a new manager's ticket goes to an experienced one of the branch, where there is
    one.

    Args:
        people: branch, area, amount, a key `customer_id`, and `trade` where known.
        table: Table STAFF.

    Returns:
        manager_id by row of people; unknown where the branch has no manager.
    """
    takers = _takers(table)
    branches, areas = people["branch"].fillna("").tolist(), people["area"].fillna("").tolist()
    pairs = list(zip(branches, areas, strict=True))
    frame = pd.DataFrame(
        {
            "pool": [pair if pair in takers else (pair[0], "") for pair in pairs],
            "area": areas,
            "branch": branches,
            "trade": people["trade"].fillna("").tolist() if "trade" in people else "",
            "amount": people["amount"].fillna(0).to_numpy(),
            "customer_id": people["customer_id"].to_numpy(),
        },
        index=people.index,
    )
    pools = frame.groupby("pool")
    frame["large"] = frame["amount"].gt(pools["amount"].transform("median"))
    frame["size"] = pools["amount"].transform("size")
    order = ["pool", "large", "area", "trade", "amount", "customer_id"]
    frame = frame.sort_values(order, kind="stable")
    frame["place"] = frame.groupby("pool").cumcount()
    rows = zip(frame["pool"], frame["place"], frame["size"], strict=True)
    taken = [
        managers[place * len(managers) // size] if (managers := takers.get(pool)) else None
        for pool, place, size in rows
    ]
    frame["taken"] = pd.Series(taken, index=frame.index, dtype="str")
    return _to_experienced(frame, table).reindex(people.index)


def _to_experienced(frame: pd.DataFrame, table: pd.DataFrame) -> pd.Series:
    """Return who takes each name, those above a new manager's ticket handed on in turn."""
    most = frame["taken"].map(table.set_index("manager_id")["most_ticket"])
    elders = table[~table["is_new"].fillna(False).astype(bool)]
    by_branch = elders.groupby(elders["branch"].fillna(""))["manager_id"].agg(sorted)
    above = frame[frame["amount"].gt(most) & frame["branch"].isin(by_branch.index)]
    turn = above.groupby("branch").cumcount()
    handed = [
        by_branch[branch][n % len(by_branch[branch])]
        for branch, n in zip(above["branch"], turn, strict=True)
    ]
    taken: pd.Series = frame["taken"].copy()
    taken[above.index] = handed
    return taken


def _takers(table: pd.DataFrame) -> dict[tuple[str, str], list[str]]:
    """Return managers by branch and home area, and by branch with no area; new ones first.

    A new manager locked on an area takes names of no other one, unless his branch has
    nobody else.
    """
    order = table.sort_values(
        ["is_new", "customers", "manager_id"], ascending=[False, True, True], kind="stable"
    )
    locked = order["is_new"].fillna(False).astype(bool) & order["area"].notna()
    places = [order["branch"].fillna("").tolist(), order["area"].fillna("").tolist()]
    takers: dict[tuple[str, str], list[str]] = {}
    last_resort: dict[tuple[str, str], list[str]] = {}
    for manager, branch, area, is_locked in zip(
        order["manager_id"].tolist(), *places, locked.tolist(), strict=True
    ):
        takers.setdefault((branch, area), []).append(manager)
        for key in {(branch, ""), ("", "")} - {(branch, area)}:
            (last_resort if is_locked else takers).setdefault(key, []).append(manager)
    return last_resort | takers
