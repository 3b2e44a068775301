from datetime import date

import pandas as pd
import pytest

from campaign.learn.matching import ledger_pair
from campaign.learn.rebuilt import balances_on
from tests.builders import make_book

BEFORE, AFTER = date(2025, 11, 15), date(2026, 11, 15)
SEASON_END = pd.Timestamp("2026-03-31")
STANDING = {"customer_id": "K1", "loan_note_id": "A", "balance": 300_000.0}
STANDING |= {"loan_amount": 300_000.0, "start_date": "2025-06-01", "maturity_date": "2028-06-01"}
SHORT = {"customer_id": "K1", "loan_note_id": "B", "balance": 0.0, "loan_amount": 80_000.0}
SHORT |= {"start_date": "2025-12-20", "maturity_date": "2026-06-20", "loan_status": "settled"}


def owed(old, new, day=SEASON_END):
    pair = ledger_pair(make_book(BEFORE, loans=old), make_book(AFTER, loans=new))
    return balances_on(pair, day).to_dict()


def test_a_short_loan_of_the_season_counts_while_it_stood():
    short = SHORT | {"settle_date": "2026-06-18"}
    assert owed([STANDING], [STANDING, short]) == {"K1": 380_000}
    later = pd.Timestamp("2026-06-18")
    assert owed([STANDING], [STANDING, short], later) == {"K1": 300_000}


def test_a_note_paid_off_by_instalments_runs_evenly():
    now = STANDING | {"balance": 227_000.0}
    days = (SEASON_END - pd.Timestamp(BEFORE)).days
    assert owed([STANDING], [now])["K1"] == pytest.approx(300_000 - 73_000 * days / 365)


def test_an_old_note_that_is_hidden_since_stood_until_its_maturity():
    assert owed([STANDING | {"maturity_date": "2026-05-01"}], []) == {"K1": 300_000}
    assert owed([STANDING | {"maturity_date": "2026-03-01"}], []) == {}


def test_a_loan_paid_out_after_the_day_does_not_count():
    late = SHORT | {"start_date": "2026-05-01", "settle_date": "2026-08-01"}
    assert owed([STANDING], [STANDING, late]) == {"K1": 300_000}


def test_a_limit_never_paid_out_is_no_debt():
    idle = SHORT | {"loan_status": "not_drawn"}
    assert owed([STANDING], [STANDING, idle]) == {"K1": 300_000}


def test_on_the_day_of_a_ledger_it_is_that_ledgers_balance():
    now = STANDING | {"balance": 227_000.0}
    assert owed([STANDING], [now], pd.Timestamp(AFTER)) == {"K1": 227_000}
    assert owed([STANDING], [now], pd.Timestamp(BEFORE)) == {"K1": 300_000}
