"""The tables of a loan book as read: one row a loan note, a customer, a manager, and so on.

Every table ends with `source_row` (for example 借据!12), so that a figure can be traced.
"""

from campaign.vocabulary.enums import (
    Business,
    ContactOrigin,
    CustomerType,
    GuaranteeType,
    KnowledgeSource,
    LoanClass,
    LoanStatus,
    ManagerStatus,
    OccurrenceType,
    RepaymentMethod,
    VisitOutcome,
)
from campaign.vocabulary.field import Field, Table, Unit

TEXT, YUAN, RATIO, DATE = Unit.TEXT, Unit.YUAN, Unit.RATIO, Unit.DATE
DAY, MONTH, COUNT, FLAG, SCORE = Unit.DAY, Unit.MONTH, Unit.COUNT, Unit.FLAG, Unit.SCORE

CUSTOMER_ID = Field("customer_id", "客户编号", TEXT, "the bank's number of the customer")
CUSTOMER_NAME = Field("customer_name", "客户名称", TEXT, "name of the borrower")
MANAGER_ID = Field("manager_id", "客户经理工号", TEXT, "staff number of the manager")
MANAGER_NAME = Field("manager_name", "客户经理", TEXT, "name of the relationship manager")
BRANCH = Field("branch", "支行", TEXT, "branch that keeps the customer or manager")
INDUSTRY_CODE = Field("industry_code", "行业代码", TEXT, "GB/T 4754-2017 class, four digits")
INDUSTRY = Field("industry", "投向行业", TEXT, "name of the industry as read")
PHONE = Field("phone", "联系电话", TEXT, "mobile or fixed line, first of several")
ADDRESS = Field("address", "地址", TEXT, "business or home address")
AREA = Field("area", "片区", TEXT, "market, village, park or street that is visited together")
LONGITUDE = Field("longitude", "经度", TEXT, "degrees east of the place that is visited")
LATITUDE = Field("latitude", "纬度", TEXT, "degrees north of the place that is visited")
COORDINATES = Field("coordinates", "经纬度", TEXT, "both in one cell, east first, as 118.12,36.81")
SOURCE_ROW = Field("source_row", "来源行", TEXT, "sheet and true Excel row, as 借据!12")
REMARK = Field("remark", "备注", TEXT, "free text as read")

LOANS = Table(
    "loans",
    "贷款台账",
    ("source_row",),
    (
        Field("loan_note_id", "借据号", TEXT, "number of the loan note (借据), the key"),
        Field("contract_id", "合同号", TEXT, "number of the loan contract"),
        CUSTOMER_ID,
        CUSTOMER_NAME,
        Field("cert_no", "证件号码", TEXT, "identity or credit code; never printed whole"),
        Field("customer_type", "客户类型", TEXT, "who borrows", CustomerType),
        Field("enterprise_scale", "企业规模", TEXT, "小型, 微型 and so on, as read"),
        BRANCH,
        MANAGER_ID,
        MANAGER_NAME,
        Field("product", "产品名称", TEXT, "name of the loan product"),
        Field("business_type", "业务种类", TEXT, "kind of loan business", Business),
        INDUSTRY_CODE,
        INDUSTRY,
        Field("loan_use", "贷款用途", TEXT, "stated use of the money"),
        Field("loan_amount", "贷款金额", YUAN, "amount granted on the note"),
        Field("balance", "贷款余额", YUAN, "principal outstanding at the as-of date"),
        Field("credit_limit", "授信额度", YUAN, "limit that the note draws on; not the balance"),
        Field("start_date", "发放日期", DATE, "day of disbursement"),
        Field("maturity_date", "到期日期", DATE, "day the principal is due"),
        Field("annual_rate", "年利率", RATIO, "interest a year as a fraction"),
        Field("repayment_method", "还款方式", TEXT, "how principal comes back", RepaymentMethod),
        Field("guarantee_type", "担保方式", TEXT, "how the loan is secured", GuaranteeType),
        Field("collateral", "抵质押物", TEXT, "kind of collateral as read (住宅, 商铺 …)"),
        Field("collateral_value", "押品评估值", YUAN, "appraised value of the collateral"),
        Field("registered_maximum", "最高债权额", YUAN, "maximum claim registered for us"),
        Field(
            "prior_registered",
            "先顺位登记额",
            YUAN,
            "maximum claim of others registered ahead of us on the same collateral",
        ),
        Field("appraisal_date", "评估日期", DATE, "day of the last appraisal"),
        Field("loan_class", "五级分类", TEXT, "five-class risk grading", LoanClass),
        Field("days_past_due", "逾期天数", DAY, "days that principal or interest is late"),
        Field("interest_arrears", "欠息", YUAN, "interest due and unpaid"),
        Field("arrears_count", "累计欠款期数", COUNT, "instalments missed so far"),
        Field("loan_status", "借据状态", TEXT, "state of the note", LoanStatus),
        Field("occurrence_type", "发放类型", TEXT, "why it was granted", OccurrenceType),
        Field("extension_count", "展期次数", COUNT, "times the maturity was extended"),
        Field("is_revolving", "是否循环", FLAG, "the limit can be drawn again after repayment"),
        Field("settle_date", "结清日期", DATE, "day the note was paid off"),
        AREA,
        REMARK,
        SOURCE_ROW,
    ),
)

