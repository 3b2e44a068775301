"""Who must not be approached."""

from __future__ import annotations

import pandas as pd
import pytest

from campaign.growth.contactable import latest_contacts, must_not_contact, refusal_reasons
from campaign.growth.portfolio import portfolio_of
from tests.builders import make_book

LOANS = [
    {"customer_id": "K1", "customer_name": "王五", "balance": 1.0},
    {"customer_id": "K2", "customer_name": "李四", "balance": 1.0},
]
PEOPLE = [{"customer_id": "K1", "phone": "138 0000-1111"}, {"customer_id": "K2", "phone": None}]


def reasons(days=180, **tables):
    book = make_book(loans=LOANS, customers=PEOPLE, **tables)
    portfolio = portfolio_of(book)
    latest = latest_contacts(book, portfolio)
    return refusal_reasons(book, portfolio.customers, latest, days).tolist()


@pytest.mark.parametrize(
    ("line", "who"),
    [
        ({"customer_id": "K2"}, [False, True]),
        ({"phone": "13800001111"}, [True, False]),
        ({"customer_name": "李四"}, [False, True]),
        ({"customer_id": "K9", "customer_name": "李四"}, [False, False]),
        ({"customer_id": "K9", "phone": "13800001111"}, [True, False]),
    ],
    ids=["number", "phone", "name alone", "another's number", "another's number, this phone"],
)
def test_the_list_matches(line, who):
    book = make_book(loans=LOANS, customers=PEOPLE, do_not_contact=[line])
    assert must_not_contact(book, portfolio_of(book).customers).tolist() == who


def contact(day, outcome=None, **facts):
    return {"customer_id": "K1", "contact_date": pd.Timestamp(day), "outcome": outcome, **facts}


def test_a_refusal_counts_for_its_days_and_not_after_a_better_contact():
    assert reasons(contacts=[contact("2026-10-01", "refused")]) == [
        "客户 2026-10-01 明确拒绝，暂不再营销",
        "",
    ]
    assert reasons(contacts=[contact("2026-04-01", "refused")]) == ["", ""]
    log = [contact("2026-11-01", "interested"), contact("2026-10-01", "refused")]
    assert reasons(contacts=log) == ["", ""]


def test_willingness_is_the_last_one_noted():
    log = [
        contact("2026-09-01", willingness=4.0),
        contact("2026-10-01", "follow_up"),
        contact("2026-08-01", willingness=1.0),
    ]
    book = make_book(loans=LOANS, contacts=log)
    found = latest_contacts(book, portfolio_of(book))
    assert found["willingness"].fillna(-1).tolist() == [4.0, -1.0]
    assert found["outcome"][0] == "follow_up"
