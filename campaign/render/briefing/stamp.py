"""What every sheet says of itself, on the screen and at the edge of each printed page."""

from __future__ import annotations

from campaign.render.briefing.facts import Facts
from campaign.render.briefing.pages import Stamp
from campaign.render.formats import INTERNAL, REFERENCE_ONLY, day_text, edition

BANK = "本行"


def stamp(facts: Facts, subject: str) -> Stamp:
    """Return the stamp of a page about a branch, or about the whole bank."""
    plan = facts.plan
    window = plan.window
    bank = facts.told(plan.settings.output.bank_name or plan.book.bank_name or BANK)
    version = edition(plan.version, plan.book.as_of, window.as_of)
    note = window.calendar.note(window.start, window.end)
    notices = (INTERNAL, facts.masker.note, REFERENCE_ONLY)
    provisional = ("日历含暂定",) if note else ()
    as_of = day_text(plan.book.as_of)
    footer = (facts.told(subject), f"数据日期 {as_of}", version, *notices, *provisional)
    return Stamp(
        bank=bank,
        as_of=as_of,
        window=f"{day_text(window.start)} 至 {day_text(window.end)}",
        festival=day_text(window.festival),
        version=version,
        calendar_note=note,
        notices=notices,
        footer=css_text(" · ".join(footer)),
        header=css_text(f"{bank} · 开门红简报"),
    )


def css_text(text: str) -> str:
    r"""Return text as CSS escapes alone, so that no name can end the string or the style.

    Example:
        >>> css_text('甲"') == "\\7532 \\22 "
        True
    """
    return "".join(f"\\{ord(letter):x} " for letter in text)
