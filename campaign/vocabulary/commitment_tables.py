"""What a plan is bound to before it begins: must-do touches, vetoes, what was done already."""

from campaign.vocabulary.book_tables import CUSTOMER_ID, MANAGER_ID
from campaign.vocabulary.enums import Channel
from campaign.vocabulary.field import Field, Table, Unit
from campaign.vocabulary.plan_tables import CHANNEL

TEXT, DATE = Unit.TEXT, Unit.DATE

MUST_TOUCH = Table(
    "must_touch",
    "必访要求",
    (),
    (
        CUSTOMER_ID,
        Field("manager_id", "客户经理编号", TEXT, "who goes; empty: who keeps the customer"),
        Field("channel", "方式", TEXT, "visit or call; empty: visit", Channel),
        Field("earliest", "最早", DATE, "first day asked for; unknown: from the first on"),
        Field("latest", "最晚", DATE, "last day asked for; unknown: until the end"),
        Field("reason", "事由", TEXT, "promise, maturity or wish of the branch, in words"),
    ),
)

VETOES = Table(
    "vetoes",
    "不走访要求",
    (),
    (
        CUSTOMER_ID,
        Field("manager_id", "客户经理编号", TEXT, "who must not go; empty: nobody may"),
        Field("reason", "事由", TEXT, "why, in words"),
    ),
)

DONE_TOUCHES = Table(
    "done_touches",
    "已做触达",
    (),
    (
        CUSTOMER_ID,
        MANAGER_ID,
        CHANNEL,
        Field("date", "日期", DATE, "day on which it was done"),
        Field("owner", "额度归属", TEXT, "branch whose shared limits it drew on"),
        Field("resources", "占用资源", TEXT, "shared limits it used, as in table candidates"),
    ),
)

SHORTAGES = Table(
    "shortages",
    "必访缺口",
    (),
    (
        CUSTOMER_ID,
        Field("manager_id", "客户经理编号", TEXT, "who was to go; unknown if nobody can be named"),
        Field("channel", "方式", TEXT, "visit or call", Channel),
        Field("earliest", "最早", DATE, "first day asked for"),
        Field("latest", "最晚", DATE, "last day asked for"),
        Field("reason", "事由", TEXT, "what it was asked for"),
        Field("why", "排不下的原因", TEXT, "what stands in the way, in a Chinese sentence"),
    ),
)
