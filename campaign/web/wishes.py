"""Pins and vetoes: what somebody at head office fixed by hand for the next plan.

JOB/wishes.json           who is to be visited when, and who not at all; no names
JOB/wishes_applied.json   those that the plan was made with
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from campaign.errors import CampaignError
from campaign.vocabulary import Channel

if TYPE_CHECKING:
    from campaign.plan.commitments import Commitments

FILE, APPLIED = "wishes.json", "wishes_applied.json"
PIN, VETO = "pin", "veto"
BY_HAND = "总行在页面上指定"


@dataclass(frozen=True)
class Wish:
    """One thing fixed by hand.

    Attributes:
        customer_id: Of whom.
        kind: pin, to be touched on a day; or veto, not at all.
        channel: visit or call, of a pin.
        day: As 2027-01-08, of a pin.
    """

    customer_id: str
    kind: str
    channel: str = ""
    day: str = ""

    @property
    def words(self) -> str:
        """Return what it asks for, in Chinese."""
        if self.kind == VETO:
            return "本期不走访、不打电话"
        return f"{self.day} {Channel(self.channel).label}"


def wish_of(customer: str, kind: str, channel: str, day: str) -> Wish:
    """Return a wish as a form gives it.

    Raises:
        CampaignError: It is neither pin nor veto, or a pin without a day or a channel.
    """
    if kind == VETO:
        return Wish(customer, VETO)
    try:
        return Wish(customer, PIN, Channel(channel).value, date.fromisoformat(day).isoformat())
    except ValueError as error:
        raise CampaignError(
            f"日期读到“{day}”，看不懂。", "请选活动期内的一天，如 2027-01-08，再选走访或电话。"
        ) from error


def wishes_of(folder: Path, file: str = FILE) -> list[Wish]:
    """Return what was fixed by hand for a job, or with `APPLIED` what its plan knows of."""
    path = folder / file
    if not path.is_file():
        return []
    return [Wish(**values) for values in json.loads(path.read_text(encoding="utf-8"))]


def add(folder: Path, wish: Wish) -> None:
    """Keep a wish; a customer's veto and his pins shut each other out, the last one counts."""
    kept = [
        w
        for w in wishes_of(folder)
        if w.customer_id != wish.customer_id or (w.kind == wish.kind == PIN and w.day != wish.day)
    ]
    _write(folder, [*kept, wish])


def remove(folder: Path, customer: str) -> None:
    """Forget what was fixed for a customer."""
    _write(folder, [w for w in wishes_of(folder) if w.customer_id != customer])


def mark_applied(folder: Path) -> None:
    """Keep what the plan just made was bound to."""
    _write(folder, wishes_of(folder), APPLIED)


def are_open(folder: Path) -> bool:
    """Return whether something was fixed, or freed, since the plan was made."""
    return wishes_of(folder) != wishes_of(folder, APPLIED)


def _write(folder: Path, wishes: Sequence[Wish], file: str = FILE) -> None:
    from campaign.render.files import write_atomically

    text = json.dumps([asdict(wish) for wish in wishes], ensure_ascii=False)
    write_atomically(folder / file, text.encode("utf-8"))


def commitments_of(folder: Path, file: str = FILE) -> Commitments | None:
    """Return what a job's plan is bound to by hand; None where nothing is.

    With `APPLIED` that is what the plan knows of.
    """
    import pandas as pd

    from campaign.plan.commitments import Commitments
    from campaign.vocabulary import MUST_TOUCH, VETOES

    wishes = wishes_of(folder, file)
    if not wishes:
        return None
    pins = [
        {
            "customer_id": w.customer_id,
            "channel": w.channel,
            "earliest": pd.Timestamp(w.day),
            "latest": pd.Timestamp(w.day),
            "reason": BY_HAND,
        }
        for w in wishes
        if w.kind == PIN
    ]
    vetoes = [{"customer_id": w.customer_id, "reason": BY_HAND} for w in wishes if w.kind == VETO]
    return Commitments(
        must=MUST_TOUCH.conform(pd.DataFrame(pins)) if pins else MUST_TOUCH.empty(),
        vetoes=VETOES.conform(pd.DataFrame(vetoes)) if vetoes else VETOES.empty(),
    )


def fixed_beside(plan_folder: Path) -> Commitments | None:
    """Return what the pages keep beside a campaign folder of theirs; None where nothing is."""
    return commitments_of(plan_folder.resolve().parent, APPLIED)
