"""Run-off: principal due in the campaign, what may be renewed, and when to ask."""

from __future__ import annotations

import csv
from pathlib import Path

import pandas as pd
import pytest

from campaign.festival import campaign_window, load_calendar
from campaign.growth.portfolio import portfolio_of
from campaign.growth.renewal import estimate_run_off, renewal_opportunities
from campaign.growth.screen import screen_customers
from campaign.settings import CampaignRules, RenewalRules, ScreenRules
from campaign.vocabulary import RATES, RUN_OFF
from tests.builders import AS_OF, make_book

TEXT = (Path(__file__).parent / "cases" / "renewal.csv").read_text(encoding="utf-8")
CASES = list(csv.DictReader(TEXT.splitlines()))
WINDOW = campaign_window(AS_OF, CampaignRules(), load_calendar())
RENEWAL_RATE = {
    "source": "renewal",
    "segment": "",
    "natural_probability": 0.8,
    "full_probability": 0.9,
    "amount_share": 0.5,
}
RATE = RATES.conform(pd.DataFrame([RENEWAL_RATE]))
DUE = {"customer_id": "K1", "balance": 300_000.0, "maturity_date": pd.Timestamp("2027-01-20")}


def run_off_of(*loans):
    book = make_book(loans=[{**DUE, **loan} for loan in loans])
    portfolio = portfolio_of(book)
    screen = screen_customers(book, ScreenRules(), portfolio)
    return estimate_run_off(portfolio, screen, WINDOW, RenewalRules(), RATE)


@pytest.mark.parametrize("case", CASES, ids=[case["case"] for case in CASES])
def test_what_falls_due_by_hand(case):
    table = run_off_of(
        {
            "repayment_method": case["repayment_method"],
            "balance": float(case["balance"]),
            "annual_rate": float(case["annual_rate"]),
            "maturity_date": pd.Timestamp(case["maturity_date"]),
        }
    )
    found = (table["scheduled"].sum().round(), table["maturing"].sum().round())
    assert found == (float(case["scheduled"]), float(case["maturing"]))


def test_run_off_adds_up_and_what_is_renewed_is_part_of_what_matures():
    found = run_off_of({"repayment_method": "equal_principal", "balance": 90_000.0}).iloc[0]
    assert (found["scheduled"], found["maturing"]) == (60_000.0, 30_000.0)
    assert found["run_off"] == 90_000.0
    assert found["renewed"] == 30_000 * 0.8 * 0.5
    assert found["lost"] == 30_000 - found["renewed"]


def test_what_fell_due_before_the_book_runs_off_no_further():
    assert run_off_of({"maturity_date": pd.Timestamp("2026-11-15")}).empty
    assert len(run_off_of({"maturity_date": pd.Timestamp("2026-11-16")})) == 1


def test_a_note_without_a_maturity_is_not_guessed():
    assert run_off_of({"maturity_date": None}).empty


@pytest.mark.parametrize(
    ("loan", "renewable", "words"),
    [
        ({"loan_class": "normal"}, True, "到期可办无还本续贷"),
        ({"loan_class": "loss"}, False, "不可续贷：风险初筛为红灯"),
        ({"loan_class": "special_mention"}, True, "黄灯须先核实"),
        ({"business_type": "housing"}, False, "不可续贷：不是经营性贷款"),
        ({"enterprise_scale": "大型企业"}, True, "可先还后贷：大型企业"),
        ({"business_type": "fixed_asset"}, True, "可先还后贷：固定资产贷款"),
    ],
)
def test_who_may_be_renewed(loan, renewable, words):
    found = run_off_of(loan).iloc[0]
    assert bool(found["renewable"]) is renewable
    assert words in found["reason"]
    assert bool(found["renew_probability"] > 0) is renewable
    assert bool(found["no_repayment"]) is words.startswith(("到期可办", "黄灯"))


def test_a_visit_is_due_from_sixty_days_before_until_ten():
    chosen, left = renewal_opportunities(
        run_off_of({}), pd.Series({"K1": ""}), WINDOW, RenewalRules()
    )
    assert str(chosen["window_start"].iloc[0].date()) == "2026-12-01"
    assert str(chosen["window_end"].iloc[0].date()) == "2027-01-10"
    assert chosen["reason"].iloc[0].startswith("2027-01-20 到期 30万元")
    assert left.empty


def test_who_must_not_be_asked_keeps_his_natural_renewal_but_gets_no_visit():
    run_off = run_off_of({})
    chosen, left = renewal_opportunities(
        run_off, pd.Series({"K1": "客户在免打扰名单"}), WINDOW, RenewalRules()
    )
    assert chosen.empty
    assert left["reason"].tolist() == ["客户在免打扰名单"]
    assert run_off["renewed"].sum() == 300_000 * 0.8 * 0.5


def test_a_note_due_before_a_visit_could_help_counts_as_natural():
    run_off = run_off_of({"maturity_date": pd.Timestamp("2026-12-05")})
    _, left = renewal_opportunities(run_off, pd.Series({"K1": ""}), WINDOW, RenewalRules())
    assert "按自然续贷计" in left["reason"].iloc[0]


def test_a_large_maturity_asks_for_a_senior():
    rules = RenewalRules(senior_amount=500_000.0)
    run_off = RUN_OFF.conform(
        pd.DataFrame(
            {
                "loan_note_id": ["a", "b"],
                "customer_id": ["k1", "k2"],
                "maturity_date": ["2027-02-01", "2027-02-01"],
                "maturing": [499_999.0, 500_000.0],
                "renewable": True,
                "reason": "到期可续贷",
                "source_rows": ["借据!2", "借据!3"],
            }
        )
    )
    chosen, _ = renewal_opportunities(run_off, pd.Series({"k1": ""}), WINDOW, rules)
    assert chosen["needs_senior"].tolist() == [False, True]
