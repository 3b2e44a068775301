"""Tables of the cards that managers carry: trades, questions, documents, referral, calls."""

from campaign.vocabulary.field import Field, Labelled, Table, Unit


class CardKind(Labelled):
    """Kinds of pre-screen and document lists (产品类别)."""

    CREDIT = "credit", "信用"
    GUARANTEED = "guaranteed", "保证"
    MORTGAGE = "mortgage", "抵押"
    REFINANCE = "refinance", "置换"
    NEW_CUSTOMER = "new_customer", "新客户"


class CallPurpose(Labelled):
    """What a call is for (电话目的)."""

    TOP_UP = "top_up", "增贷邀约"
    DRAW = "draw", "提款提醒"
    RENEWAL = "renewal", "到期续贷"
    REFINANCE = "refinance", "他行置换"
    INDUSTRY = "industry", "旺季需求"
    OWN_CONTACT = "own_contact", "走访自采名单"
    REFERRED = "referred", "转介名单"
    EXTERNAL = "external", "外部名单"
    FOLLOW_UP = "follow_up", "约访回访"


TEXT, COUNT = Unit.TEXT, Unit.COUNT

CARD_SOURCE = Field("source", "来源", TEXT, "where the words come from; 示例 where nowhere")
STEP = Field("step", "顺序", COUNT, "order inside its group, from 1")

INDUSTRY_CARDS = Table(
    "industry_cards",
    "行业营销与风险指引",
    ("sub_industry",),
    (
        Field("sub_industry", "细分行业", TEXT, "trade, as in the season table"),
        Field("industry_code", "行业代码", TEXT, "GB/T 4754-2017 class"),
        Field("why_now", "为何此时", TEXT, "why the trade wants money around the festival"),
        Field("what_to_ask", "三个问题", TEXT, "three questions, joined by ；"),
        Field("usual_ticket", "常见金额", TEXT, "usual amount of a loan, in words"),
        Field("usual_term", "常见期限", TEXT, "usual term and way of repayment, in words"),
        Field("what_to_check", "核实什么", TEXT, "what proves the answers, joined by ；"),
        Field("what_goes_wrong", "常见风险", TEXT, "how loans to the trade fail, joined by ；"),
        Field("documents", "资料", TEXT, "papers to ask for ahead, joined by ；"),
        CARD_SOURCE,
    ),
)

PRESCREEN_QUESTIONS = Table(
    "prescreen_questions",
    "准入初判问题",
    ("kind", "step"),
    (
        Field("kind", "产品类别", TEXT, "kind of loan that is asked for", CardKind),
        STEP,
        Field("standard", "准入标准", TEXT, "standard that the question tests"),
        Field("question", "问题", TEXT, "question to ask before any survey"),
        Field("stop_if", "何种回答即止", TEXT, "answer that ends the application"),
        CARD_SOURCE,
    ),
)

DOCUMENTS = Table(
    "documents",
    "预发资料清单",
    ("kind", "step"),
    (
        Field("kind", "产品类别", TEXT, "kind of loan that is asked for", CardKind),
        STEP,
        Field("document", "资料", TEXT, "paper to have ready"),
        Field("purpose", "用途", TEXT, "what it is looked at for"),
        CARD_SOURCE,
    ),
)

REFERRAL_STEPS = Table(
    "referral_steps",
    "转介步骤",
    ("step",),
    (
        STEP,
        Field("circle", "圈子", TEXT, "circle that the names come from (同行, 家庭 …)"),
        Field("question", "问法", TEXT, "what to say"),
        Field("record", "记下", TEXT, "what to write down"),
        Field("care", "注意", TEXT, "what must not be done"),
        CARD_SOURCE,
    ),
)

CALL_GUIDE = Table(
    "call_guide",
    "电话指引",
    ("purpose", "step"),
    (
        Field("purpose", "电话目的", TEXT, "what the call is for", CallPurpose),
        STEP,
        Field("say", "说什么", TEXT, "what to say, in one or two sentences"),
        Field("aim", "要得到", TEXT, "what the step is to bring"),
        CARD_SOURCE,
    ),
)
