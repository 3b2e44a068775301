"""Who does something on the pages, and the day that he types."""

from __future__ import annotations

import getpass
from datetime import date, datetime
from typing import TYPE_CHECKING

from campaign.errors import CampaignError

if TYPE_CHECKING:
    from campaign.loop import Hand


def hand() -> Hand:
    """Return the user, now, for the log of a campaign."""
    from campaign.loop import Hand

    return Hand(datetime.now().isoformat(timespec="seconds"), getpass.getuser())


def day_of(text: str) -> date:
    """Return a day as the form gives it.

    Raises:
        CampaignError: It is no day.
    """
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise CampaignError(f"日期读到“{text}”，看不懂。", "请写成 2026-12-04 的样子。") from error