OTHER_LOANS = Table(
    "other_loans",
    "他行贷款",
    ("source_row",),
    (
        CUSTOMER_ID,
        CUSTOMER_NAME,
        Field("lender", "他行名称", TEXT, "name of the other bank"),
        Field("business_type", "业务种类", TEXT, "kind of loan business", Business),
        Field("loan_amount", "他行贷款金额", YUAN, "amount granted by the other bank"),
        Field("balance", "他行贷款余额", YUAN, "balance at the other bank"),
        Field("start_date", "他行发放日期", DATE, "day of disbursement"),
        Field("maturity_date", "他行到期日期", DATE, "day it is due"),
        Field("annual_rate", "他行年利率", RATIO, "interest a year; rarely known"),
        Field("guarantee_type", "担保方式", TEXT, "how it is secured", GuaranteeType),
        Field("loan_class", "五级分类", TEXT, "grading at the other bank", LoanClass),
        Field("knowledge_source", "信息来源", TEXT, "how we know of it", KnowledgeSource),
        Field("knowledge_date", "获知日期", DATE, "day we learnt of it"),
        Field("marketing_consent", "授权含营销", FLAG, "the consent covers marketing use"),
        Field("willingness", "合作意愿", SCORE, "0 none to 5 asked us to take it over"),
        REMARK,
        SOURCE_ROW,
    ),
)

CUSTOMERS = Table(
    "customers",
    "客户信息",
    ("customer_id",),
    (
        CUSTOMER_ID,
        CUSTOMER_NAME,
        Field("customer_type", "客户类型", TEXT, "who borrows", CustomerType),
        PHONE,
        ADDRESS,
        AREA,
        LONGITUDE,
        LATITUDE,
        COORDINATES,
        INDUSTRY_CODE,
        INDUSTRY,
        Field("main_business", "主营业务", TEXT, "what the customer does, in words"),
        Field("annual_sales", "年销售收入", YUAN, "sales of the last year"),
        Field("prior_annual_sales", "上年销售收入", YUAN, "sales of the year before"),
        Field("profit_margin", "销售利润率", RATIO, "profit by sales"),
        Field("monthly_income", "月可支配收入", YUAN, "disposable income a month, before our debt"),
        Field("other_monthly_payment", "他行月还款", YUAN, "payments a month elsewhere, cards too"),
        Field("net_assets", "净资产", YUAN, "household or company net worth"),
        Field("inventory_days", "存货周转天数", DAY, "days that stock is held"),
        Field("receivable_days", "应收周转天数", DAY, "days until customers pay"),
        Field("payable_days", "应付周转天数", DAY, "days until suppliers are paid"),
        Field("own_funds", "自有资金", YUAN, "own money in working capital"),
        Field("credit_grade", "信用等级", TEXT, "customer grade as read"),
        Field(
            "guarantees_given", "对外担保余额", YUAN, "debt of others guaranteed by the customer"
        ),
        Field("recent_enquiries", "近两月征信查询次数", COUNT, "credit enquiries in two months"),
        Field("lender_count", "未结清机构数", COUNT, "lenders with open loans, ours too"),
        Field("lawsuit", "涉诉", FLAG, "a live lawsuit is known"),
        Field("dishonest", "失信被执行人", FLAG, "on the list of dishonest debtors"),
        Field("referrer_id", "介绍人客户编号", TEXT, "customer who brought this one"),
        Field(
            "household_id",
            "家庭编号",
            TEXT,
            "customers of one household share it; the spouse's customer number tells as well",
        ),
        Field("relation_since", "建立信贷关系日期", DATE, "first loan with us"),
        Field("deposit_average", "存款日均", YUAN, "average deposits with us"),
        REMARK,
        SOURCE_ROW,
    ),
)

