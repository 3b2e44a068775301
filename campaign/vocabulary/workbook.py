"""What a manager's workbook holds: sheets, hidden keys and the columns to fill in.

`render.action_plan` writes it and `progress.returns` reads it back; both take the names
from here, so they cannot drift apart.
"""

from campaign.vocabulary.book_tables import CUSTOMER_NAME, PHONE
from campaign.vocabulary.enums import VisitOutcome
from campaign.vocabulary.field import Field, Labelled, Unit


class WorkbookSheet(Labelled):
    """The sheets of a manager's workbook, in order; labels are the tab names."""

    OVERVIEW = "overview", "总览"
    CHANGES = "changes", "变动"
    VISITS = "visits", "走访日程"
    TOP_UP = "top_up", "增贷"
    HEADROOM = "headroom", "测算卡"
    REFINANCE = "refinance", "置换"
    SAVINGS = "savings", "置换测算"
    INDUSTRY = "industry", "行业商机"
    CARDS = "cards", "行业卡"
    REFERRAL = "referral", "转介"
    CONTACTS = "contacts", "新联系人"
    CALLS = "calls", "电话"
    RENEWAL = "renewal", "续贷保有"
    REWARD = "reward", "提成试算"
    GUIDE = "guide", "填报说明"
    KEYS = "keys", "_方案"


# The hidden column at the far left of 走访日程 and 电话; survives sorting and filtering.
ROW_KEY = Field("candidate_id", "行键", Unit.TEXT, "touch that the row is about; hidden")

# Unlocked cells of 走访日程 and 电话.
RESULT_FIELDS = (
    Field("done_date", "实际日期", Unit.DATE, "day it happened"),
    Field("outcome", "结果", Unit.TEXT, "what came of it", VisitOutcome),
    Field("wanted_amount", "意向金额（万元）", Unit.YUAN, "amount spoken of, in 万元 on the sheet"),
    Field("next_follow_up", "下次跟进", Unit.DATE, "promised next contact"),
    Field("referrals", "转介人数", Unit.COUNT, "names that the customer gave"),
    Field("note", "备注", Unit.TEXT, "free words"),
)

# Unlocked cells behind those of the result, for a loan that was won: the case to share.
CASE_FIELDS = (
    Field("how_it_came", "怎么来的", Unit.TEXT, "how the loan came, in the manager's words"),
    Field("what_worked", "做对了什么", Unit.TEXT, "what worked"),
    Field("leads_to", "能带来谁", Unit.TEXT, "whom the customer can lead to"),
)
FILLED_FIELDS = (*RESULT_FIELDS, *CASE_FIELDS)

# Unlocked empty rows of 新联系人, for contacts written by hand.
REFERRAL_FIELDS = (
    Field("referrer_id", "介绍人客户编号", Unit.TEXT, "customer who gave the name"),
    Field("referrer_name", "介绍人", Unit.TEXT, "his name"),
    Field("relation", "关系", Unit.TEXT, "同行, 亲戚, 上下游 and so on"),
    CUSTOMER_NAME,
    PHONE,
    Field("main_business", "经营内容", Unit.TEXT, "what the new contact does"),
    Field("wanted_amount", "意向金额（万元）", Unit.YUAN, "amount spoken of, in 万元 on the sheet"),
)

# Name and meaning of the rows of the very hidden sheet `_方案` (two columns: name, value).
# `since` is the day of the campaign's first plan: no result can be older.
KEY_NAMES = ("tool", "campaign", "version", "manager_id", "as_of", "book_digest", "since")
TOOL_NAME = "spring-campaign"
# The same in one hidden cell above the row keys, for a sheet that is sent back as csv.
KEY_SEPARATOR = "|"
