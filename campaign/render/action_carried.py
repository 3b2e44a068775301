"""What a workbook issued anew shows of the time before: what changed, what was filled in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from campaign.render.action_source import ActionSource
from campaign.render.formats import label_of
from campaign.vocabulary import (
    FILLED_FIELDS,
    REFERRAL_FIELDS,
    Change,
    Channel,
    Field,
    Unit,
)

if TYPE_CHECKING:
    from campaign.progress.carried import Carried


def change_rows(source: ActionSource) -> pd.DataFrame:
    """Return 变动: what the new version changes for each manager, by the new day."""
    assert source.carried is not None
    rows = source.with_cards(source.carried.changes)
    rows = rows.assign(
        change=[label_of(Change, code) for code in rows["change"]],
        channel=[label_of(Channel, code) for code in rows["channel"]],
    )
    return rows[
        ["manager_id", "change", "channel", "name", "phone", "old_date", "new_date", "reason"]
    ]


def filled_before(
    carried: Carried | None,
) -> tuple[dict[str, dict[str, tuple[Any, ...]]], dict[str, list[tuple[Any, ...]]]]:
    """Return by manager what was filled in: results by touch, and new contacts in rows."""
    results: dict[str, dict[str, tuple[Any, ...]]] = {}
    contacts: dict[str, list[tuple[Any, ...]]] = {}
    if carried is None:
        return results, contacts
    for row in carried.results.to_dict("records"):
        values = tuple(_cell(field, row[field.name]) for field in FILLED_FIELDS)
        results.setdefault(row["manager_id"], {})[row["candidate_id"]] = values
    for row in carried.contacts.to_dict("records"):
        values = tuple(_cell(field, row[field.name]) for field in REFERRAL_FIELDS)
        contacts.setdefault(row["manager_id"], []).append(values)
    return results, contacts


def _cell(field: Field, value: Any) -> Any:
    """Return a value as it is written into its cell; None where nothing was filled in."""
    if value is None or value is pd.NaT or value is pd.NA or value != value or value == "":
        return None
    if field.values is not None:
        return field.values(str(value)).label
    return pd.Timestamp(value).date() if field.unit is Unit.DATE else value
