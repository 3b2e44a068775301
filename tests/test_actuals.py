"""What came back, in place of what was hoped for."""

import pandas as pd
import pytest

from campaign.growth.opportunities import Growth
from campaign.progress.actuals import book_with_results, growth_with_results, lent_by_manager
from campaign.settings.progress import PoolRules
from campaign.vocabulary import (
    HEADROOM,
    LEFT_OUT,
    OPPORTUNITIES,
    REFINANCE,
    RUN_OFF,
    SCREEN,
    STAFF,
)
from tests.builders import make_book
from tests.builders_running import make_running

RULES = PoolRules(follow_up_chance=0.05, interested_chance=0.15, applied_chance=0.6)
HOPED = [
    {"opportunity_id": "T1", "customer_id": "K1", "source": "top_up", "amount": 300_000.0},
    {"opportunity_id": "I1", "customer_id": "K1", "source": "industry", "amount": 100_000.0},
    {"opportunity_id": "N1", "customer_id": "K1", "source": "renewal", "amount": 200_000.0},
]


def growth(*rows):
    table = pd.DataFrame(rows).assign(
        manager_id="m1", branch="城东", natural_probability=0.02, full_probability=0.1,
        is_prospect=False, is_outing=False, needs_senior=False, rate_quota=0.0,
    )  # fmt: skip
    staff = STAFF.conform(pd.DataFrame({"manager_id": ["m1"], "branch": ["城东"]}))
    tables = {"screen": SCREEN, "headroom": HEADROOM, "refinance": REFINANCE, "run_off": RUN_OFF}
    empty = {name: table.empty() for name, table in tables.items()}
    found = OPPORTUNITIES.conform(table)
    return Growth(**empty, opportunities=found, left_out=LEFT_OUT.empty(), staff=staff, findings=())


def after(outcome, booked_until=None, **values):
    run = make_running(
        [{"candidate_id": "K1-V1", "date": "2026-12-03", "purposes": "renewal;industry"}],
        [{"candidate_id": "K1-V1", "outcome": outcome, **values}],
    )
    found = growth_with_results(growth(*HOPED), run, RULES, booked_until)
    return found.opportunities.set_index("opportunity_id"), found.left_out


def test_a_loan_won_is_certain_and_takes_the_place_of_what_was_hoped_for():
    table, left_out = after("disbursed", wanted_amount=120_000.0, done_date="2026-12-05")
    assert sorted(table.index) == ["N1", "W000001"]
    won = table.loc["W000001"]
    assert (won["source"], won["amount"], won["natural_probability"]) == ("industry", 120_000.0, 1)
    assert set(left_out["reason"]) == {"2026-12-05 结果为已放款；本期已放款，其余机会留待以后"}


def test_a_loan_won_that_a_new_book_holds_is_counted_there_alone():
    new_book = pd.Timestamp("2026-12-31").date()
    table, left_out = after("disbursed", new_book, wanted_amount=120_000.0, done_date="2026-12-05")
    assert sorted(table.index) == ["N1"]
    assert left_out["reason"].str.endswith("新台账里已有").all()


@pytest.mark.parametrize("outcome", ["refused", "no_need", "rejected"])
def test_who_is_lost_is_asked_no_more_but_renews_by_himself(outcome):
    table, left_out = after(outcome)
    assert table.index.tolist() == ["N1"]
    assert table["full_probability"]["N1"] == table["natural_probability"]["N1"]
    assert set(left_out["source"]) == {"top_up", "industry"}


@pytest.mark.parametrize(
    ("outcome", "natural", "full"),
    [("follow_up", 0.02, 0.1), ("interested", 0.02, 0.15), ("applied", 0.6, 0.6)],
)
def test_the_stage_sets_the_chance_and_the_amount_spoken_of_replaces_the_estimate(
    outcome, natural, full
):
    table, _ = after(outcome, wanted_amount=180_000.0)
    first = table.loc["T1"]
    assert (first["natural_probability"], first["full_probability"]) == (natural, full)
    assert first["amount"] == 180_000.0
    assert table["amount"]["I1"] == 100_000.0


def test_who_was_not_met_stays_as_he_was():
    table, left_out = after("not_met")
    assert table.loc[["T1", "I1", "N1"], "amount"].tolist() == [300_000.0, 100_000.0, 200_000.0]
    assert left_out.empty


def test_results_join_the_contact_log_and_names_the_list():
    run = make_running(
        [{"candidate_id": "K1-C1", "date": "2026-12-03"}],
        [{"candidate_id": "K1-C1", "outcome": "refused", "note": "不再联系"}],
        [{"manager_id": "m1", "customer_name": "李秀", "phone": "", "referrer_id": "K1"}],
    )
    book = book_with_results(make_book(), run)
    line = book.contacts.iloc[0]
    assert (line["customer_id"], line["outcome"], line["method"]) == ("K1", "refused", "电话")
    assert line["contact_date"] == pd.Timestamp("2026-12-03")
    name = book.prospects.iloc[0]
    assert (name["customer_name"], name["origin"], name["manager_id"]) == ("李秀", "referral", "m1")


def test_what_a_new_book_holds_is_counted_by_manager():
    run = make_running(
        [{"candidate_id": f"K{n}-V1", "date": "2026-12-03"} for n in (1, 2, 3)],
        [
            {
                "candidate_id": f"K{n}-V1",
                "outcome": "disbursed",
                "wanted_amount": 1e5,
                "done_date": d,
            }
            for n, d in ((1, "2026-12-10"), (2, "2026-12-31"), (3, "2027-01-02"))
        ],
    )
    assert lent_by_manager(run, pd.Timestamp("2026-12-31").date()).to_dict() == {"m1": 2e5}
    assert lent_by_manager(run, None).empty
