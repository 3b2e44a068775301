"""Refinance: every exclusion, the amount inside headroom, net saving, windows, seniors."""

from __future__ import annotations

import csv
import dataclasses
from pathlib import Path

import pandas as pd
import pytest

from campaign.festival import campaign_window, load_calendar
from campaign.growth.headroom import estimate_headroom
from campaign.growth.portfolio import portfolio_of
from campaign.growth.refinance import (
    AMOUNT_REASONS,
    estimate_refinance,
    movable_debt,
    refinance_candidates,
)
from campaign.growth.refinance_status import steps_of
from campaign.growth.screen import screen_customers
from campaign.growth.windows import first_days
from campaign.settings import (
    CampaignRules,
    CapacityRules,
    HeadroomRules,
    RefinanceRules,
    ScreenRules,
)
from campaign.vocabulary import RefinanceStatus
from tests.builders import AS_OF, make_book

TEXT = (Path(__file__).parent / "cases" / "refinance.csv").read_text(encoding="utf-8")
CASES = list(csv.DictReader(TEXT.splitlines()))
WINDOW = campaign_window(AS_OF, CampaignRules(), load_calendar())
NUMBERS = ("balance", "loan_amount", "willingness", "annual_rate", "lender_count")
GOOD = {
    "customer_id": "K1",
    "lender": "甲行",
    "business_type": "operating",
    "balance": 200_000.0,
    "annual_rate": 0.06,
    "guarantee_type": "credit",
    "maturity_date": pd.Timestamp("2027-02-20"),
    "knowledge_source": "statement",
    "knowledge_date": pd.Timestamp("2026-09-01"),
    "willingness": 3.0,
}


def refinance_of(*others, rules=None, **book_of):
    rules = rules or RefinanceRules()
    candidates, headroom = candidates_of(*others, rules=rules, **book_of)
    return estimate_refinance(candidates, headroom, WINDOW, rules)


def candidates_of(*others, rules, loan=None, customer=None, **contact):
    own = {"customer_id": "K1", "balance": 100_000.0, "loan_amount": 400_000.0, **(loan or {})}
    book = make_book(
        loans=[own],
        customers=[{"customer_id": "K1", **(customer or {})}],
        other_loans=[{**GOOD, **other} for other in others or ({},)],
    )
    portfolio = portfolio_of(book)
    screen = screen_customers(book, ScreenRules(), portfolio)
    first = first_days(screen["signal"], pd.Series([True]).to_numpy(), WINDOW, 15)
    contact = {"refusal": "", "willingness": float("nan"), **contact}
    contacts = pd.DataFrame([contact]).assign(first_day=first)
    candidates = refinance_candidates(portfolio, screen, contacts, WINDOW, rules)
    no_haircut = dataclasses.replace(HeadroomRules(), haircut={"A": 1.0, "B": 1.0, "C": 1.0})
    headroom = estimate_headroom(
        book,
        screen,
        no_haircut,
        portfolio=portfolio,
        movable_debt=movable_debt(candidates, len(portfolio)),
    )
    return candidates, headroom


def fields_of(text):
    """Return the fields of a case, as name=value joined by ;, an empty value unknown."""
    return dict(parsed(cell) for cell in text.split(";") if cell)


def parsed(cell):
    name, _, value = cell.partition("=")
    if not value:
        return name, None
    if name == "maturity_date":
        return name, pd.Timestamp(value)
    if name in ("marketing_consent", "repays_other_banks"):
        return name, value == "1"
    return name, float(value) if name in NUMBERS else value


@pytest.mark.parametrize("case", CASES, ids=[case["case"] for case in CASES])
def test_each_exclusion_has_its_status_and_reason(case):
    found = refinance_of(
        fields_of(case["other"]),
        rules=dataclasses.replace(RefinanceRules(), **fields_of(case["rules"])),
        loan=fields_of(case["loan"]),
        customer=fields_of(case["customer"]),
        **fields_of(case["contact"]),
    ).iloc[0]
    assert found["status"] == case["status"]
    assert case["source"]
    if case["reason"]:
        assert (found["reason"], found["amount"]) == (case["reason"], 0.0)


