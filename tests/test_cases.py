from datetime import date

import pandas as pd
import pytest

from campaign.learn.cases import add_cases, count_cases, recorded_share, willingness_segments
from campaign.learn.conversion import learn_rates
from campaign.learn.history import compare_books
from campaign.learn.matching import ledger_pair, touch_log
from campaign.learn.prospects import count_prospect_cases
from campaign.settings import Settings
from campaign.vocabulary import CASES, CONTACTS, EVENTS, HEADROOM
from tests.builders import make_book

BEFORE, AFTER = date(2025, 11, 15), date(2026, 10, 31)
NOTE = {"balance": 300_000.0, "maturity_date": "2027-12-31", "start_date": "2025-01-10"}
SETTINGS = Settings()


def cases_of(old_loans, new_loans, headroom=(), **tables):
    old, new = make_book(BEFORE, loans=old_loans), make_book(AFTER, loans=new_loans, **tables)
    names = ["customer_id", "new_money", "undrawn", "grade"]
    room = HEADROOM.conform(pd.DataFrame(list(headroom), columns=names))
    counted = count_cases(compare_books(old, new), touch_log(old, new), room, SETTINGS)
    return counted.set_index(["source", "segment", "touched"])


def note(key, **more):
    return NOTE | {"customer_id": key, "loan_note_id": key} | more


def test_a_top_up_is_counted_by_grade_with_its_money():
    fresh = note("K1", loan_note_id="B", balance=80_000.0, start_date="2026-01-20")
    found = cases_of([note("K1"), note("K2")], [note("K1"), note("K2"), fresh],
                     [("K1", 200_000.0, 0.0, "A"), ("K2", 100_000.0, 0.0, "B")])  # fmt: skip
    assert found["came"].to_dict() == {
        ("top_up", "A", "unknown"): 1.0,
        ("top_up", "B", "unknown"): 0.0,
    }
    assert found["taken"].tolist() == [80_000.0, 0.0]
    assert found["possible"].tolist() == [200_000.0, 0.0]


def test_a_rise_is_first_a_drawing_then_a_top_up():
    line = note("K1", credit_limit=350_000.0, is_revolving=True)
    fresh = note("K1", loan_note_id="B", balance=120_000.0, start_date="2026-01-20",
                 credit_limit=120_000.0)  # fmt: skip
    found = cases_of([line], [line, fresh], [("K1", 200_000.0, 50_000.0, "A")])
    assert found["taken"]["draw", "", "unknown"] == 50_000.0
    assert found["taken"]["top_up", "A", "unknown"] == 70_000.0


def test_a_customer_without_headroom_is_no_case_of_top_up():
    assert cases_of([note("K1")], [note("K1")], [("K1", 0.0, 0.0, "A")]).empty


def test_the_seasonal_need_is_read_off_customers_of_trades_with_a_season():
    loans = [note("K1", industry_code="5226"), note("K2", industry_code="8411")]
    found = cases_of(loans, loans, [("K1", 1e5, 0.0, "B"), ("K2", 1e5, 0.0, "B")])
    assert found["people"]["top_up", "B", "unknown"] == 2
    assert found["people"]["industry", "customer", "unknown"] == 1


def test_renewals_are_told_apart_by_visits_near_the_maturity():
    # K1 visited before his maturity, K2 after it, K3 so long before that it was about something else.
    due = [note(f"K{i}", maturity_date="2026-03-20") for i in (1, 2, 3)]
    again = [note(f"K{i}", loan_note_id=f"B{i}", start_date="2026-03-21", loan_amount=300_000.0)
             for i in (1,)]  # fmt: skip
    log = [{"customer_id": key, "contact_date": day, "method": "上门"} for key, day in
           (("K1", "2026-03-01"), ("K2", "2026-03-25"), ("K3", "2025-11-20"))]  # fmt: skip
    found = cases_of(due, again, contacts=log)
    assert found["people"].to_dict() == {("renewal", "", "no"): 1.0, ("renewal", "", "yes"): 1.0}
    assert found["came"].to_dict() == {("renewal", "", "no"): 0.0, ("renewal", "", "yes"): 1.0}


def test_maturities_after_the_season_are_no_cases_of_renewal():
    spring, autumn = "2026-03-20", "2026-07-01"
    due = [note("K1", maturity_date=spring), note("K1", loan_note_id="A", maturity_date=autumn),
           note("K2", maturity_date=autumn)]  # fmt: skip
    again = [note("K1", loan_note_id="B", start_date=autumn, loan_amount=300_000.0)]
    found = cases_of(due, again)
    assert found.loc[("renewal", "", "unknown"), ["people", "came"]].tolist() == [1, 0]


def test_money_taken_for_something_else_is_taken_off_the_renewals():
    # Of four customers without a maturity one borrowed in the weeks around the maturities; so of
    # four that look renewed out of eight one is by chance: (4/8 - 1/4) / (1 - 1/4) = 1/3.
    others = [note(f"F{i}") for i in range(4)]
    due = [note(f"K{i}", maturity_date="2026-02-01") for i in range(8)]
    more = note("F0", loan_note_id="M", start_date="2026-02-10", balance=200_000.0)
    again = [note(f"K{i}", loan_note_id=f"B{i}", start_date="2026-02-02", loan_amount=300_000.0)
             for i in range(4)]  # fmt: skip
    found = cases_of([*others, *due], [*others, more, *again]).loc[("renewal", "", "unknown")]
    assert found["came"] == 4
    assert found["successes"] / found["cases"] == pytest.approx(1 / 3)


