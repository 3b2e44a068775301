"""Plans by manager and branch: money, targets and tasks that fit together."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from campaign.plan.plans import NO_BRANCH, branch_plans, money_of, set_targets
from campaign.settings import Settings
from campaign.vocabulary import RUN_OFF
from tests.builders import make_book
from tests.builders_plan import opportunities, staff

LOANS = [
    {"customer_id": "K1", "manager_id": "M1", "branch": "城关支行", "balance": 600.0},
    {"customer_id": "K2", "manager_id": "M2", "branch": "东街支行", "balance": 400.0},
]
PEOPLE = staff(
    {"manager_id": "M1"}, {"manager_id": "M2", "manager_name": "李四", "branch": "东街支行"}
)
NOTES = RUN_OFF.conform(
    pd.DataFrame(
        [
            {
                "loan_note_id": "J1",
                "source_rows": "借据!2",
                "manager_id": "M1",
                "branch": "城关支行",
                "run_off": 100.0,
                "renewed": 60.0,
            }
        ]
    )
)
GROWN = opportunities(
    {"manager_id": "M1", "source": "top_up"},
    {"manager_id": "M1", "source": "renewal"},
    {"manager_id": "M2", "source": "draw", "branch": "东街支行"},
).assign(expected=[90.0, 60.0, 30.0])


def targets(asked=None, people=PEOPLE, settings=None, lines=()):
    book = make_book(loans=LOANS, targets=list(lines))
    money = money_of(book, NOTES, GROWN)
    return set_targets(book, people, money, asked, settings or Settings())


def test_money_by_manager():
    money = money_of(make_book(loans=LOANS), NOTES, GROWN).managers
    assert money.loc["M1", ["run_off", "renewed", "growth", "expected"]].tolist() == [
        100.0,
        60.0,
        90.0,
        50.0,
    ]
    assert money.loc["M2", "expected"] == 30.0


def test_money_by_branch_keeps_every_yuan():
    loans = [*LOANS, {"customer_id": "K3", "balance": 7.0}]
    money = money_of(make_book(loans=loans), NOTES, GROWN).branches
    assert money["opening"].to_dict() == {"东街支行": 400.0, "城关支行": 600.0, NO_BRANCH: 7.0}


def test_a_gap_is_shared_by_growth():
    # Asked 200, expected 80: the gap of 120 falls 90 to 30.
    found = targets(asked=200.0)
    assert found["branch"].to_dict() == {"东街支行": 60.0, "城关支行": 140.0}
    assert found["manager"].to_dict() == {"M1": 140.0, "M2": 60.0}
    assert found["bank"]["bank"] == 200.0


def test_new_managers_take_a_smaller_part_of_the_gap():
    people = staff({"manager_id": "M1", "is_new": True}, {"manager_id": "M2"})
    settings = Settings().with_values({"quotas": {"new_share": 0.5}})
    found = targets(asked=150.0, people=people, settings=settings)["manager"]
    # Both in one branch, which is asked 102.5: gap 22.5 over 80, weights 45 and 30.
    assert found.sum() == pytest.approx(102.5)
    assert found["M1"] - 50.0 == pytest.approx(22.5 * 45 / 75)


def test_targets_of_the_book_stand():
    lines = [
        {"subject": "城关支行", "target": 500.0},
        {"subject": "李四", "target": 25.0},
    ]
    found = targets(lines=lines)
    assert found["branch"]["城关支行"] == 500.0
    assert found["manager"]["M2"] == 25.0


def test_a_total_that_is_asked_for_scales_the_branches_of_the_book():
    lines = [{"subject": "城关支行", "target": 300.0}, {"subject": "东街支行", "target": 100.0}]
    assert targets(asked=800.0, lines=lines)["branch"].to_dict() == {
        "东街支行": 200.0,
        "城关支行": 600.0,
    }


def test_without_a_target_all_are_unknown():
    assert targets().isna().all()


def managers(**changed) -> pd.DataFrame:
    usual = {"visits": 10.0, "calls": 20.0, "visit_capacity": 12.0, "call_capacity": 40.0}
    table = PEOPLE.assign(**usual)
    return table.assign(**changed)


def test_a_branch_adds_up_its_managers_and_its_money():
    money = money_of(make_book(loans=LOANS), NOTES, GROWN)
    table = branch_plans(managers(is_new=True), money, targets(asked=200.0)).set_index("branch")
    row = table.loc["城关支行"]
    assert row[["managers", "new_managers", "visits", "visit_capacity"]].tolist() == [1, 1, 10, 12]
    assert row[["opening", "run_off", "renewed", "top_up", "closing"]].tolist() == [
        600.0,
        100.0,
        60.0,
        90.0,
        650.0,
    ]
    assert row[["target", "gap"]].tolist() == [140.0, 90.0]


def test_a_branch_without_managers_is_still_there():
    money = money_of(make_book(loans=LOANS), NOTES, GROWN)
    table = branch_plans(managers().head(1), money, targets()).set_index("branch")
    assert table.loc["东街支行", "managers"] == 0
    assert np.isnan(table.loc["东街支行", "target"])
