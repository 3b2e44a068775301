"""A whole bank from a seed: its books of today and of a year ago, and the truth behind them."""

from __future__ import annotations

import dataclasses
from datetime import date

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from campaign.synthetic import facts, log, truth
from campaign.synthetic.behaviour import make_behaviour
from campaign.synthetic.county import load_county
from campaign.synthetic.customers import Town, make_customers
from campaign.synthetic.history import Past, lend
from campaign.synthetic.ledger import Ledger
from campaign.synthetic.other_loans import debts_elsewhere, other_loans
from campaign.synthetic.prospects import prospects
from campaign.synthetic.staff import make_areas, make_branches, make_managers
from campaign.synthetic.streams import Streams
from campaign.synthetic.terms import add_terms
from campaign.synthetic.touches import draw_touches
from campaign.synthetic.values import known_where
from campaign.vocabulary import CONTACTS, LOANS, MANAGERS, OTHER_LOANS, PROSPECTS, Table

AS_OF = date(2026, 11, 15)
# Customers to begin with for each note wanted; more than enough, the rest is let go.
CUSTOMERS_A_LOAN = 0.62
LOANS_A_MANAGER, MANY_LOANS_A_MANAGER = 100, 2_000
OTHER_LOANS_A_LOAN, PROSPECTS_A_LOAN, REFUSALS_A_LOAN = 0.2, 3_500 / 6_000, 0.01
TARGET_A_LOAN = 25_000.0


@dataclasses.dataclass(frozen=True)
class Bank:
    """The books of a made-up bank; every table has the columns of `vocabulary`, in yuan.

    Attributes:
        name: The bank's name.
        as_of: Day of `loans` and of all other tables.
        before: Day of `loans_before`, a year earlier.
        branches: branch, kind, weight and head of each branch.
        loans: The ledger: standing notes, and those settled in two years before.
        loans_before: The ledger a year ago.
        truth: What the coming season holds; never written into a book (see `truth`).
    """

    name: str
    as_of: date
    before: date
    branches: pd.DataFrame
    managers: pd.DataFrame
    customers: pd.DataFrame
    loans: pd.DataFrame
    loans_before: pd.DataFrame
    other_loans: pd.DataFrame
    targets: pd.DataFrame
    prospects: pd.DataFrame
    contacts: pd.DataFrame
    votes: pd.DataFrame
    do_not_contact: pd.DataFrame
    truth: pd.DataFrame


def make_bank(
    loans: int,
    seed: int,
    managers: int | None = None,
    branches: int | None = None,
    as_of: date = AS_OF,
) -> Bank:
    """Return a bank whose ledger has exactly so many notes.

    Same arguments, same bank. By default 6,000 loans have 60 managers and 12 branches;
    beyond that a manager has up to 2,000 notes.

    Args:
        loans: Notes in the ledger, settled ones of the last two years among them.
        seed: Any whole number.
        managers: Relationship managers, by default from the loans.
        branches: Branches, by default one for five managers, 40 at most.
        as_of: Day of the books.
    """
    streams = Streams(seed)
    managers = managers or default_managers(loans)
    branches = min(branches or max(round(managers / 5), min(managers, 2)), 40, managers)
    past = _past(loans, managers, branches, as_of, streams)
    notes = _notes(past)
    ledger = Ledger(past.town, past.customers, notes, streams, made=len(notes))
    now = ledger.at(as_of)
    kept = _kept(now, len(past.customers), loans)
    now = now[kept[now["customer"]]]
    ledger = dataclasses.replace(ledger, notes=ledger.notes[kept[ledger.notes["customer"]]])
    return _books(past, ledger, now, kept)


def default_managers(loans: int) -> int:
    """Return how many managers a bank of this size has.

    Example:
        >>> [default_managers(loans) for loans in (40, 6_000, 100_000, 1_000_000)]
        [2, 60, 60, 500]
    """
    return max(min(round(loans / LOANS_A_MANAGER), 60), round(loans / MANY_LOANS_A_MANAGER), 2)


def _past(loans: int, managers: int, branches: int, as_of: date, streams: Streams) -> Past:
    county = load_county()
    count = int(loans * CUSTOMERS_A_LOAN) + 80
    branch_table = make_branches(county, branches, streams)
    areas = make_areas(county, branch_table, count)
    staff = make_managers(county, branch_table, areas, managers, streams, as_of)
    town = Town(county, branch_table, areas, staff)
    customers = _with_ties(town, make_customers(town, count, streams), streams)
    behaviour = make_behaviour(town, customers, streams)
    return Past(
        town, customers, behaviour, draw_touches(town, customers, streams, as_of), as_of, streams
    )


def _notes(past: Past) -> pd.DataFrame:
    return add_terms(past.town, past.customers, lend(past), past.streams)


