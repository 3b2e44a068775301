"""What a branch meeting should decide, drawn from what its plan leaves open."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from campaign.render.briefing.cuts import Row, words
from campaign.render.briefing.facts import Facts
from campaign.render.briefing.manager import is_new
from campaign.render.briefing.rows import day_words, manager_name
from campaign.render.formats import count_text, wan_text

MOST = 6
FULL = 0.95
# Less than this is not worth a meeting's time.
WORTH_DECIDING = 10_000.0


def decisions(facts: Facts, row: Row, managers: Sequence[Row]) -> tuple[str, ...]:
    """Return the open questions of a branch, the weightiest first.

    Args:
        facts: The plan and what was picked from it.
        row: The branch's row of BRANCH_PLANS.
        managers: Its rows of MANAGER_PLANS.
    """
    branch = str(row["branch"])
    found = [
        *_about_gap(row),
        *_about_seniors(facts, branch),
        *_about_people(facts, branch, managers),
        *_about_consent(facts, branch),
        *_about_maturities(facts, branch),
        *_about_pairs(facts, managers),
    ]
    return tuple(found[:MOST])


def _about_gap(row: Row) -> Iterator[str]:
    gap = row["gap"]
    if gap > 0:
        free = row["visit_capacity"] - row["visits"]
        if free > (1 - FULL) * row["visit_capacity"]:
            yield f"缺口 {wan_text(gap)} 万元，走访还空 {count_text(free)} 次：加外拓，还是补名单？"
        else:
            yield f"缺口 {wan_text(gap)} 万元：认领到人，还是加人加时间？"
    elif gap < 0:
        yield f"超出目标 {wan_text(-gap)} 万元：是否按冲刺数下达？"


def _about_seniors(facts: Facts, branch: str) -> Iterator[str]:
    visits = facts.senior_visits.get(branch, [])
    if visits:
        first = day_words(visits[0]["date"])
        yield f"联合走访 {len(visits)} 次，最早 {first}：谁去，定几点？"


def _about_people(facts: Facts, branch: str, managers: Sequence[Row]) -> Iterator[str]:
    full = [m for m in managers if m["visits"] >= FULL * m["visit_capacity"] > 0]
    names = "、".join(manager_name(facts, m["manager_id"]) for m in full[:3])
    left = facts.lists.left_out_sums.get(branch)
    if full:
        some = f"{names}等 {len(full)} 人" if len(full) > 3 else names
        yield f"{some}走访已排满：由谁分担？"
    if left and left["sum"] >= WORTH_DECIDING:
        yield (
            f"{count_text(left['size'])} 户未排入，少增益 {wan_text(left['sum'])} 万元："
            "加周末或调人？"
        )


def _about_consent(facts: Facts, branch: str) -> Iterator[str]:
    count = facts.lists.consent_counts.get(branch, 0)
    if count:
        yield f"{count_text(count)} 笔他行贷款缺营销授权：由谁取得？"


def _about_maturities(facts: Facts, branch: str) -> Iterator[str]:
    sums = facts.lists.maturity_sums["branch"].get(branch)
    if sums:
        yield (f"到期 {count_text(sums['size'])} 笔 {wan_text(sums['sum'])} 万元：续贷由谁盯？")


def _about_pairs(facts: Facts, managers: Sequence[Row]) -> Iterator[str]:
    pairs = [
        f"{manager_name(facts, m['manager_id'])}—{manager_name(facts, m['partner'])}"
        for m in managers
        if is_new(m) and words(m["partner"])
    ]
    if pairs:
        yield f"新老结对：{'、'.join(pairs[:2])}{'等' if len(pairs) > 2 else ''}，同意吗？"