LOG = {"purpose": "他行置换", "method": "上门", "contact_date": "2026-01-10"}


def test_refinance_is_learnt_from_a_log_that_notes_what_was_paid_out():
    fresh = note("K1", loan_note_id="B", balance=200_000.0, start_date="2026-02-20")
    log = [LOG | {"customer_id": "K1", "willingness": 4, "outcome": "disbursed"},
           LOG | {"customer_id": "K2", "willingness": 0, "outcome": "refused"}]  # fmt: skip
    loans = [note("K1"), note("K2")]
    found = cases_of(loans, [*loans, fresh], contacts=log)
    assert found["came"].to_dict() == {
        ("refinance", "0", "yes"): 0.0,
        ("refinance", "3-5", "yes"): 1.0,
    }


def test_refinance_is_not_learnt_from_a_log_that_forgets_what_was_paid_out():
    fresh = note("K1", loan_note_id="B", balance=200_000.0, start_date="2026-02-20")
    log = [LOG | {"customer_id": "K1", "willingness": 4, "outcome": "interested"}]
    old, new = [note("K1")], [note("K1"), fresh]
    assert "refinance" not in cases_of(old, new, contacts=log).index.get_level_values("source")
    books = make_book(BEFORE, loans=old), make_book(AFTER, loans=new, contacts=log)
    assert recorded_share(compare_books(*books), touch_log(*books)) == 0


def test_names_given_are_cases_and_newcomers_with_a_referrer_successes():
    log = [{"customer_id": "K1", "contact_date": day, "referrals": 3}
           for day in ("2026-01-10", "2026-10-20")]  # fmt: skip
    came = note("K9", start_date="2026-02-20")
    people = [{"customer_id": "K9", "referrer_id": "K1"}]
    found = cases_of([note("K1")], [note("K1"), came], contacts=log, customers=people)
    assert found.loc[("referral", "", "yes"), ["people", "came"]].tolist() == [3, 1]


def test_cases_of_several_pairs_add_up():
    one = CASES.conform(pd.DataFrame([{"source": "draw", "segment": "", "touched": "no",
                                       "people": 3, "cases": 2.5, "came": 1}]))  # fmt: skip
    total = add_cases([one, one])
    assert total[["people", "cases", "came"]].to_numpy().tolist() == [[6, 5, 2]]


def test_willingness_has_four_segments():
    marks = pd.Series([0, 0.5, 1, 2, 3, 5, None])
    expected = ["0", "0", "1-2", "1-2", "3-5", "3-5", "unknown"]
    assert willingness_segments(marks).tolist() == expected


def prospect_cases(prospects, new_loans, contacts=()):
    old = make_book(BEFORE, loans=[note("K1")], prospects=list(prospects))
    new = make_book(AFTER, loans=[note("K1"), *new_loans], contacts=list(contacts))
    found = count_prospect_cases(ledger_pair(old, new), SETTINGS)
    return found.set_index(["source", "segment", "touched"])


def test_prospects_are_counted_by_where_the_number_came_from():
    prospects = [
        {"prospect_id": "P1", "cert_no": "C1", "origin": "own_visit", "wanted_amount": 1e5},
        {"prospect_id": "P2", "cert_no": "C2", "origin": "external_list"},
    ]
    came = note("K8", cert_no="C1", start_date="2026-02-01", loan_amount=80_000.0)
    found = prospect_cases(prospects, [came])
    assert found["came"].to_dict() == {
        ("team", "external_list", "unknown"): 0,
        ("team", "own_visit", "unknown"): 1,
    }
    assert found["taken"]["team", "own_visit", "unknown"] == 80_000.0


def test_a_prospect_visited_under_his_name_is_touched():
    prospects = [{"prospect_id": "P1", "customer_name": "赵记酒行", "industry_code": "5226"}]
    log = [{"customer_name": "赵记酒行", "contact_date": "2026-01-05", "method": "上门"}]
    found = prospect_cases(prospects, [], log)
    assert found["people"]["team", "unknown", "yes"] == 1
    assert found["people"]["industry", "prospect", "yes"] == 1


@pytest.mark.parametrize("known", [{"cert_no": "C1"}, {"customer_name": "王安"}])
def test_a_prospect_who_was_a_customer_before_is_no_case(known):
    old = make_book(BEFORE, loans=[note("K1") | known], prospects=[{"prospect_id": "P1"} | known])
    pair = ledger_pair(old, make_book(AFTER, loans=[note("K1") | known]))
    assert count_prospect_cases(pair, SETTINGS).empty


def test_the_rates_of_a_pair_are_those_of_its_cases():
    fresh = note("K1", loan_note_id="B", balance=80_000.0, start_date="2026-01-20")
    old, new = make_book(BEFORE, loans=[note("K1")]), make_book(AFTER, loans=[note("K1"), fresh])
    room = HEADROOM.conform(pd.DataFrame({"customer_id": ["K1"], "new_money": 2e5, "grade": "A"}))
    rates = learn_rates(compare_books(old, new), touch_log(old, new), room, SETTINGS)
    found = rates.set_index(["source", "segment"])
    assert found["observations"]["top_up", "A"] == 1
    assert found["natural_probability"]["top_up", "A"] > 0.06


def test_nothing_in_common_teaches_nothing():
    nothing = EVENTS.empty(), CONTACTS.empty(), HEADROOM.empty()
    assert count_cases(*nothing, SETTINGS).empty
