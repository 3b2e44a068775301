"""Rules of thumb: the order in which each takes the touches."""

from __future__ import annotations

import pytest

from campaign.plan.rules_of_thumb import rule_orders, rule_table
from tests.builders_plan import daily, visit_problem

# Amounts in the order large, middle, small: 700, 200 and 100 thousand.
AMOUNTS = {"A": 700_000.0, "B": 200_000.0, "C": 100_000.0}
ORDERS = {
    "equal": ["A1", "B1", "C1", "A2", "B2", "C2", "A3", "B3", "C3"],
    "proportional": ["A1", "A2", "A3", "B1", "C1", "B2", "B3", "C2", "C3"],
    "abc": ["A1", "A2", "A3", "B1", "B2", "C1", "B3", "C2", "C3"],
    "largest_first": ["A1", "A2", "A3", "B1", "B2", "B3", "C1", "C2", "C3"],
}


def problem():
    rows = [
        {
            "candidate_id": f"{name}{touch}",
            "customer_id": name,
            "touch": touch,
            "value": 1.0,
            "earliest": 0,
            "latest": 9,
        }
        for name in AMOUNTS
        for touch in (1, 2, 3)
    ]
    made = visit_problem(rows, daily("M1", [4.0] * 10))
    made.customers["amount"] = made.customers["customer_id"].map(AMOUNTS)
    return made


@pytest.mark.parametrize("name", ORDERS)
def test_the_order_of_each_rule(name):
    made = problem()
    ids = sorted(made.candidates["candidate_id"])
    assert [ids[number] for number in rule_orders(rule_table(made))[name]] == ORDERS[name]


def test_every_rule_considers_every_touch():
    for order in rule_orders(rule_table(problem())).values():
        assert sorted(order.tolist()) == list(range(9))


def test_a_customer_of_unknown_amount_comes_last():
    made = problem()
    made.customers.loc[made.customers["customer_id"] == "A", "amount"] = None
    ids = sorted(made.candidates["candidate_id"])
    order = [ids[number] for number in rule_orders(rule_table(made))["largest_first"]]
    assert order[-3:] == ["A1", "A2", "A3"]
