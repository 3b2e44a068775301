"""Writes plan.json, the plan for machines; its schema is docs/plan-json.md."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from campaign.render.files import write_atomically
from campaign.render.summary_tables import grade_shares_of_bank
from campaign.vocabulary import Grade

if TYPE_CHECKING:
    import pandas as pd

    from campaign.plan.campaign_plan import CampaignPlan
    from campaign.plan.power import Measurement


def plan_document(plan: CampaignPlan) -> dict[str, Any]:
    """Return the plan as plain values: yuan to the fen, ISO dates, null for unknown."""
    window = plan.window
    bridge = dataclasses.asdict(plan.bridge)
    target = bridge.pop("target")
    return {
        "as_of": window.as_of.isoformat(),
        "start": window.start.isoformat(),
        "end": window.end.isoformat(),
        "festival": window.festival.isoformat(),
        "calendar_provisional": window.provisional,
        "target": _money(target),
        "currency": "yuan",
        "data_grades": _grade_shares(plan),
        "bridge": {name: _money(value) for name, value in bridge.items()},
        "forecast": {
            "p10": _money(plan.forecast.p10),
            "p50": _money(plan.forecast.p50),
            "p90": _money(plan.forecast.p90),
            "chance": _rounded(plan.forecast.chance, 4),
        },
        "plan_quality": {
            "value": _money(plan.quality.value),
            "upper_bound": _money(plan.quality.upper_bound),
            "gap": _rounded(plan.quality.gap, 6),
            "rules_of_thumb": {k: _money(v) for k, v in plan.quality.rules_of_thumb.items()},
            "method": plan.quality.method,
        },
        "measurement": _measurement(plan.measurement),
        "branches": _records(plan.branches),
        "managers": [_manager(row) for row in _records(plan.managers)],
        "findings": [_finding(f) for f in (*plan.book.findings, *plan.growth.findings)],
        "settings_digest": plan.settings.digest(),
        "book_digest": plan.book.digest,
        "version": plan.version,
        "seed": plan.seed,
    }


def _grade_shares(plan: CampaignPlan) -> dict[str, float | None]:
    shares = grade_shares_of_bank(plan)
    return {
        grade.value: _rounded(shares.get(grade.value, 0.0), 4) if shares else None
        for grade in Grade
    }


def _measurement(found: Measurement | None) -> dict[str, Any] | None:
    if found is None:
        return None
    digits = ("natural", "planned", "chance")
    values = dataclasses.asdict(found)
    return values | {name: _rounded(values[name], 4) for name in digits}


def write_plan_json(plan: CampaignPlan, path: Path) -> Path:
    """Write `plan_document` as UTF-8 JSON and return the path."""
    text = json.dumps(plan_document(plan), ensure_ascii=False, indent=1, allow_nan=False)
    return write_atomically(path, text.encode("utf-8") + b"\n")


def _manager(row: dict[str, Any]) -> dict[str, Any]:
    quota = (
        "visits",
        "calls",
        "referrals",
        "contacts",
        "applications",
        "amount_floor",
        "amount_target",
        "amount_stretch",
    )
    return {
        "manager_id": row["manager_id"],
        "manager_name": row["manager_name"],
        "branch": row["branch"],
        "is_new": row["is_new"],
        "quota": {name: row[name] for name in quota},
        "expected": row["expected"],
    }


def _finding(finding: Any) -> dict[str, Any]:
    return {
        **dataclasses.asdict(finding),
        "severity": finding.severity.value,
        "cells": list(finding.cells),
    }


def _records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    return [
        {str(name): _plain(value) for name, value in row.items()}
        for row in frame.astype("object").to_dict("records")
    ]


def _plain(value: Any) -> Any:
    if value is None or value != value:
        return None
    if isinstance(value, float):
        return int(value) if value == int(value) else round(value, 2)
    return value


def _money(value: float) -> float | None:
    return _rounded(value, 2)


def _rounded(value: float, digits: int) -> float | None:
    """Return the figure rounded, None where it is unknown."""
    return None if value != value else round(float(value), digits)
