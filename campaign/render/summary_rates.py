"""The tables of the bank summary on what the estimates rest on: rates, and what touches add."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from campaign.render.formats import label_of
from campaign.render.settings_used import SEGMENTS
from campaign.render.summary_tables import Listing, plain
from campaign.render.xlsx_lists import Column
from campaign.vocabulary import RESPONSE, Channel, Grade, Source

if TYPE_CHECKING:
    from campaign.plan.campaign_plan import CampaignPlan


def rate_listing(plan: CampaignPlan) -> Listing:
    """Return the conversion rates used, with what they rest on."""
    rows = plan.rates
    basis = rows["basis"].fillna("").str.partition("：")
    keys = zip(rows["source"], rows["segment"].fillna(""), strict=True)
    rows = rows.assign(
        source=[label_of(Source, code) for code in rows["source"]],
        segment=[segment_label(source, segment) for source, segment in keys],
        kind=basis[0],
        basis=basis[2],
    )
    columns = (
        Column("增长来源", "bold"), Column("客群", "wrap"), Column("样本数", "count"),
        Column("自然概率", "percent"), Column("触达上限概率", "percent"),
        Column("金额折扣", "percent"), Column("标准差", "percent"), Column("性质", "wrap"),
        Column("依据", "wrap"),
    )  # fmt: skip
    names = [
        "source", "segment", "observations", "natural_probability", "full_probability",
        "amount_share", "deviation", "kind", "basis",
    ]  # fmt: skip
    return Listing(columns, plain(rows[names]))


def response_listing(plan: CampaignPlan) -> Listing:
    """Return what each further touch of a customer adds, with what that rests on."""
    rows = RESPONSE.empty() if plan.response is None else plan.response
    basis = rows["basis"].str.partition("：").reindex(columns=[0, 2])
    rows = rows.assign(
        who=np.where(rows["is_prospect"].eq(True), "潜在客户", "存量客户"),
        channel=[label_of(Channel, code) for code in rows["channel"]],
        kind=basis[0],
        basis=basis[2],
    )
    columns = (
        Column("客户", "bold"), Column("第几次触达", "count"), Column("方式", "wrap"),
        Column("占全部可达效果", "percent"), Column("九成把握下限", "percent"),
        Column("九成把握上限", "percent"), Column("先验", "percent"), Column("性质", "wrap"),
        Column("依据", "wrap"),
    )  # fmt: skip
    names = ["who", "touch", "channel", "share", "low", "high", "prior", "kind", "basis"]
    return Listing(columns, plain(rows[names]))


def segment_label(source: str, segment: str) -> str:
    """Return the Chinese name of a segment of the conversion rates.

    >>> [segment_label(*case) for case in (("team", "own_visit"), ("top_up", "A"), ("draw", ""))]
    ['走访自采', 'A 资料较全', '全部']
    """
    if source == Source.TOP_UP and segment in list(Grade):
        return f"{segment} {Grade(segment).label}"
    if source == Source.REFINANCE and segment[:1].isdigit():
        return f"意愿 {segment} 分"
    return SEGMENTS.get(segment, segment)
