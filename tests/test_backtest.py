from datetime import date

import numpy as np
import pandas as pd
import pytest

from campaign.learn.backtest import backtest, wilson_interval
from campaign.settings import Settings
from campaign.vocabulary import EVENTS, HEADROOM, OPPORTUNITIES

SETTINGS = Settings()
START, END = pd.Timestamp(date(2025, 11, 15)), pd.Timestamp(date(2026, 4, 30))


def opportunities_of(*rows):
    names = ["customer_id", "source", "amount", "natural_probability", "full_probability"]
    table = pd.DataFrame(rows, columns=names)
    table["opportunity_id"] = [f"T{place:04d}" for place in range(len(table))]
    table["manager_id"] = table["customer_id"].str[-1].map(lambda digit: f"M{int(digit) % 2}")
    return OPPORTUNITIES.conform(table.assign(is_prospect=False))


def events_of(*rows, **more):
    """Return events from customer, old balance, new balance and the day of new money."""
    names = ["customer_id", "old_balance", "season_balance", "event_date"]
    table = pd.DataFrame(rows, columns=names).assign(period_start=START, period_end=END, **more)
    return EVENTS.conform(table)


def room_of(**undrawn):
    table = pd.DataFrame({"customer_id": list(undrawn), "undrawn": list(undrawn.values())})
    return HEADROOM.conform(table.assign(new_money=20_000.0))


def wide_room(events):
    """Return a headroom that nobody outgrows."""
    table = pd.DataFrame({"customer_id": events["customer_id"], "undrawn": 0.0})
    return HEADROOM.conform(table.assign(new_money=1e9))


THREE = opportunities_of(
    ("K1", "top_up", 100_000.0, 0.1, 0.3),
    ("K1", "draw", 50_000.0, 0.2, 0.4),
    ("K2", "top_up", 400_000.0, 0.1, 0.3),
    ("K3", "renewal", 300_000.0, 0.8, 0.9),
)
GREW = events_of(
    ("K1", 1e6, 1_080_000.0, "2026-01-20"),
    ("K2", 3e5, 3e5, None),
    ("K3", 3e5, 3e5, None),
    matured=[False, False, True],
    renewed=[False, False, True],
    season_renewed=[np.nan, np.nan, 250_000.0],
    contacted=[True, False, False],
    touch_effect=[1.0, 0.0, 0.0],
)


def test_amounts_by_source_worked_by_hand():
    result = backtest(THREE, room_of(K1=50_000.0), GREW, SETTINGS)
    rows = result.calibration[result.calibration["band"] == ""].set_index("source")
    assert rows["actual"].to_dict() == {
        "": 80_000.0,
        "draw": 50_000.0,
        "renewal": 250_000.0,
        "top_up": 20_000.0,
    }
    assert (result.actual_beyond, result.actual_all) == (10_000.0, 80_000.0)
    assert np.isnan(result.predicted_beyond)
    touched, untouched = 0.3 * 100_000 + 0.4 * 50_000, 0.1 * 400_000
    assert rows["predicted"][""] == pytest.approx(touched + untouched)
    assert rows["predicted"]["renewal"] == pytest.approx(0.8 * 300_000)
    assert result.predicted == pytest.approx(90_000.0)


def test_chances_of_one_customer_combine():
    result = backtest(THREE, room_of(), GREW, SETTINGS)
    rows = result.calibration.set_index(["source", "band"])
    both = 1 - 0.7 * 0.6
    assert rows["predicted_rate"]["", ""] == pytest.approx((both + 0.1) / 2)
    assert rows["actual_rate"]["", ""] == 0.5


def test_what_the_ledger_cannot_tell_apart_is_one_event():
    one_rise = opportunities_of(
        ("K1", "top_up", 100_000.0, 0.1, 0.1),
        ("K1", "industry", 50_000.0, 0.3, 0.3),
        ("K1", "refinance", 80_000.0, 0.2, 0.2),
    )
    rows = backtest(one_rise, room_of(), GREW, SETTINGS).calibration.set_index(["source", "band"])
    assert rows["predicted_rate"]["top_up", ""] == pytest.approx(0.3)
    assert rows["predicted_rate"]["", ""] == pytest.approx(0.3)
    assert rows["predicted"]["top_up", ""] == pytest.approx(10_000 + 15_000 + 16_000)


def test_half_of_the_effect_is_half_of_the_way():
    half = GREW.assign(touch_effect=[0.5, 0.0, 0.0])
    result = backtest(THREE.iloc[[0]], room_of(), half, SETTINGS)
    assert result.predicted == pytest.approx((0.1 + 0.5 * 0.2) * 100_000)