def test_every_reason_of_the_code_has_a_case():
    rules = RefinanceRules()
    candidates, _ = candidates_of(rules=rules)
    reasons = {reason for _, _, reason in steps_of(candidates, WINDOW, rules)}
    assert reasons | set(AMOUNT_REASONS) == {case["reason"] for case in CASES} - {""}
    assert {case["status"] for case in CASES} == {status.value for status in RefinanceStatus}


def test_a_senior_is_asked_for_something_concrete():
    rules = dataclasses.replace(RefinanceRules(), senior_amount=200_000.0)
    ask = refinance_of(rules=rules)["senior_ask"][0]
    assert ask == (
        "请支行行长在 2026-12-01 至 2027-02-10 间同访，当场定三件事：置换甲行 20万元；"
        "年利率 5.00%（常规利率）；10 天内办结（受托支付直接归还他行，无须解押）"
    )
    top = dataclasses.replace(rules, top_senior_amount=200_000.0)
    assert refinance_of(rules=top)["senior_ask"][0].startswith("请总行分管行长在")
    assert refinance_of()["senior_ask"][0] == ""


def test_the_offer_has_a_wave_with_its_true_last_day_and_a_bundle():
    early = refinance_of(customer={"customer_type": "sole_trader"}).iloc[0]
    assert early["wave"] == "节前批，2027-02-05前签约"
    assert early["bundle"] == "收款码、结算卡、手机银行"
    late = refinance_of({"maturity_date": pd.Timestamp("2027-05-20")}).iloc[0]
    assert late["wave"] == "节后批，2027-03-31前签约"
    assert refinance_of({"willingness": 0.0})["wave"][0] == ""


def test_without_a_quota_of_special_rates_no_offer_is_called_limited():
    candidates, headroom = candidates_of({}, rules=RefinanceRules())
    told = estimate_refinance(candidates, headroom, WINDOW, RefinanceRules(), limited=False)
    assert told["wave"][0] == "2027-02-10前签约才来得及"
    limits = [CapacityRules(rate_quota_week=1.0).limits_rates, CapacityRules().limits_rates]
    assert limits == [True, False]


def test_collateral_there_must_come_free_without_an_intermediary():
    house = {"guarantee_type": "mortgage", "balance": 300_000.0}
    assert "不得借中介过桥" in refinance_of(house)["release"][0]
    assert refinance_of()["release"][0] == "受托支付直接归还他行，无须解押"


def test_the_net_rate_is_a_year_of_the_net_saving():
    # 6 % there, 5 % here, nothing to pay for switching a credit loan: one point a year.
    found = refinance_of().iloc[0]
    assert found["net_rate"] == pytest.approx(0.01, abs=1e-4)
    assert found["net_saving"] == found["gross_saving"]


def test_a_stranger_of_ours_is_no_case():
    found = refinance_of({"customer_id": "K7"}).iloc[0]
    assert (found["customer_id"], found["reason"]) == ("K7", "本行没有该客户的在用借据")


def test_consent_on_the_report_itself_counts():
    row = {"knowledge_source": "credit_report", "marketing_consent": True}
    assert refinance_of(row)["status"][0] == "planned"


def test_red_here_stops_and_who_refused_is_left_alone():
    red = refinance_of(loan={"loan_class": "loss"}).iloc[0]
    assert red["reason"] == "本行风险初筛为红灯"
    assert refinance_of(refusal="客户拒绝")["status"][0] == "excluded"


def test_yellow_waits_until_after_the_festival():
    yellow = refinance_of(loan={"loan_class": "special_mention"})
    assert yellow["reason"][0] == "本行风险初筛为黄灯，节后再议时他行已到期"
    later = {"maturity_date": pd.Timestamp("2027-03-30")}
    found = refinance_of(later, loan={"loan_class": "special_mention"}).iloc[0]
    assert (found["status"], str(found["window_start"].date())) == ("planned", "2027-02-21")


