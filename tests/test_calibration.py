"""Calibration: among plans that say 70-90 %, so many reach the target."""

from __future__ import annotations

from benchmarks.calibration import table


def test_targets_are_reached_as_often_as_said():
    found = table(banks=4, times=1.0)
    likely = found.loc[found["stated"].between(0.7, 0.9)].iloc[0]
    assert 0.7 <= likely["reached"] <= 0.9
    unlikely = found.loc[found["stated"].between(0.1, 0.3)].iloc[0]
    assert 0.1 <= unlikely["reached"] <= 0.3