MANAGERS = Table(
    "managers",
    "客户经理名册",
    ("manager_id",),
    (
        MANAGER_ID,
        MANAGER_NAME,
        BRANCH,
        Field("team", "团队", TEXT, "team inside the branch"),
        Field("position", "岗位", TEXT, "post as read"),
        Field("manager_since", "任客户经理日期", DATE, "day he became a relationship manager"),
        Field("manager_status", "在职状态", TEXT, "whether he works", ManagerStatus),
        PHONE,
        Field("leave_days", "休假天数", DAY, "planned leave inside the campaign"),
        Field("home_area", "主攻片区", TEXT, "area that the manager is locked on"),
        SOURCE_ROW,
    ),
)

TARGETS = Table(
    "targets",
    "任务目标",
    ("source_row",),
    (
        Field("subject", "考核对象", TEXT, "bank, branch or manager that the target is for"),
        Field("metric", "指标", TEXT, "what is counted, as read (贷款净增 …)"),
        Field("target", "目标值", YUAN, "net growth wanted"),
        Field("baseline", "基数", YUAN, "balance at the start"),
        Field("period", "期间", TEXT, "period as read"),
        SOURCE_ROW,
    ),
)

PROSPECTS = Table(
    "prospects",
    "潜在客户名单",
    ("prospect_id",),
    (
        Field(
            "prospect_id", "名单编号", TEXT, "number in the list; made from the row where absent"
        ),
        CUSTOMER_NAME,
        Field("cert_no", "证件号码", TEXT, "credit code of the firm"),
        PHONE,
        ADDRESS,
        AREA,
        LONGITUDE,
        LATITUDE,
        COORDINATES,
        INDUSTRY_CODE,
        INDUSTRY,
        Field("main_business", "主营业务", TEXT, "business scope in words"),
        Field("registered_capital", "注册资本", YUAN, "capital registered"),
        Field("founded", "成立日期", DATE, "day of foundation"),
        Field("operating_status", "经营状态", TEXT, "as read (存续 …)"),
        Field("origin", "名单来源", TEXT, "where the contact came from", ContactOrigin),
        Field("wanted_amount", "意向金额", YUAN, "amount the prospect spoke of"),
        BRANCH,
        MANAGER_ID,
        Field("referrer_id", "介绍人客户编号", TEXT, "customer who brought the contact"),
        SOURCE_ROW,
    ),
)

CONTACTS = Table(
    "contacts",
    "走访联系记录",
    ("source_row",),
    (
        Field("contact_date", "联系日期", DATE, "day of the visit or call"),
        CUSTOMER_ID,
        CUSTOMER_NAME,
        MANAGER_ID,
        MANAGER_NAME,
        Field("method", "方式", TEXT, "visit or call, as read (上门, 电话 …)"),
        Field("purpose", "目的", TEXT, "purpose as read"),
        Field("outcome", "结果", TEXT, "what came of it", VisitOutcome),
        Field("willingness", "合作意愿", SCORE, "0 none to 5 asked for money"),
        Field("wanted_amount", "意向金额", YUAN, "amount spoken of"),
        Field("next_follow_up", "下次跟进日期", DATE, "promised next contact"),
        Field("referrals", "转介人数", COUNT, "names that the customer gave"),
        Field("content", "内容", TEXT, "note as read"),
        SOURCE_ROW,
    ),
)

VOTES = Table(
    "votes",
    "行业研判表",
    ("source_row",),
    (
        BRANCH,
        Field("voter", "研判人", TEXT, "who judged"),
        INDUSTRY_CODE,
        Field("sub_industry", "细分行业", TEXT, "trade below the GB/T class, in words"),
        Field("outlook", "需求判断", SCORE, "-2 much weaker to +2 much stronger than usual"),
        Field("reason", "理由", TEXT, "why, in words"),
        SOURCE_ROW,
    ),
)

DO_NOT_CONTACT = Table(
    "do_not_contact",
    "免打扰名单",
    ("source_row",),
    (
        CUSTOMER_ID,
        CUSTOMER_NAME,
        PHONE,
        Field("refused_on", "登记日期", DATE, "day of the refusal"),
        Field("reason", "原因", TEXT, "as read"),
        SOURCE_ROW,
    ),
)

BOOK_TABLES = {
    table.name: table
    for table in (
        LOANS,
        OTHER_LOANS,
        CUSTOMERS,
        MANAGERS,
        TARGETS,
        PROSPECTS,
        CONTACTS,
        VOTES,
        DO_NOT_CONTACT,
    )
}