def test_net_saving_takes_off_the_cost_of_switching():
    found = refinance_of({"guarantee_type": "mortgage"}).iloc[0]
    # From 1 December, 30 days of work, moved on 31 December: 51 days until 20 February.
    assert found["gross_saving"] == round(200_000 * 0.01 * 51 / 360, 2)
    assert found["switch_cost"] == 500.0
    assert found["net_saving"] == pytest.approx(283.33 - 500.0)
    assert "宜在到期日衔接；续作一年约省 0.2万元" in found["reason"]


def test_an_unknown_rate_is_estimated_and_marked():
    found = refinance_of({"annual_rate": None}).iloc[0]
    assert (found["other_rate"], bool(found["rate_estimated"])) == (0.058, True)
    assert "5.80%（估计）" in found["reason"]


def test_the_window_ends_before_the_work_must_begin():
    credit = refinance_of({}).iloc[0]
    assert str(credit["window_end"].date()) == "2027-02-10"
    mortgage = refinance_of({"guarantee_type": "mortgage"}).iloc[0]
    assert str(mortgage["window_end"].date()) == "2027-01-21"
    assert str(mortgage["window_start"].date()) == "2026-12-01"


def test_the_special_rate_is_asked_for_only_where_the_usual_one_saves_nothing():
    assert refinance_of({})["rate_quota"][0] == 0.0
    tight = refinance_of({"annual_rate": 0.048}).iloc[0]
    assert (tight["our_rate"], tight["rate_quota"]) == (pytest.approx(0.044), 200_000.0)


def test_amounts_of_one_customer_share_the_headroom():
    # Policy cap of credit 500,000, owed here 100,000: 400,000 left for three loans.
    rows = [
        {"balance": 250_000.0},
        {"balance": 250_000.0, "willingness": 5.0},
        {"balance": 90_000.0},
    ]
    table = refinance_of(*rows)
    assert table["amount"].tolist() == [150_000.0, 250_000.0, 0.0]
    assert table["reason"][2] == "本行可用空间不足，达不到最低置换金额"


def test_what_moves_to_us_counts_in_our_own_step():
    # Granted 200,000, half more at once is 300,000, owed here 100,000: 200,000 may come.
    found = refinance_of({"balance": 250_000.0}, loan={"loan_amount": 200_000.0}).iloc[0]
    assert found["amount"] == 200_000.0


def test_a_secured_loan_moves_whole_or_not_at_all():
    found = refinance_of({"balance": 450_000.0, "guarantee_type": "mortgage"}).iloc[0]
    assert found["reason"] == "抵质押贷款须整笔置换，本行可用空间不足"
    assert refinance_of({"balance": 450_000.0})["amount"][0] == 400_000.0


def test_willingness_falls_back_to_the_contact_log():
    assert refinance_of({"willingness": None}, willingness=4.0)["willingness"][0] == 4.0
    assert refinance_of({"willingness": None}, willingness=0.0)["status"][0] == "excluded"


def test_a_large_amount_or_a_named_rival_asks_for_a_senior():
    rules = dataclasses.replace(RefinanceRules(), senior_amount=200_000.0)
    assert refinance_of(rules=rules)["needs_senior"][0]
    named = dataclasses.replace(RefinanceRules(), senior_lenders="乙行、甲行")
    assert refinance_of(rules=named)["needs_senior"][0]
    assert not refinance_of()["needs_senior"][0]


def test_too_many_lenders_are_no_case():
    rows = [{"lender": f"{name}行"} for name in "甲乙丙丁"]
    assert set(refinance_of(*rows)["reason"]) == {"未结清机构超过 4 家"}


def test_a_guessed_rate_and_stale_knowledge_lower_the_grade():
    sheet = {
        "monthly_income": 50_000.0,
        "other_monthly_payment": 0.0,
        "annual_sales": 5_000_000.0,
        "net_assets": 5_000_000.0,
    }
    assert refinance_of(customer=sheet)["grade"][0] == "A"
    assert refinance_of({"annual_rate": None}, customer=sheet)["grade"][0] == "B"
    old = {"annual_rate": None, "knowledge_date": pd.Timestamp("2025-01-01")}
    assert refinance_of(old, customer=sheet)["grade"][0] == "C"
