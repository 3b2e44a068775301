"""What the values of a column say about its meaning, from a sample of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

import numpy as np

from campaign.book.codes import decode, flags, vocabulary_of
from campaign.book.column import Floats
from campaign.book.header_text import MONEY_UNITS
from campaign.book.profile import Profile
from campaign.vocabulary import Field, Unit

MOST = 0.6
# Values that hardly anything else looks like, values that suit, … and that cannot be.
TELLING, FITS, NEUTRAL, DOUBTFUL, UNLIKE, CONTRADICTS = 0.15, 0.05, 0.0, -0.12, -0.3, -1.0
NEARLY_ALL = 0.9
FEW_DAYS = 3
LONGEST_WAIT = 400

_PHONE = re.compile(r"^(?:\+?86-?)?1[3-9]\d{9}$|^0\d{2,3}-?\d{7,8}$")
_CERTIFICATE = re.compile(
    r"^(?:\d{15}|\d{17}[\dXx]|[0-9A-HJ-NP-RTUW-Y]{18}|\d{4,6}\*+\d{0,4}[\dXx]?)$"
)
_MOBILE = re.compile(r"^1[3-9]\d{9}(?:\.0)?$")
_COMPACT_DAY = re.compile(r"^(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])$")
_INDUSTRY = re.compile(r"^[A-Ta-t]?\d{3,4}(?:\D|$)|^[A-Ta-t]\d{2}(?:\D|$)")
_BARE_INDUSTRY = re.compile(r"^[A-Ta-t]?\d{2,4}$")
_PERSON = re.compile(r"^[\u4e00-\u9fff·]{2,4}(?:\s*[(（]?[A-Za-z]*\d+[)）]?)?$")
# The commonest family names: a short text that begins with one is a person, if most of a column do.
_FAMILY = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏"
    "薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武"
    "乔贺赖龚文庞樊兰殷施陶洪翟安颜倪严牛温芦季俞章鲁葛伍韦申尤毕聂丛焦向柳邢路岳齐梅莫庄辛管祝左涂谷"
)
_NAMED = re.compile(rf"^[{_FAMILY}][\u4e00-\u9fff·＊*]{{1,2}}(?:\s*[(（]?[A-Za-z]*\d+[)）]?)?$")
_PERSONAL = re.compile(rf"[{_FAMILY}][\u4e00-\u9fff·＊*]")
_FIRM = re.compile(r"公司|商行|经营部|合作社|厂|店|中心|企业|超市|商贸|个体")
_FIRM_NAME = re.compile(r"(?:公司|商行|经营部|合作社|厂|店|超市|商贸|商店|农场|加油站)$")
_BRANCH = re.compile(r"(?:支行|分行|分理处|营业部|网点|信用社|分社|营业室|部|行)$")
_HOUSE = re.compile(r"(?:支行|分理处|营业部|网点|信用社|分社|营业室|营业所)$")
_BANK = re.compile(r"银行|农商|信用社|联社|工行|农行|中行|建行|交行|邮储|小贷|网商|微众|消费金融")
_OF_OTHERS = re.compile(
    r"(?:工商|农业|中国|建设|交通|邮储|邮政储蓄|招商|浦发|兴业|民生|光大|中信|华夏|平安|广发|浙商|微众|网商)银行"
    r"|^[工农中建交]行|花呗|借呗"
)
_STAFF = re.compile(r"^[A-Za-z]{0,3}\d{2,10}$")
# Texts that are about anything but people.
_ABOUT_THINGS = frozenset(
    [
        "product",
        "business_type",
        "industry",
        "loan_use",
        "collateral",
        "address",
        "area",
        "main_business",
        "position",
        "team",
        "method",
        "purpose",
        "outcome",
        "content",
        "reason",
        "origin",
        "sub_industry",
        "metric",
        "period",
        "knowledge_source",
    ]
)
_IN_WORDS = _ABOUT_THINGS - {"industry", "period", "product", "business_type"}
MOSTLY = 0.8
LEAST_NAMES, FEW_NAMES = 5, 0.3
_NAMES = ("customer_name", "manager_name", "voter", "lender", "branch")
_CERTIFIED = frozenset({"cert_no", "customer_id"})
# What a known column that is no field of ours holds, told by our name for it.
_KINDS = (
    (
        re.compile(r"(balance|amount|capital|growth|change|gap|target)|_limit_(used|available)"),
        Unit.YUAN,
    ),
    (re.compile(r"_limit$|_(repaid|repayment|provision)$|interest_(paid|arrears_off)$"), Unit.YUAN),
    (re.compile(r"_date$|_since$|_start$|_end$|_on$|_created$|_original$|_extended$"), Unit.DATE),
    (re.compile(r"^_is_"), Unit.FLAG),
    (re.compile(r"^_term$|_days$|^_employees$|^_age$"), Unit.COUNT),
    (re.compile(r"_rate_(base|spread|penalty)$|_done_rate$"), Unit.RATIO),
    (re.compile(r"_(contract|code|account|cert|no|note|application)$"), Unit.TEXT),
)
_UNITS = (
    ({*MONEY_UNITS, "混合"}, {Unit.YUAN}),
    ({"%", "‰", "月%", "月‰", "日%", "日‰"}, {Unit.RATIO}),
    ({"天", "日"}, {Unit.DAY}),
    ({"户", "笔", "次", "人", "个", "家", "期"}, {Unit.COUNT, Unit.DAY}),
)
_NUMBERED = re.compile(r"_(contract|code|account|cert|no|note|application)$")


def fit(found: Profile, field: Field) -> float:
    """Return how the values speak for a field: TELLING, FITS … CONTRADICTS."""
    if found.empty:
        return NEUTRAL
    key = (field.name, str(field.unit))
    if key not in found.fits:
        found.fits[key] = _judged(found, field)
    return found.fits[key]


def _judged(found: Profile, field: Field) -> float:
    if field.unit is Unit.DATE:
        return _fit_date(found)
    if found.certified_share >= NEARLY_ALL:
        return _fit_certificates(field.name)
    if field.unit in (Unit.YUAN, Unit.RATIO, Unit.DAY, Unit.COUNT, Unit.MONTH):
        return _fit_number(found, field)
    if field.unit is Unit.FLAG:
        return FITS if len(flags(found.cells).bad) < len(found.cells) / 2 else CONTRADICTS
    if field.unit is Unit.SCORE:
        return NEUTRAL if found.date_share < MOST else CONTRADICTS
    if field.values is not None:
        return _fit_codes(found, field)
    return _fit_text(found, field.name)


def _fit_date(found: Profile) -> float:
    if found.date_share >= MOST:
        return FITS
    if found.open_ended:
        return NEUTRAL
    return NEUTRAL if found.serial_share >= MOST else CONTRADICTS


def _fit_number(found: Profile, field: Field) -> float:
    if found.number_share < MOST:
        return CONTRADICTS
    days = [t for t in found.texts if _COMPACT_DAY.match(t)]
    if len(days) >= 0.9 * len(found.cells) or found.date_share >= 0.9:
        return CONTRADICTS  # a column of days is no amount
    high = float(np.quantile(found.numbers, 0.95))
    if field.unit is Unit.RATIO and high > 100:
        return CONTRADICTS
    if field.unit in (Unit.DAY, Unit.COUNT) and (high > 20_000 or not _whole(found.numbers)):
        return CONTRADICTS
    if found.share(_PHONE) > MOST or found.share(_CERTIFICATE) > MOST:
        return CONTRADICTS
    return FITS


def _whole(numbers: Floats) -> bool:
    return not len(numbers) or bool(np.mean(np.isclose(numbers, np.round(numbers))) > 0.8)


def _fit_codes(found: Profile, field: Field) -> float:
    if found.date_share >= MOST:
        return CONTRADICTS
    assert field.values is not None
    decoded = decode(found.cells, vocabulary_of(field.values))
    values = [value for value in decoded.values if value is not None]
    known = len(values) / len(found.cells)
    if known >= NEARLY_ALL and len(set(values)) > 1 and not decoded.loose:
        return TELLING
    if known >= MOST:
        return FITS
    if decoded.bare or len(found.cells) <= 3:
        return NEUTRAL
    return DOUBTFUL if known else UNLIKE


def _fit_certificates(name: str) -> float:
    """Return how a column of sound certificate numbers suits a field that is no date."""
    if name == "cert_no":
        return TELLING
    return NEUTRAL if name in _CERTIFIED or _NUMBERED.search(name) else CONTRADICTS


def fit_unit(unit: str, field: Unit | None) -> float:
    """Return UNLIKE if the unit that a header names cannot be that of a field, else NEUTRAL."""
    fitting = next((units for names, units in _UNITS if unit in names), None)
    return NEUTRAL if fitting is None or field is None or field in fitting else UNLIKE


def kind_of(name: str) -> Unit | None:
    """Return what a known column that is no field holds, told by our name for it, or None."""
    return next((unit for pattern, unit in _KINDS if pattern.search(name)), None)


def fit_known(found: Profile, name: str) -> float:
    """Return CONTRADICTS if the values cannot be of a known column that is no field, else NEUTRAL.

    Args:
        found: The values.
        name: Our name of the column, beginning with `_`.
    """
    unit = kind_of(name)
    if unit is None or found.empty:
        return NEUTRAL
    if name == "_report_date" and len(set(found.texts)) > FEW_DAYS:
        return CONTRADICTS  # a file has the day of its figures once, or once a period
    if name == "_next_repayment_date" and found.day_span > LONGEST_WAIT:
        return CONTRADICTS  # the next instalment of every loan is soon
    if unit is Unit.TEXT:
        return NEUTRAL if _whole(found.numbers) else CONTRADICTS
    known = Field(name, name, unit, "a column that the plan does not use")
    return min(fit(found, known), NEUTRAL)


def _fit_text(found: Profile, name: str) -> float:
    if found.date_share >= NEARLY_ALL and name not in ("period", "remark", "content"):
        return CONTRADICTS
    if name in _NAMES and found.number_share >= MOST:
        return CONTRADICTS
    if found.number_share >= NEARLY_ALL and not _whole(found.numbers):
        return UNLIKE  # amounts, not words
    if name != "phone" and found.share(_MOBILE) >= NEARLY_ALL:
        return UNLIKE
    if name in _ABOUT_THINGS and _named_share(found) >= MOSTLY:
        return UNLIKE
    if name in _IN_WORDS and found.number_share >= NEARLY_ALL:
        return UNLIKE
    if name in _PLAIN_TEXTS:
        return _PLAIN_TEXTS[name](found)
    if name in ("loan_note_id", "contract_id", "customer_id"):
        return _fit_number_of(found, name)
    if name == "industry" and found.share(_INDUSTRY) >= MOST:
        return DOUBTFUL if found.share(_BARE_INDUSTRY) >= NEARLY_ALL else NEUTRAL
    return NEUTRAL


def _matching(pattern: re.Pattern[str], otherwise: float) -> Callable[[Profile], float]:
    return lambda found: FITS if found.share(pattern) >= MOST else otherwise


def _fit_phone(found: Profile) -> float:
    if found.share(_MOBILE) >= NEARLY_ALL:
        return TELLING
    return FITS if found.share(_PHONE) >= MOST else DOUBTFUL


def _fit_branch(found: Profile) -> float:
    if found.names_several(_OF_OTHERS):
        return UNLIKE
    if found.share(_HOUSE) >= NEARLY_ALL:
        return TELLING
    return FITS if found.share(_BRANCH) >= MOST else NEUTRAL


def _named_share(found: Profile) -> float:
    """Return which share is a person's name or a firm's."""
    return found.share(_NAMED) + found.share(_FIRM_NAME)


def _fit_lender(found: Profile) -> float:
    if found.names_several(_OF_OTHERS):
        return TELLING
    return FITS if found.share(_BANK) >= MOST else DOUBTFUL


def _fit_customer_name(found: Profile) -> float:
    if found.share(_HOUSE) >= NEARLY_ALL:
        return UNLIKE
    if _named_share(found) >= MOSTLY:
        return FITS
    some = found.share(_PERSONAL) + found.share(_FIRM)
    return UNLIKE if len(found.cells) >= LEAST_NAMES and some < FEW_NAMES else NEUTRAL


def _fit_manager_name(found: Profile) -> float:
    if found.share(_HOUSE) >= NEARLY_ALL:
        return UNLIKE
    if len(found.cells) >= LEAST_NAMES and found.share(_PERSONAL) < FEW_NAMES:
        return UNLIKE
    return FITS if found.share(_PERSON) >= MOST and found.share(_FIRM) < 0.2 else NEUTRAL


_PLAIN_TEXTS: Mapping[str, Callable[[Profile], float]] = {
    "phone": _fit_phone,
    "branch": _fit_branch,
    "customer_name": _fit_customer_name,
    "manager_name": _fit_manager_name,
    "cert_no": _matching(_CERTIFICATE, NEUTRAL),
    "industry_code": _matching(_INDUSTRY, CONTRADICTS),
    "lender": _fit_lender,
    "manager_id": _matching(_STAFF, DOUBTFUL),
}


def _fit_number_of(found: Profile, name: str) -> float:
    if found.counts_rows:
        return UNLIKE
    has_digits = sum(1 for text in found.texts if any(map(str.isdigit, text)))
    if not has_digits:
        return UNLIKE
    if has_digits < 0.5 * len(found.cells):
        return DOUBTFUL
    return FITS if name != "loan_note_id" or found.distinct_share > NEARLY_ALL else NEUTRAL
