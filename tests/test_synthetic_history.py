import dataclasses
from datetime import date

import numpy as np
import pandas as pd
import pytest

from campaign.festival import spring_festival
from campaign.synthetic.bank import _past, make_bank
from campaign.synthetic.history import lend
from campaign.synthetic.streams import Streams

OLD, NEW = pd.Timestamp(2025, 11, 15), pd.Timestamp(2026, 11, 15)


@pytest.fixture(scope="module")
def bank():
    return make_bank(6_000, 2027)


@pytest.fixture(scope="module")
def two_years(bank) -> pd.DataFrame:
    """Disbursements around the festivals of 2025 and 2026, with their week from it."""
    notes = pd.concat([bank.loans, bank.loans_before]).drop_duplicates("loan_note_id")
    parts = []
    for year in (2025, 2026):
        festival = pd.Timestamp(spring_festival(year))
        monday = festival - pd.Timedelta(festival.weekday(), "D")
        week = np.floor((notes["start_date"] - monday) / pd.Timedelta(7, "D"))
        parts.append(notes.assign(week=week, year=year)[(week >= -26) & (week <= 25)])
    return pd.concat(parts)


def share(notes: pd.DataFrame, code: str, first: int, last: int) -> float:
    mine = notes[notes["industry_code"] == code]
    return mine["week"].between(first, last).mean()


@pytest.mark.parametrize("year", [2025, 2026])
@pytest.mark.parametrize(
    ("code", "first", "last"),
    [("5226", -10, -1), ("5127", -13, -2), ("0111", 0, 10), ("5165", 0, 11)],
)
def test_money_goes_out_in_the_season_of_the_trade(two_years, year, code, first, last):
    notes = two_years[two_years["year"] == year]
    weeks = last - first + 1

    assert share(notes, code, first, last) > 1.8 * weeks / 52


def test_tower_cranes_borrow_after_the_festival(two_years):
    assert share(two_years, "7113", 0, 10) > 1.6 * 11 / 52
    assert share(two_years, "7113", -26, -11) < 16 / 52


def test_a_trade_without_a_season_borrows_all_year(two_years):
    assert share(two_years, "3484", -26, -1) == pytest.approx(0.5, abs=0.13)


def test_no_money_goes_out_on_the_festival_days(two_years):
    days = two_years["start_date"]

    assert not days.between("2026-02-16", "2026-02-23").any()


def test_notes_standing_a_year_ago_stand_now_or_ended(bank):
    old = bank.loans_before[bank.loans_before["balance"] > 0].set_index("loan_note_id")
    new = bank.loans.set_index("loan_note_id")
    both = old.index.intersection(new.index)
    gone = old.loc[old.index.difference(new.index)]

    assert len(both) > 0.5 * len(old)
    assert (new.loc[both, "start_date"] == old.loc[both, "start_date"]).all()
    # What is in neither state was replaced by a renewal, so its customer is still there.
    assert gone["customer_id"].isin(bank.loans["customer_id"]).mean() > 0.95


def test_a_settled_note_ended_after_the_old_ledger_shows_it_standing(bank):
    standing = bank.loans_before.loc[bank.loans_before["balance"] > 0, "loan_note_id"]
    now = bank.loans[bank.loans["loan_note_id"].isin(standing)]
    settled = now[now["loan_status"] == "settled"]

    assert len(settled) > 300
    assert settled["settle_date"].between(OLD, NEW).all()


def change_by_visits(bank) -> pd.DataFrame:
    old = (
        bank.loans_before[bank.loans_before["balance"] > 0].groupby("customer_id")["balance"].sum()
    )
    new = bank.loans[bank.loans["balance"] > 0].groupby("customer_id")["balance"].sum()
    season = bank.contacts[bank.contacts["contact_date"].between("2025-12-01", "2026-03-31")]
    visits = season.loc[season["method"] == "上门", "customer_id"].value_counts()
    now = new.reindex(old.index).fillna(0)
    return pd.DataFrame(
        {
            "visited": visits.reindex(old.index).fillna(0) > 0,
            "more": now > 1.1 * old,
            "left": now == 0,
        }
    )


def test_visited_customers_borrowed_more_and_left_less(bank):
    rates = change_by_visits(bank).groupby("visited").mean()

    assert rates.loc[True, "more"] > rates.loc[False, "more"]
    assert rates.loc[True, "left"] < rates.loc[False, "left"]


def test_the_log_says_disbursed_only_where_money_followed(bank):
    said = bank.contacts[bank.contacts["outcome"] == "disbursed"].sort_values("contact_date")
    notes = pd.concat([bank.loans, bank.loans_before]).drop_duplicates("loan_note_id")
    loans = notes[["customer_id", "start_date"]].sort_values("start_date")
    met = pd.merge_asof(
        said,
        loans,
        left_on="contact_date",
        right_on="start_date",
        by="customer_id",
        direction="forward",
    )

    # Notes replaced since by a renewal are in neither ledger.
    assert ((met["start_date"] - met["contact_date"]).dt.days <= 7).mean() > 0.9


@pytest.fixture(scope="module")
def eager():
    """People who only do what a touch makes them do, and then always do it."""
    past = _past(1_000, 10, 2, date(2026, 11, 15), Streams(11))
    count = len(past.customers)
    behaviour = past.behaviour.assign(
        top_up_natural=0.0, top_up_full=1.0, renew_natural=0.0, renew_full=1.0,
        visit_effect=np.ones(count), call_effect=np.ones(count), top_up_share=0.5,
    )  # fmt: skip
    past = dataclasses.replace(past, behaviour=behaviour)
    return past, lend(past)


def test_a_top_up_comes_after_the_touch_that_won_it(eager):
    past, notes = eager
    season = notes[notes["is_top_up"] & (notes["step"] == 0) & (notes["start"] > "2025-12-15")]
    assert len(season) > 100
    first = past.touches[past.touches["day"] >= "2025-11-19"].groupby("customer")["day"].min()
    wait = season["start"] - season["customer"].map(first)
    assert wait.min() >= pd.Timedelta(days=-8 + 5)  # a holiday may bring the day forward
    assert (wait >= pd.Timedelta(days=3)).mean() > 0.98


def test_a_note_is_renewed_only_where_a_touch_came_before_its_maturity(eager):
    past, notes = eager
    notes = notes.sort_values(["line", "step"])
    following = notes.groupby("line")["step"].shift(-1).notna()
    logged = notes["maturity"].between("2025-11-20", "2026-10-15")
    renewed = notes[following & logged]
    assert len(renewed) > 50
    met = renewed[["note", "customer", "maturity"]].merge(past.touches, on="customer")
    ahead = (met["maturity"] - met["day"]).dt.days
    assert set(renewed["note"]) == set(met.loc[ahead.between(0, 90), "note"])