def _with_ties(town: Town, customers: pd.DataFrame, streams: Streams) -> pd.DataFrame:
    """Add who kept a customer before a new manager, who brought him, and shared households."""
    managers = town.managers
    old_hands = np.flatnonzero(~managers["is_new"].to_numpy())
    home = managers["branch_row"].to_numpy()
    luck = streams("earlier managers").random(len(customers))
    earlier = customers["manager_row"].to_numpy().copy()
    for branch in range(len(town.branches)):
        mine = customers["branch_row"].to_numpy() == branch
        hands = old_hands[home[old_hands] == branch]
        if len(hands):
            earlier[mine] = hands[(luck[mine] * len(hands)).astype(int)]
    return customers.assign(earlier_manager_row=earlier, **_families(customers, streams))


def _families(customers: pd.DataFrame, streams: Streams) -> dict[str, NDArray[np.object_]]:
    """Return referrer, household remark and shared phone; kin and friends live near by."""
    luck = streams("families")
    order = np.lexsort((luck.random(len(customers)), customers["area_row"].to_numpy()))
    neighbour = np.empty(len(customers), dtype=np.int64)
    neighbour[order] = np.roll(order, 1)
    near = customers["area_row"].to_numpy()[neighbour] == customers["area_row"].to_numpy()
    referred = near & (luck.random(len(customers)) < 0.16)
    person = customers["customer_type"].isin(["farmer", "owner", "sole_trader"]).to_numpy()
    kin = near & ~referred & person & (luck.random(len(customers)) < 0.02)
    owners, ids, phone = (
        customers[name].to_numpy(dtype=object) for name in ("owner", "customer_id", "phone")
    )
    return {
        "referrer_id": known_where(referred, ids[neighbour]),
        "household": known_where(kin, "与" + owners[neighbour] + "同户"),
        "phone": np.where(kin, phone[neighbour], phone),
    }


def _kept(now: pd.DataFrame, count: int, wanted: int) -> NDArray[np.bool_]:
    """Choose customers, first come first kept, so that the ledger has exactly `wanted` notes."""
    rows = np.bincount(now["customer"], minlength=count)
    total = np.cumsum(rows)
    last = int(np.searchsorted(total, wanted, side="right"))
    kept = np.arange(count) < last
    missing = wanted - (int(total[last - 1]) if last else 0)
    for row in range(last, count):
        if 0 < rows[row] <= missing and (rows[row] == missing or missing > 4):
            kept[row] = True
            missing -= int(rows[row])
    return kept


def _books(past: Past, ledger: Ledger, now: pd.DataFrame, kept: NDArray[np.bool_]) -> Bank:
    notes = ledger.notes
    before = past.as_of.replace(year=past.as_of.year - 1)
    size = len(now)
    known = np.unique(now["customer"].to_numpy())
    living = np.unique(now.loc[now["balance"] > 0, "customer"].to_numpy())
    others = other_loans(past, living, max(round(size * OTHER_LOANS_A_LOAN), 2))
    mine = past.customers.iloc[living].reset_index(drop=True)
    people = prospects(past, mine, max(round(size * PROSPECTS_A_LOAN), 4))
    contacts = log.contact_log(past, notes)
    elsewhere = debts_elsewhere(others, len(kept))
    table = facts.customer_table(past.town, past.customers, notes, elsewhere, past.streams)
    shift = truth.trade_shift(past)
    return Bank(
        name=past.town.county.bank,
        as_of=past.as_of,
        before=before,
        branches=past.town.branches,
        managers=_plain(MANAGERS, past.town.managers),
        customers=table.iloc[known].reset_index(drop=True),
        loans=_plain(LOANS, _in_order(now)),
        loans_before=_plain(LOANS, _in_order(ledger.at(before))),
        other_loans=_plain(OTHER_LOANS, others),
        targets=_targets(past, now),
        prospects=_plain(PROSPECTS, people),
        contacts=_plain(CONTACTS, contacts),
        votes=log.branch_votes(past.town, shift, past.streams),
        do_not_contact=log.do_not_contact(
            past, contacts, people, max(round(size * REFUSALS_A_LOAN), 2)
        ),
        truth=truth.coming_season(past, now, others, people),
    )


def _plain(table: Table, frame: pd.DataFrame) -> pd.DataFrame:
    """Return only what a book may hold; what the truth needs besides stays behind."""
    return frame[[name for name in frame.columns if name in table.columns]]


def _in_order(ledger: pd.DataFrame) -> pd.DataFrame:
    order = ["manager_id", "customer_id", "loan_note_id"]
    return ledger.sort_values(order, kind="stable", ignore_index=True)


def _targets(past: Past, now: pd.DataFrame) -> pd.DataFrame:
    """Return the table TARGETS: the branches' shares of the bank's target, then the bank."""
    names = past.town.branches["branch"].tolist()
    balance = now.groupby("branch")["balance"].sum().reindex(names).fillna(0.0)
    whole = len(now) * TARGET_A_LOAN
    parts = (balance / balance.sum() * whole / 100_000).round() * 100_000
    parts.iloc[0] += whole - parts.sum()
    until = past.as_of.year + 1
    return pd.DataFrame(
        {
            "subject": [*names, "全行"],
            "metric": "贷款净增",
            "target": [*parts, whole],
            "baseline": [*balance.round(2), round(float(balance.sum()), 2)],
            "period": f"{past.as_of.year}-12-01至{until}-03-31",
        }
    )
