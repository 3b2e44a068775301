"""What a campaign has to tell: cases, small wins, breakthroughs, and the new managers' lane."""

from datetime import date

import pandas as pd
import pytest

from campaign.progress.case_cards import case_cards, is_told
from campaign.progress.newcomers import check_days, newcomers, skill_checks
from campaign.progress.referral_tree import referral_tree
from campaign.progress.wins import breakthroughs, small_wins
from campaign.vocabulary import (
    ISSUED,
    ISSUED_CUSTOMERS,
    OUTCOMES,
    PACE,
    REFERRED,
    TALK_FIGURES,
)

MANAGERS = pd.DataFrame(
    {
        "manager_id": ["n1", "o1"],
        "manager_name": ["新人", "老手"],
        "branch": "城关",
        "is_new": pd.array([True, False], dtype="boolean"),
    }
)
START, DAY = date(2026, 12, 1), date(2026, 12, 18)


def results(*rows):
    columns = [
        "candidate_id", "manager_id", "customer_id", "channel", "done_date", "outcome",
        "wanted_amount", "referrals", "what_worked",
    ]  # fmt: skip
    table = pd.DataFrame([row + (None,) * (9 - len(row)) for row in rows], columns=columns)
    return OUTCOMES.conform(table.assign(done_date=pd.to_datetime(table["done_date"])))


RESULTS = results(
    ("a", "n1", "k1", "call", "2026-12-02", "not_met"),
    ("b", "n1", "k1", "visit", "2026-12-03", "interested", 200_000.0, 2.0),
    ("c", "n1", "k1", "visit", "2026-12-15", "disbursed", 180_000.0, None, "先算账"),
    ("d", "n1", "k2", "call", "2026-12-16", "applied", 90_000.0),
    ("e", "n1", "k3", "visit", "2026-12-16", "disbursed", 50_000.0),
    ("f", "o1", "k4", "visit", "2026-12-16", "disbursed", 300_000.0),
)
PURPOSES = {"a": "top_up", "b": "top_up", "c": "top_up;industry", "d": "team", "e": "renewal",
            "f": "team"}  # fmt: skip
ISSUED_ROWS = ISSUED.conform(
    pd.DataFrame({"candidate_id": list(PURPOSES), "purposes": list(PURPOSES.values())})
)
CUSTOMERS = ISSUED_CUSTOMERS.conform(
    pd.DataFrame(
        [("k2", "external_list", True), ("k4", "referral", True)],
        columns=["customer_id", "origin", "is_first"],
    )
)


def test_a_card_tells_the_whole_way_of_a_loan_and_what_the_manager_says():
    cards = case_cards(RESULTS, ISSUED_ROWS, CUSTOMERS, MANAGERS)
    assert cards["customer_id"].tolist() == ["k4", "k1"]
    card = cards.set_index("customer_id").loc["k1"]
    assert card["way"] == "12-02 电话未联系上 → 12-03 走访有意向 → 12-15 走访已放款"
    assert (card["amount"], card["names"], card["what_worked"]) == (180_000, 2, "先算账")
    assert is_told(cards).tolist() == [False, True]


def test_a_loan_that_only_renews_is_no_case():
    assert "k3" not in case_cards(RESULTS, ISSUED_ROWS, CUSTOMERS, MANAGERS)["customer_id"].tolist()


def wins():
    return small_wins(RESULTS, ISSUED_ROWS, CUSTOMERS, MANAGERS)


def test_small_wins_are_the_first_of_each_kind():
    found = [
        (row["manager_id"], row["win"], str(row["day"].date())) for row in wins().to_dict("records")
    ]
    assert found == [
        ("n1", "first_interest", "2026-12-03"),
        ("n1", "first_name", "2026-12-03"),
        ("n1", "first_application", "2026-12-15"),
        ("n1", "first_loan", "2026-12-15"),
        ("o1", "first_interest", "2026-12-16"),
        ("o1", "first_application", "2026-12-16"),
        ("o1", "first_loan", "2026-12-16"),
        ("o1", "referred_loan", "2026-12-16"),
    ]


def test_names_brought_home_with_a_loan_are_no_amount():
    one = results(("a", "n1", "k1", "visit", "2026-12-02", "disbursed", 200_000.0, 3.0))
    found = small_wins(one, ISSUED_ROWS, CUSTOMERS, MANAGERS).set_index("win")["amount"]
    assert found["first_loan"] == 200_000
    assert pd.isna(found["first_name"])


def pace(**ratios):
    rows = MANAGERS.assign(amount_ratio=MANAGERS["manager_id"].map(ratios))
    return PACE.conform(rows).assign(is_new=MANAGERS["is_new"])


@pytest.mark.parametrize(
    ("day", "before", "told"),
    [
        (DAY, 1.0, [("n1", "first_loan"), ("o1", "referred_loan")]),
        (DAY, 0.3, [("n1", "first_loan"), ("o1", "caught_up"), ("o1", "referred_loan")]),
        (date(2026, 12, 30), 1.0, []),
    ],
)
def test_breakthroughs_are_those_of_the_last_seven_days(day, before, told):
    found = breakthroughs(wins(), pace(n1=1.0, o1=1.1), pace(n1=1.0, o1=before), 0.6, day)
    assert list(zip(found["manager_id"], found["win"], strict=True)) == told


def lane():
    figures = TALK_FIGURES.conform(
        pd.DataFrame(
            {"manager_id": ["n1", "o1"], "calls_due": [9.0, 9.0], "calls_done": [2.0, 1.0]}
        )
    )
    names = pd.DataFrame({"manager_id": ["n1"], "customer_name": ["赵"], "phone": [""]})
    cards = case_cards(RESULTS, ISSUED_ROWS, CUSTOMERS, MANAGERS)
    tree = referral_tree(REFERRED.conform(names))
    return newcomers(MANAGERS, figures, RESULTS, CUSTOMERS, tree, cards)


def test_the_lane_counts_people_reached_once_by_where_they_came_from():
    [row] = lane().to_dict("records")
    assert (row["manager_id"], row["calls_done"], row["calls_due"]) == ("n1", 2, 9)
    assert (row["customers"], row["referred"], row["listed"], row["names"]) == (2, 0, 1, 1)
    assert (row["loans"], row["told"]) == (1, 1)


def test_each_check_counts_the_days_since_the_one_before():
    days = check_days(START, date(2026, 12, 31), 14)
    [first] = skill_checks(lane(), RESULTS, ISSUED_ROWS, days, START, DAY).to_dict("records")
    assert (str(first["check_on"].date()), first["days"]) == ("2026-12-14", 14)
    assert (first["calls"], first["visits"], first["met"], first["names"]) == (1, 1, 1, 2)
    both = skill_checks(lane(), RESULTS, ISSUED_ROWS, days, START, date(2026, 12, 28))
    second = both.to_dict("records")[1]
    assert (second["applied"], second["disbursed"], second["calls"]) == (2, 1, 1)


def test_before_the_first_check_there_is_none():
    days = check_days(START, date(2026, 12, 31), 14)
    assert skill_checks(lane(), RESULTS, ISSUED_ROWS, days, START, date(2026, 12, 5)).empty