def test_without_a_log_a_usual_share_counts_as_touched():
    blind = GREW.assign(contacted=pd.array([pd.NA] * 3, dtype="boolean"), touch_effect=[np.nan] * 3)
    result = backtest(THREE.iloc[[2]], room_of(), blind, SETTINGS)
    assert result.predicted == pytest.approx((0.1 + 0.3 * 0.2) * 400_000)
    assert any("没有走访记录" in note for note in result.notes)


def test_money_outside_the_season_is_not_counted():
    late = GREW.assign(event_date=pd.Timestamp("2026-04-20"))
    assert backtest(THREE, room_of(), late, SETTINGS).actual == 0


def test_prospects_are_left_aside_and_newcomers_told_apart():
    prospect = opportunities_of(("P1", "team", 1e5, 0.1, 0.3)).assign(is_prospect=True)
    came = events_of(("K9", 0.0, 120_000.0, "2026-02-01"), arrived=True)
    result = backtest(prospect, room_of(), came, SETTINGS)
    assert (result.predicted, result.arrived, result.arrived_balance) == (0, 1, 120_000)


def many(number, seed):
    """Return opportunities and events of customers whose true chance is the one stated."""
    random = np.random.default_rng(seed)
    keys = [f"K{place:05d}" for place in range(number)]
    chance = random.uniform(0.02, 0.5, number)
    amount = np.round(random.lognormal(11.5, 0.6, number), -4).clip(10_000)
    balance = np.round(random.lognormal(12.5, 0.8, number), -4)
    table = opportunities_of(*zip(keys, ["top_up"] * number, amount, chance, chance + 0.2,
                                  strict=True))  # fmt: skip
    grew = random.random(number) < chance
    day = np.where(grew, "2026-01-15", None)
    rows = zip(keys, balance, balance + amount * grew, day, strict=True)
    return table, events_of(*rows, contacted=False, touch_effect=0.0)


def test_true_probabilities_look_calibrated():
    table, events = many(6000, 3)
    result = backtest(table, wide_room(events), events, SETTINGS)
    assert result.actual / result.predicted == pytest.approx(1.0, abs=0.06)
    banded = result.calibration[result.calibration["band"] != ""]
    inside = banded["predicted_rate"].between(banded["low"], banded["high"])
    assert inside.mean() >= 0.75


def test_deciles_hold_all_customers_and_fall():
    table, events = many(3000, 4)
    result = backtest(table, room_of(), events, SETTINGS)
    deciles = result.deciles
    assert deciles["decile"].tolist() == list(range(1, 11))
    assert deciles["customers"].sum() == 3000
    assert deciles["actual"].sum() == pytest.approx(result.actual)
    assert deciles["actual"].iloc[0] > 3 * deciles["actual"].iloc[-1]


def test_a_choice_by_worth_captures_more_than_by_balance_or_blindly():
    result = backtest(*_args(many(3000, 5)))
    captured = result.capture.set_index("rule")["actual"]
    assert captured["perfect"] > captured["plan"] > captured["largest_first"]
    assert captured["plan"] > captured["equal"]
    assert result.capture["customers"].nunique() == 1


def _args(pair):
    return pair[0], room_of(), pair[1], SETTINGS


def test_the_equal_rule_is_what_blind_visits_bring_on_average():
    table = opportunities_of(*((f"K{i}", "top_up", 1e5, 0.1, 0.3) for i in range(4)))
    events = events_of(
        *((f"K{i}", 1e5, 1e5 + rise, "2026-01-15") for i, rise in enumerate((4e4, 8e4, 0, 2e4)))
    )
    result = backtest(table, room_of(), events, SETTINGS, chosen=pd.Index(["K0", "K1"]))
    captured = result.capture.set_index("rule")["actual"]
    assert captured["plan"] == 120_000
    assert captured["equal"] == pytest.approx((4e4 + 0) / 2 + (8e4 + 2e4) / 2)
    assert captured["perfect"] == 120_000


def test_a_ledger_without_anything_in_common_gives_empty_tables():
    result = backtest(OPPORTUNITIES.empty(), HEADROOM.empty(), EVENTS.empty(), SETTINGS)
    assert all(len(table) <= 4 for table in result.tables.values())
    assert (result.predicted, result.actual, result.notes) == (0, 0, ())


def test_the_interval_of_nothing_seen_begins_at_zero():
    low, high = wilson_interval(pd.Series([0.0]), pd.Series([20.0]))
    assert float(low[0]) == 0
    assert float(high[0]) == pytest.approx(0.1611, abs=1e-4)


def test_the_order_of_rows_does_not_matter():
    table, events = many(200, 6)
    one = backtest(table, room_of(), events, SETTINGS)
    other = backtest(table.iloc[::-1], room_of(), events.iloc[::-1], SETTINGS)
    for name, frame in one.tables.items():
        pd.testing.assert_frame_equal(frame, other.tables[name])
