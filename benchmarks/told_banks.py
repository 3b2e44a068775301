"""Made-up banks with one season told to its end, as books held in memory, for the recovery study."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import pandas as pd

from campaign.book.loan_book import LoanBook
from campaign.synthetic.bank import Bank, make_bank
from campaign.synthetic.county import WEEKS, County, load_county, wanted_days
from campaign.synthetic.season_told import SeasonTold, fresh_notes, tell_season, usual_touches
from campaign.synthetic.streams import Streams
from campaign.vocabulary import BOOK_TABLES, LOANS
from campaign.vocabulary.field import keep_texts_plain

keep_texts_plain()

NEXT_LEDGER = date(2027, 11, 15)
# Weeks from the festival before and in which the told season has no money of its own.
AFTER, NEXT_YEAR = range(9, 26), range(-26, -12)
EIGHT = frozenset(
    [
        "customer_id",
        "customer_name",
        "loan_note_id",
        "balance",
        "loan_amount",
        "start_date",
        "maturity_date",
        "manager_id",
    ]
)


@dataclass(frozen=True)
class ToldBank:
    """A bank, its book before the season, its book a year later, and the truth.

    Attributes:
        bank: The bank; `bank.truth` is what would happen.
        season: What did happen under `touches`.
        touches: The touches of the season.
        old: The book before the season.
        new: The book a year later, with the contact log.
    """

    bank: Bank
    season: SeasonTold
    touches: pd.DataFrame
    old: LoanBook
    new: LoanBook


def told_bank(loans: int, seed: int, *, log: bool = True, eight: bool = False) -> ToldBank:
    """Return a bank with its season told.

    Args:
        loans: Notes of the book before the season.
        seed: Of the bank, its touches and its luck.
        log: Whether the new book has the contact log.
        eight: Whether the old book has only the eight usual columns.
    """
    bank = make_bank(loans, seed)
    old = book_of(
        bank.as_of,
        loans=bank.loans,
        customers=bank.customers,
        other_loans=bank.other_loans,
        managers=bank.managers,
        prospects=bank.prospects,
        votes=bank.votes,
    )
    return _told(bank, _with_eight_columns(old) if eight else old, seed, log=log)


def told_again(told: ToldBank, seed: int, *, log: bool = True) -> ToldBank:
    """Return the same bank and book with another season: other touches, other luck."""
    return _told(told.bank, told.old, seed, log=log)


def _told(bank: Bank, old: LoanBook, seed: int, *, log: bool) -> ToldBank:
    touches = usual_touches(bank, seed)
    season = tell_season(bank, touches, seed, NEXT_LEDGER)
    new = book_of(
        NEXT_LEDGER,
        loans=pd.concat([season.loans, rest_of_year(bank, season, seed)], ignore_index=True),
        customers=bank.customers,
        managers=bank.managers,
        contacts=season.contacts if log else season.contacts.head(0),
    )
    return ToldBank(bank, season, touches, old, new)


def rest_of_year(bank: Bank, season: SeasonTold, seed: int) -> pd.DataFrame:
    """Return the notes that customers took from the season's end to the next ledger.

    The told season holds the money of its weeks alone; without the rest of the year its weeks
    would look half as high again as demand makes them. Each customer comes as in the season,
    as much less often as his trade wants less then, on days of his trade's demand.

    Returns:
        Table LOANS, numbered Y….
    """
    county, streams = load_county(), Streams(seed)
    trade_of = pd.Series(range(len(county.trades)), index=county.trades["gbt_code"])
    trade_of = trade_of[~trade_of.index.duplicated()]
    code = bank.loans.drop_duplicates("customer_id").set_index("customer_id")["industry_code"]
    wishes = season.outcomes[season.outcomes["source"] == "top_up"].copy()
    trade = wishes["unit_id"].map(code).map(trade_of).to_numpy(dtype=np.int64)
    inside = county.season_share()[trade]
    chance = wishes["probability"].to_numpy() * (1 - inside) / inside
    luck = streams("rest of the year")
    year = NEXT_LEDGER.year
    days = np.where(
        luck.random(len(wishes)) < _weight(county, trade, AFTER),
        wanted_days(county, trade, year, AFTER, luck),
        wanted_days(county, trade, year + 1, NEXT_YEAR, luck),
    )
    happened = (luck.random(len(wishes)) < chance) & (days <= np.datetime64(NEXT_LEDGER))
    told = wishes.assign(happened=happened, lent=wishes["amount"], day=days)
    notes = fresh_notes(bank, told, Streams(seed + 1))
    notes["loan_note_id"] = "Y" + notes["loan_note_id"].str[1:]
    return LOANS.conform(notes)


def _weight(county: County, trade: np.ndarray, weeks: range) -> np.ndarray:
    """Return the part of these weeks in the demand outside the season, by trade row."""
    inside, outside = (
        county.demand[:, np.isin(WEEKS, list(some))].sum(axis=1)
        for some in (weeks, (*AFTER, *NEXT_YEAR))
    )
    return np.asarray((inside / outside)[trade])


def book_of(as_of: date, **tables: pd.DataFrame) -> LoanBook:
    """Return a book of these tables, as if read from sheets of one header row."""
    frames, known = {}, {}
    for name, table in BOOK_TABLES.items():
        rows = tables.get(name, pd.DataFrame())
        rows = rows.assign(source_row=[f"{table.label}!{n + 2}" for n in range(len(rows))])
        frames[name] = table.conform(rows)
        known[name] = frozenset(c for c in rows.columns if rows[c].notna().any())
    return LoanBook(as_of, "参数", "清河农商银行", known=known, digest="told", **frames)


def _with_eight_columns(book: LoanBook) -> LoanBook:
    loans = book.loans[book.loans["balance"] > 0]
    keep = [*EIGHT, "source_row", "loan_status", "branch"]
    bare = BOOK_TABLES["loans"].conform(loans[keep])
    empty = {name: table.empty() for name, table in BOOK_TABLES.items() if name != "loans"}
    return replace(book, loans=bare, known={"loans": EIGHT}, **empty)
