"""Which other-bank loans may be approached at all: the exclusions of 他行置换, in order."""

from __future__ import annotations

import numpy as np
import pandas as pd

from campaign.festival import CampaignWindow
from campaign.growth.keys import first_that_holds
from campaign.settings import RefinanceRules
from campaign.vocabulary import Business, KnowledgeSource, LoanClass, Signal

STATUS_PLANNED, STATUS_CONSENT = "planned", "needs_consent"
STATUS_EXCLUDED, STATUS_LATER = "excluded", "later"
BUSINESS_REASONS = {
    Business.HOUSING.value: "住房按揭不得以经营性贷款置换",
    Business.CONSUMER.value: "消费贷款不作置换",
    Business.CARD.value: "信用卡不作置换",
    Business.ONLINE.value: "网络小额贷款不作置换",
    Business.FIXED_ASSET.value: "固定资产贷款不作置换",
    Business.OTHER.value: "不是经营性贷款，不作置换",
}
CONSENT_KNOWN = [
    KnowledgeSource.STATEMENT.value,
    KnowledgeSource.CONTRACT.value,
    KnowledgeSource.ACCOUNT_FLOW.value,
    KnowledgeSource.REGISTER.value,
    KnowledgeSource.CREDIT_REPORT_MARKETING.value,
]


Step = tuple[pd.Series, str, str]


def decide(
    loans: pd.DataFrame, window: CampaignWindow, rules: RefinanceRules
) -> tuple[np.ndarray, np.ndarray]:
    """Return status and Chinese reason of each loan; the first rule that holds decides.

    Args:
        loans: Other-bank loans with owner, signal, refusal, lenders, willingness, window
            and lead_days.
        window: The campaign.
        rules: Settings [refinance].
    """
    steps = steps_of(loans, window, rules)
    conditions = [condition.to_numpy(dtype=bool) for condition, _, _ in steps]
    status = first_that_holds(conditions, [step[1] for step in steps], STATUS_PLANNED)
    return status, first_that_holds(conditions, [step[2] for step in steps])


def steps_of(loans: pd.DataFrame, window: CampaignWindow, rules: RefinanceRules) -> list[Step]:
    """Return the rules in order: for which loans each holds, the status, the Chinese reason."""
    return [
        *_not_a_case(loans, window, rules),
        *_not_for_us(loans, rules),
        *_not_without_consent(loans),
        *_not_now(loans, window, rules),
    ]


def _not_a_case(loans: pd.DataFrame, window: CampaignWindow, rules: RefinanceRules) -> list[Step]:
    business = loans["business_type"]
    due = loans["maturity_date"].le(pd.Timestamp(window.as_of))
    barred = pd.Series(not rules.repays_other_banks, index=loans.index)
    return [
        (barred, STATUS_EXCLUDED, "本行制度不允许以新贷归还他行贷款"),
        (loans["owner"].lt(0), STATUS_EXCLUDED, "本行没有该客户的在用借据"),
        *(
            (business.eq(code).fillna(False), STATUS_EXCLUDED, reason)
            for code, reason in BUSINESS_REASONS.items()
        ),
        (business.isna(), STATUS_EXCLUDED, "业务种类未注明，核实为经营性贷款后再列入"),
        (~loans["balance"].gt(0), STATUS_EXCLUDED, "他行余额未知或为零"),
        (due, STATUS_EXCLUDED, "他行贷款已过到期日，须先核实"),
    ]


def _not_for_us(loans: pd.DataFrame, rules: RefinanceRules) -> list[Step]:
    normal = [LoanClass.NORMAL.value, LoanClass.UNCLASSIFIED.value]
    below = loans["loan_class"].notna() & ~loans["loan_class"].isin(normal)
    many = f"未结清机构超过 {rules.lenders_most} 家"
    return [
        (loans["refusal"].ne(""), STATUS_EXCLUDED, "客户在免打扰名单或近期明确拒绝"),
        (below, STATUS_EXCLUDED, "他行五级分类低于正常"),
        (loans["signal"].eq(Signal.RED.value), STATUS_EXCLUDED, "本行风险初筛为红灯"),
        (loans["lenders"].gt(rules.lenders_most), STATUS_EXCLUDED, many),
        (
            loans["willingness"].lt(rules.willingness_least),
            STATUS_EXCLUDED,
            "客户表示无合作意愿",
        ),
    ]


def _not_without_consent(loans: pd.DataFrame) -> list[Step]:
    source = loans["knowledge_source"]
    report = source.eq(KnowledgeSource.CREDIT_REPORT.value).fillna(False)
    agreed = loans["marketing_consent"].fillna(False).astype(bool)
    unknown = ~report & ~source.isin(CONSENT_KNOWN)
    return [
        (
            report & ~agreed,
            STATUS_CONSENT,
            "信息来自征信报告且授权用途不含营销，需先取得授权",
        ),
        (unknown, STATUS_CONSENT, "信息来源未注明，需先取得客户授权或本人陈述"),
    ]


def _not_now(loans: pd.DataFrame, window: CampaignWindow, rules: RefinanceRules) -> list[Step]:
    start, end = pd.Timestamp(window.start), pd.Timestamp(window.end)
    best = rules.offer_rate - rules.special_discount
    return [
        (
            loans["window_end"].lt(start),
            STATUS_EXCLUDED,
            "距他行到期日太近，来不及办理",
        ),
        (loans["window_start"].gt(end), STATUS_LATER, "他行到期日在活动之后，届时再接触"),
        (
            loans["window_end"].lt(loans["window_start"]),
            STATUS_LATER,
            "本行风险初筛为黄灯，节后再议时他行已到期",
        ),
        (
            loans["annual_rate"].le(best),
            STATUS_LATER,
            "他行利率不高于本行最低可报利率，不作价格营销",
        ),
    ]
