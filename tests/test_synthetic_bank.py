import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from campaign.synthetic.bank import Bank, make_bank
from campaign.vocabulary import BOOK_TABLES, LoanClass

TABLES = [*BOOK_TABLES, "loans_before", "branches", "truth"]
BAD = [LoanClass.SUBSTANDARD, LoanClass.DOUBTFUL, LoanClass.LOSS]


@pytest.fixture(scope="module")
def bank() -> Bank:
    return make_bank(6_000, 2027)


@pytest.fixture(scope="module")
def live(bank) -> pd.DataFrame:
    return bank.loans[bank.loans["balance"] > 0]


def test_same_seed_same_bank():
    first, second = make_bank(400, 5), make_bank(400, 5)

    for name in TABLES:
        assert_frame_equal(getattr(first, name), getattr(second, name))


def test_another_seed_gives_another_bank():
    assert not make_bank(400, 5).loans.equals(make_bank(400, 6).loans)


@pytest.mark.parametrize("loans", [1, 17, 40, 333, 6_000])
def test_the_ledger_has_exactly_the_notes_asked_for(loans):
    assert len(make_bank(loans, 3).loans) == loans


def test_size_of_the_county_bank(bank):
    assert len(bank.managers) == 60
    assert len(bank.branches) == 12
    assert len(bank.other_loans) == 1_200
    assert len(bank.prospects) == 3_500
    assert 7_000 < len(bank.contacts) < 9_000
    assert len(bank.do_not_contact) == 60


def test_managers_and_branches_can_be_chosen():
    bank = make_bank(500, 1, managers=9, branches=3)

    assert bank.managers["branch"].nunique() == 3
    assert len(bank.managers) == 9


def test_a_third_of_the_managers_came_in_the_last_year(bank):
    new = bank.managers["manager_since"] > pd.Timestamp(2025, 11, 15)

    assert new.mean() == pytest.approx(1 / 3, abs=0.02)
    assert bank.managers.groupby("branch")["manager_since"].min().lt("2025-11-15").all()


def test_tables_hold_only_what_a_book_may_hold(bank):
    for name, table in BOOK_TABLES.items():
        assert set(getattr(bank, name).columns) <= set(table.columns)


def test_enums_hold_codes_of_the_vocabulary(bank):
    for name, table in BOOK_TABLES.items():
        frame = getattr(bank, name)
        for field in table.fields:
            if field.values is not None and field.name in frame.columns:
                assert set(frame[field.name].dropna()) <= {one.value for one in field.values}


def test_targets_of_the_branches_add_up_to_the_bank(bank):
    branches, whole = bank.targets.iloc[:-1], bank.targets.iloc[-1]

    assert whole["subject"] == "全行"
    assert branches["target"].sum() == whole["target"] == 150_000_000
    assert whole["baseline"] == pytest.approx(bank.loans["balance"].sum(), abs=0.01)


def test_balances_look_like_a_county(live):
    assert 1.7e9 < live["balance"].sum() < 2.3e9
    assert 200_000 <= live["balance"].median() <= 300_000
    assert (live["balance"] > 5_000_000).mean() < 0.02
    assert (live["balance"] <= live["loan_amount"]).all()
    assert (live["loan_amount"] <= live["credit_limit"]).all()


def test_draws_on_one_contract_stay_inside_its_limit(live):
    contracts = live.groupby("contract_id").agg(
        drawn=("balance", "sum"), limit=("credit_limit", "max")
    )

    assert (contracts["drawn"] <= contracts["limit"] + 0.01).all()


def test_bad_loans_are_two_to_three_in_a_hundred(live):
    bad = live["loan_class"].isin(BAD)

    assert 0.015 < live.loc[bad, "balance"].sum() / live["balance"].sum() < 0.035
    assert (live.loc[bad, "days_past_due"] > 90).all()


def test_rates_lie_between_the_bounds(live):
    assert live["annual_rate"].between(0.036, 0.08).all()


def test_every_guarantee_and_a_third_of_the_money_due_in_the_season(live):
    due = live["maturity_date"].between("2026-12-01", "2027-03-31")

    assert set(live["guarantee_type"]) == {"credit", "guaranteed", "mortgage", "pledge", "combined"}
    assert 0.2 < live.loc[due, "balance"].sum() / live["balance"].sum() < 0.45


def test_trades_follow_the_mix_of_a_county(bank):
    sales = bank.customers["industry_code"].str[:2].isin(["51", "52"])

    assert 0.38 < sales.mean() < 0.52
    assert (bank.customers["main_business"] == "塔吊租赁（不带操作人员）").sum() >= 10


def test_customers_of_an_area_belong_to_one_branch(bank):
    branches = bank.loans.groupby("area")["branch"].nunique()

    assert (branches == 1).all()


def test_files_are_full_for_half_and_empty_for_a_sixth(bank):
    facts = bank.customers[["annual_sales", "monthly_income", "net_assets", "inventory_days"]]

    assert facts.notna().all(axis=1).mean() == pytest.approx(0.55, abs=0.05)
    assert facts.isna().all(axis=1).mean() == pytest.approx(0.17, abs=0.03)


def test_other_loans_hold_what_must_not_be_refinanced(bank):
    others = bank.other_loans
    reported = others["knowledge_source"] == "credit_report"

    assert {"housing", "consumer", "card", "online"} <= set(others["business_type"])
    assert reported.mean() == pytest.approx(0.21, abs=0.04)
    assert not others.loc[reported, "marketing_consent"].any()
    assert (others["knowledge_date"] >= others["start_date"])[others["start_date"].notna()].all()


def test_numbers_that_name_things_are_unique(bank):
    assert bank.loans["loan_note_id"].is_unique
    assert bank.customers["customer_id"].is_unique
    assert bank.prospects["prospect_id"].is_unique
    assert set(bank.loans["customer_id"]) == set(bank.customers["customer_id"])


def test_nobody_is_contacted_after_he_refused(bank):
    refused = bank.do_not_contact.dropna(subset="customer_id").set_index("customer_id")[
        "refused_on"
    ]
    later = bank.contacts["contact_date"] > bank.contacts["customer_id"].map(refused)

    assert len(refused) >= 30
    assert not later.any()
