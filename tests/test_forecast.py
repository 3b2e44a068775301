"""Bridge and ranges: adding up to the fen, renewals shared out, chances that make sense."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaign.plan.forecast import fill_renewed, make_bridge, make_forecast, make_outlook
from campaign.plan.seasons import Seasons
from campaign.settings import QuotaRules
from campaign.vocabulary import RUN_OFF
from tests.builders import make_book
from tests.builders_plan import opportunities

NO_TARGETS = pd.Series(dtype="float64")


def run_off(*rows: dict) -> pd.DataFrame:
    full = [
        {
            "loan_note_id": f"J{n}",
            "source_rows": f"借据!{n}",
            "customer_id": "K1",
            "manager_id": "M1",
            "branch": "城关支行",
            "maturing": 0.0,
            "renewable": True,
            "renewed": 0.0,
            **row,
        }
        for n, row in enumerate(rows, start=2)
    ]
    return RUN_OFF.conform(pd.DataFrame(full))


def expecting(**amounts: float) -> pd.DataFrame:
    """Return opportunities with these amounts expected by source."""
    found = opportunities(*({"source": source} for source in amounts))
    return found.assign(expected=list(amounts.values()))


def test_the_bridge_by_hand():
    book = make_book(loans=[{"customer_id": "K1", "balance": 1_000_000.0}])
    notes = run_off({"run_off": 300_000.0, "renewed": 240_000.0})
    grown = expecting(renewal=240_000.0, draw=50_000.0, top_up=80_000.0, refinance=20_000.0)
    bridge = make_bridge(book, notes, grown, target=200_000.0)
    assert (bridge.opening, bridge.run_off, bridge.renewed) == (1e6, 3e5, 2.4e5)
    assert (bridge.draw, bridge.top_up, bridge.refinance) == (5e4, 8e4, 2e4)
    assert (bridge.industry, bridge.team, bridge.referral) == (0.0, 0.0, 0.0)
    assert bridge.closing == 1_090_000.0
    assert bridge.net_growth == 90_000.0
    assert bridge.gap == 110_000.0


def test_settled_loans_are_not_in_the_opening():
    loans = [{"balance": 100.0}, {"balance": 50.0, "loan_status": "settled"}]
    assert make_bridge(make_book(loans=loans), run_off(), expecting(), 0.0).opening == 100.0


def test_an_unknown_target_leaves_the_gap_unknown():
    bridge = make_bridge(make_book(), run_off(), expecting(), float("nan"))
    assert np.isnan(bridge.target)
    assert np.isnan(bridge.gap)


fen = st.integers(0, 10**13).map(lambda fen: fen / 100)


@given(st.lists(fen, min_size=8, max_size=8), st.lists(fen, max_size=6))
def test_the_bridge_adds_up_to_the_fen(amounts, balances):
    names = ("draw", "top_up", "refinance", "industry", "team", "referral")
    book = make_book(loans=[{"balance": balance} for balance in balances])
    notes = run_off({"run_off": amounts[0], "renewed": min(amounts[:2])})
    grown = expecting(**dict(zip(names, amounts[2:], strict=True)))
    b = make_bridge(book, notes, grown, 0.0)
    sources = (b.draw, b.top_up, b.refinance, b.industry, b.team, b.referral)
    in_fen = [round(amount * 100) for amount in (b.opening, -b.run_off, b.renewed, *sources)]
    assert sum(in_fen) == round(b.closing * 100)


def test_expected_renewals_are_shared_by_what_matures():
    notes = run_off({"maturing": 200_000.0}, {"maturing": 100_000.0})
    renewed = fill_renewed(notes, opportunities({"source": "renewal"}).assign(expected=270_000.0))
    assert renewed["renewed"].tolist() == [180_000.0, 90_000.0]
    assert renewed["lost"].tolist() == [20_000.0, 10_000.0]


def test_notes_that_may_not_be_renewed_take_no_share():
    notes = run_off({"maturing": 200_000.0, "renewable": False}, {"maturing": 100_000.0})
    renewed = fill_renewed(notes, opportunities({"source": "renewal"}).assign(expected=80_000.0))
    assert renewed["renewed"].tolist() == [0.0, 80_000.0]


def test_a_note_without_an_opportunity_keeps_its_natural_renewal():
    notes = run_off({"customer_id": "K7", "maturing": 100_000.0, "renewed": 60_000.0})
    renewed = fill_renewed(notes, opportunities({"source": "renewal"}).assign(expected=1.0))
    assert renewed["renewed"].tolist() == [60_000.0]


def test_renewals_never_pass_what_matures():
    notes = run_off({"maturing": 100_000.0})
    renewed = fill_renewed(notes, opportunities({"source": "renewal"}).assign(expected=250_000.0))
    assert renewed["renewed"].tolist() == [100_000.0]


def test_renewals_shared_out_add_up_to_the_fen():
    notes = run_off(*({"maturing": 100.0} for _ in range(3)))
    renewed = fill_renewed(notes, opportunities({"source": "renewal"}).assign(expected=100.0))
    assert renewed["renewed"].tolist() == [33.34, 33.33, 33.33]


def seasons(*managers: list[float]) -> Seasons:
    names = np.array([f"M{n}" for n in range(1, len(managers) + 1)])
    return Seasons(np.array(managers).T, names, np.array(["城关支行"] * len(managers)))


def test_the_banks_range_is_that_of_the_sums():
    made = seasons([0.0, 10.0, 20.0, 30.0, 40.0], [0.0, 0.0, 0.0, 0.0, 100.0])
    table = make_outlook(made, NO_TARGETS, QuotaRules()).set_index(["level", "subject"])
    assert table.loc[("bank", "bank"), "p50"] == 20.0
    assert table.loc[("manager", "M1"), "p90"] == 36.0
    assert table["chance"].isna().all()


def test_the_chance_is_the_part_of_the_seasons_that_reach_the_target():
    targets = pd.Series({("bank", "bank"): 20.0, ("manager", "M1"): 40.0})
    made = seasons([0.0, 10.0, 20.0, 30.0, 40.0])
    table = make_outlook(made, targets, QuotaRules()).set_index(["level", "subject"])
    assert table.loc[("bank", "bank"), "chance"] == pytest.approx(0.6)
    assert table.loc[("manager", "M1"), "chance"] == pytest.approx(0.2)


def test_floor_and_stretch_are_the_quantiles_of_the_settings():
    made = seasons([0.0, 25.0, 50.0, 75.0, 100.0])
    table = make_outlook(made, NO_TARGETS, QuotaRules(floor_quantile=0.25, stretch_quantile=0.75))
    assert table[["floor", "stretch"]].iloc[0].tolist() == [25.0, 75.0]


def test_the_forecast_is_the_banks_row():
    targets = pd.Series({("bank", "bank"): 5.0})
    outlook = make_outlook(seasons([0.0, 10.0, 20.0]), targets, QuotaRules())
    forecast = make_forecast(outlook)
    assert (forecast.p50, forecast.chance) == (10.0, pytest.approx(2 / 3))
