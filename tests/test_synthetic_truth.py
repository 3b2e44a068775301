import pandas as pd
import pytest

from campaign.synthetic.bank import make_bank
from campaign.synthetic.truth import played

NOBODY = pd.DataFrame({"customer_id": pd.Series(dtype="str"), "channel": pd.Series(dtype="str")})


@pytest.fixture(scope="module")
def bank():
    return make_bank(6_000, 2027)


def everybody(truth: pd.DataFrame, times: int) -> pd.DataFrame:
    units = pd.Index(truth["unit_id"].unique()).repeat(times)
    return pd.DataFrame({"customer_id": units, "channel": "visit"})


def test_without_touches_the_natural_rate_holds(bank):
    result = played(bank.truth, NOBODY)

    assert (result["probability"] == bank.truth["natural_probability"]).all()


def test_touches_only_help(bank):
    nothing, much = played(bank.truth, NOBODY), played(bank.truth, everybody(bank.truth, 3))

    assert (much["lent"] >= nothing["lent"]).all()
    assert (much["probability"] <= bank.truth["full_probability"] + 1e-12).all()


def test_one_visit_covers_its_effect_of_the_distance():
    truth = pd.DataFrame(
        {
            "unit_id": ["K1"],
            "natural_probability": [0.1],
            "full_probability": [0.5],
            "visit_effect": [0.5],
            "call_effect": [0.2],
            "luck": [0.25],
            "amount": [300_000.0],
        }
    )
    visit = pd.DataFrame({"customer_id": ["K1"], "channel": ["visit"]})

    result = played(truth, visit)

    assert result["probability"][0] == pytest.approx(0.3)
    assert result["lent"][0] == 300_000


def test_referred_names_convert_better_than_bought_ones(bank):
    full = bank.truth[bank.truth["is_prospect"]].groupby("reference")["full_probability"].mean()

    assert full["referral"] > full["own_visit"] > full["external_list"]


def test_the_target_lies_between_doing_nothing_and_doing_everything(bank):
    truth = bank.truth

    def growth(result: pd.DataFrame) -> float:
        renewals = truth["source"] == "renewal"
        return result["lent"].sum() - truth.loc[renewals, "amount"].sum()

    least, most = growth(played(truth, NOBODY)), growth(played(truth, everybody(truth, 4)))

    assert least < 150_000_000 < most
