"""到期与流失: principal that falls due inside the campaign, and what may be renewed."""

from __future__ import annotations

import numpy as np
import pandas as pd

from campaign.festival import CampaignWindow
from campaign.growth.caps import NOT_OPERATING
from campaign.growth.keys import first_that_holds
from campaign.growth.portfolio import Portfolio
from campaign.growth.rates import rate_of
from campaign.growth.repayment import scheduled_principal
from campaign.growth.windows import inside, is_open
from campaign.growth.wording import day_words, has_words, once_each, wan
from campaign.settings import RenewalRules
from campaign.vocabulary import RUN_OFF, Business, Grade, Signal, Source

MEDIUM, LARGE = "中型", "大型"
WITHOUT_REPAYING = ("到期可办", "到期可续贷")


def estimate_run_off(
    portfolio: Portfolio,
    screen: pd.DataFrame,
    window: CampaignWindow,
    rules: RenewalRules,
    rates: pd.DataFrame,
) -> pd.DataFrame:
    """Return each note with principal due after the as-of day and by the campaign's end.

    The days between the as-of day and the campaign's start count too: the bridge begins at
    the as-of balance. A note past its maturity already runs off no further. Instalments are
    repaid; only what falls due at maturity can be renewed, and renewing is no growth.

    Formula:
        run_off = maturing + scheduled; renewed = maturing x amount share x natural
        probability, until the plan knows its touches

    Source:
        domain rules A8, G3; docs/method.md#renewal.

    Returns:
        Table RUN_OFF.
    """
    notes = _falling_due(portfolio.notes, window)
    notes["signal"] = screen["signal"].to_numpy()[notes["owner"]]
    notes["reason"] = _reasons(notes, rules)
    notes["renewable"] = notes["maturing"].gt(0) & ~_begins(notes["reason"], "不")
    notes["no_repayment"] = notes["renewable"] & _begins(notes["reason"], WITHOUT_REPAYING)
    rate = rate_of(rates, Source.RENEWAL.value)
    natural = np.where(notes["renewable"], rate["natural_probability"], 0.0)
    notes["renew_probability"] = natural
    notes["renewed"] = (notes["maturing"] * natural * rate["amount_share"]).round(2)
    notes["lost"] = (notes["maturing"] - notes["renewed"]).round(2)
    for name in ("customer_id", "manager_id", "branch"):
        notes[name] = portfolio.customers[name].to_numpy()[notes["owner"]]
    notes["source_rows"] = notes["source_row"]
    notes["loan_note_id"] = notes["loan_note_id"].where(
        notes["loan_note_id"].notna(), notes["source_row"]
    )
    return RUN_OFF.check(RUN_OFF.conform(notes))


def _falling_due(notes: pd.DataFrame, window: CampaignWindow) -> pd.DataFrame:
    """Return the notes with principal that falls due, as scheduled, maturing and run_off."""
    due, as_of, end = notes["maturity_date"], pd.Timestamp(window.as_of), pd.Timestamp(window.end)
    scheduled = scheduled_principal(notes, window.as_of, window.end).round(2)
    rest = notes["balance"].fillna(0) - scheduled
    maturing = rest.where(due.gt(as_of) & due.le(end), 0.0).round(2)
    run_off = maturing + scheduled
    told = {"scheduled": scheduled, "maturing": maturing, "run_off": run_off}
    found: pd.DataFrame = notes.assign(**told)[run_off.gt(0)].reset_index(drop=True)
    return found


def renewal_opportunities(
    run_off: pd.DataFrame, barred: pd.Series, window: CampaignWindow, rules: RenewalRules
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return visits about renewal, signed before the note falls due, and who gets none.

    Args:
        run_off: Table RUN_OFF.
        barred: Why a customer must not be approached, by customer_id.
        window: The campaign.
        rules: Settings [renewal].

    Returns:
        Rows of OPPORTUNITIES before rates, one a note, and of LEFT_OUT.
    """
    rows = run_off[run_off["maturing"].gt(0)].reset_index(drop=True)
    due = rows["maturity_date"]
    first, last = (
        due - pd.Timedelta(days=rules.contact_days),
        due - pd.Timedelta(days=rules.lead_days),
    )
    rows["window_start"], rows["window_end"] = inside(first, last, window)
    refusal = rows["customer_id"].map(barred).fillna("")
    late = ~is_open(rows["window_start"], rows["window_end"])
    rows["excluded"] = first_that_holds(
        [~rows["renewable"].astype(bool), refusal.ne(""), late],
        [rows["reason"], refusal, "距到期日太近，来不及在活动内安排走访，按自然续贷计"],
    )
    rows["reason"] = [
        f"{day} 到期 {amount}；{words}"
        for day, amount, words in zip(
            day_words(due), wan(rows["maturing"]), rows["reason"].tolist(), strict=True
        )
    ]
    rows["source"], rows["segment"] = Source.RENEWAL.value, ""
    rows["possible"], rows["is_prospect"] = rows["maturing"], False
    rows["grade"] = Grade.A.value
    rows["needs_senior"] = rows["maturing"].ge(rules.senior_amount)
    chosen = rows["excluded"].eq("")
    left = rows.assign(reason=rows["excluded"])[~chosen]
    return rows[chosen], left[["customer_id", "source", "reason"]]


def _begins(texts: pd.Series, words: str | tuple[str, ...]) -> pd.Series:
    return once_each(texts, lambda text: text.str.startswith(words))


def _reasons(notes: pd.DataFrame, rules: RenewalRules) -> np.ndarray:
    """Return why a note may or may not be renewed; a refusal begins with 不."""
    medium = has_words(notes["enterprise_scale"], MEDIUM)
    large = has_words(notes["enterprise_scale"], LARGE)
    fixed = notes["business_type"].eq(Business.FIXED_ASSET.value).fillna(False)
    too_late = notes["maturity_date"].gt(pd.Timestamp(rules.medium_until))
    private = notes["business_type"].isin(NOT_OPERATING)
    red = notes["signal"].eq(Signal.RED.value)
    yellow = notes["signal"].eq(Signal.YELLOW.value)
    matures = notes["maturing"].gt(0)
    return first_that_holds(
        [~matures, red, private, large, fixed, medium & too_late, yellow],
        [
            "按计划分期还本，不属续贷",
            "不可续贷：风险初筛为红灯",
            "不可续贷：不是经营性贷款",
            "可先还后贷：大型企业不适用无还本续贷",
            "可先还后贷：固定资产贷款不适用无还本续贷",
            "可先还后贷：中型企业无还本续贷政策已到期",
            "到期可续贷，黄灯须先核实；须在到期前申请并签约",
        ],
        "到期可办无还本续贷，须在到期前申请并签约",
    )
