"""The tables of a campaign that is planned anew while it runs: what changed, who was named."""

from campaign.vocabulary.book_tables import CUSTOMER_ID, CUSTOMER_NAME, MANAGER_ID, PHONE
from campaign.vocabulary.enums import Channel
from campaign.vocabulary.field import Field, Labelled, Table, Unit

TEXT, YUAN, DATE, COUNT = Unit.TEXT, Unit.YUAN, Unit.DATE, Unit.COUNT


class Change(Labelled):
    """What became of a touch when the rest of a campaign was planned anew."""

    ADDED = "added", "新增"
    MOVED = "moved", "改期"
    DROPPED = "dropped", "取消"


CHANGES = Table(
    "changes",
    "方案变动",
    ("candidate_id",),
    (
        Field("candidate_id", "触达编号", TEXT, "the touch"),
        MANAGER_ID,
        CUSTOMER_ID,
        Field("channel", "方式", TEXT, "visit or call", Channel),
        Field("change", "变动", TEXT, "added, moved or dropped", Change),
        Field("old_date", "原计划日", DATE, "day in the version before; unknown if added"),
        Field("new_date", "新计划日", DATE, "day in this version; unknown if dropped"),
        Field("reason", "原因", TEXT, "why, in a Chinese sentence"),
        Field("value", "预计增益", YUAN, "expected uplift of the touch"),
    ),
)

REFERRAL_TREE = Table(
    "referral_tree",
    "转介链",
    ("prospect_id",),
    (
        Field("prospect_id", "名单编号", TEXT, "number made from manager, name and phone"),
        MANAGER_ID,
        CUSTOMER_NAME,
        PHONE,
        Field("parent_id", "上一环", TEXT, "new contact who gave the name; unknown if a customer"),
        Field("referrer_id", "介绍人客户编号", TEXT, "customer at the root, where he was numbered"),
        Field("depth", "第几环", COUNT, "1 for a name given by a customer"),
        Field("path", "由来", TEXT, "from the customer to this name, joined by →"),
        Field("relations", "关系", TEXT, "the same in relations alone, without names"),
        Field("main_business", "经营内容", TEXT, "what the new contact does"),
        Field("wanted_amount", "意向金额", YUAN, "amount spoken of"),
    ),
)

TALK_FIGURES = Table(
    "talk_figures",
    "约谈数据",
    ("manager_id",),
    (
        MANAGER_ID,
        Field("visits_due", "到期走访", COUNT, "visits planned up to the day"),
        Field("visits_done", "完成走访", COUNT, "of them those with a result"),
        Field("calls_due", "到期电话", COUNT, "calls planned up to the day"),
        Field("calls_done", "完成电话", COUNT, "of them those with a result"),
        Field("best_due", "到期重点", COUNT, "the third of those due with the greatest uplift"),
        Field("best_done", "完成重点", COUNT, "of them those with a result"),
        Field("touched", "触达", COUNT, "touches with a result"),
        Field("met", "联系上", COUNT, "of them those that reached the customer"),
        Field("customers_met", "联系上客户", COUNT, "customers reached, renewals apart"),
        Field("interested", "有意向", COUNT, "customers interested, or further on"),
        Field("applied", "已申请", COUNT, "customers applied, or further on"),
        Field("disbursed", "已放款", COUNT, "customers lent to"),
        Field("amount", "放款金额", YUAN, "lent so far"),
        Field("referral_due", "应问转介", COUNT, "visits with a result on which to ask for names"),
        Field("referral_done", "问到转介", COUNT, "of them those with a number of names filled in"),
        Field("follow_up_due", "约好回访", COUNT, "follow-ups promised up to the day"),
        Field("follow_up_done", "已回访", COUNT, "of them those that happened or have no point"),
    ),
)
