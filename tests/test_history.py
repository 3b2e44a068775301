import csv
import math
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from campaign.learn.history import compare_books
from campaign.learn.weeks import campaign_weeks
from tests.builders import make_book

BEFORE, AFTER = date(2025, 11, 15), date(2026, 3, 31)
CASES = Path(__file__).parent / "cases" / "history.csv"


def _notes(text, mark):
    """Read notes such as 100000#A+2026-01-20@2027-01-20: amount, number, start, maturity."""
    notes = []
    for place, part in enumerate(filter(None, text.split(";"))):
        money, maturity = part.split("@")
        money, _, start = money.partition("+")
        amount, _, number = money.partition("#")
        note = {"customer_id": "K1", "balance": float(amount), "loan_amount": float(amount)}
        note |= {"maturity_date": maturity, "start_date": start or "2025-01-10"}
        notes.append(note | {"loan_note_id": number or f"{mark}{place}{start}"})
    return notes


def _rows():
    with CASES.open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("row", _rows(), ids=lambda row: row["case"])
def test_what_became_of_one_customer(row):
    other = {"customer_id": "K0", "balance": 1e6, "start_date": "2025-01-10"}
    old = make_book(BEFORE, loans=[other, *_notes(row["old"], "旧")])
    new = make_book(AFTER, loans=[other, *_notes(row["new"], "新")])
    event = compare_books(old, new).set_index("customer_id").loc["K1"]
    assert event["new_balance"] == float(row["balance"])
    assert event["increase"] == float(row["increase"])
    for flag in ("topped_up", "matured", "renewed", "left", "arrived"):
        assert bool(event[flag]) == bool(int(row[flag])), flag
    expected = float(row["renewed_amount"] or math.nan)
    assert event["renewed_amount"] == pytest.approx(expected, nan_ok=True)
    day = event["event_date"]
    assert ("" if pd.isna(day) else str(day.date())) == row["event_date"]


def test_exposure_is_limit_based_only_where_both_ledgers_have_limits():
    line = {"customer_id": "K1", "balance": 200_000.0, "credit_limit": 500_000.0}
    line |= {"is_revolving": True, "maturity_date": "2027-06-30"}
    drawn = line | {"balance": 450_000.0}
    same_limit = compare_books(make_book(BEFORE, loans=[line]), make_book(AFTER, loans=[drawn]))
    assert not same_limit["topped_up"][0]
    del drawn["credit_limit"]
    no_limit = compare_books(make_book(BEFORE, loans=[line]), make_book(AFTER, loans=[drawn]))
    assert no_limit["increase"].tolist() == [250_000.0]


def test_contacted_is_unknown_without_a_log():
    loans = [{"customer_id": key, "balance": 1e5} for key in ("K1", "K2")]
    old = make_book(BEFORE, loans=loans)
    assert compare_books(old, make_book(AFTER, loans=loans))["contacted"].isna().all()
    log = [{"customer_id": "K2", "contact_date": "2026-01-05"}]
    events = compare_books(old, make_book(AFTER, loans=loans, contacts=log))
    assert events["contacted"].tolist() == [False, True]


def test_the_week_is_counted_from_the_years_own_festival():
    old = make_book(BEFORE, loans=[{"customer_id": "K0", "balance": 1e5}])
    fresh = [{"customer_id": "K1", "balance": 1e5, "start_date": "2026-01-20"}]
    events = compare_books(old, make_book(AFTER, loans=fresh)).set_index("customer_id")
    assert events.loc["K1", "week"] == -4
    weeks = campaign_weeks(pd.Series(pd.to_datetime(["2025-01-20", "2026-01-20", None])))
    assert weeks.fillna(99).tolist() == [-1, -4, 99]


def test_the_order_of_rows_does_not_matter():
    loans = [{"customer_id": f"K{i % 4}", "balance": 1e5 + i} for i in range(9)]
    for i, note in enumerate(loans):
        note |= {"loan_note_id": f"A{i}", "manager_id": f"M{i % 3}", "source_row": f"借据!{i + 2}"}
    new = make_book(AFTER, loans=loans)
    one = compare_books(make_book(BEFORE, loans=loans), new)
    other = compare_books(make_book(BEFORE, loans=loans[::-1]), new)
    pd.testing.assert_frame_equal(one, other)


def test_who_brought_a_newcomer_is_kept():
    old = make_book(BEFORE, loans=[{"customer_id": "K0", "balance": 1e5}])
    fresh = [{"customer_id": "K1", "balance": 1e5, "start_date": "2026-01-20"}]
    people = [{"customer_id": "K1", "referrer_id": "K0"}]
    events = compare_books(old, make_book(AFTER, loans=fresh, customers=people))
    assert events.set_index("customer_id")["referrer_id"]["K1"] == "K0"
