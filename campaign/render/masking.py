"""What of a person's data an output may show; on by default, in one place.

Common practice after JR/T 0171-2020: a name keeps its first and last character, a phone
its first three and last four digits, an identity number its first six and last four, an
address goes as far as street or town. Enterprises and their credit codes are public; a
sole trader whose shop name is a person's name counts as a person.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from campaign.render.formats import MASKED_NOTE, is_unknown
from campaign.vocabulary import CustomerType

_PERSONS = frozenset({CustomerType.PERSON, CustomerType.FARMER, CustomerType.OWNER})
_FIRMS = frozenset({CustomerType.COMPANY, CustomerType.COOPERATIVE})

# Surnames that cover more than nine tenths of people; two-character ones first.
_DOUBLE_SURNAMES = ("欧阳", "上官", "司马", "诸葛", "东方", "皇甫", "尉迟", "公孙", "令狐", "慕容")
_SURNAMES = frozenset(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余"
    "杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付傅方白邹孟熊秦邱江尹薛闫阎段雷侯龙史"
    "陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤常温康施文牛樊葛邢安齐易乔伍庞颜倪庄聂章鲁岳翟殷詹"
    "申欧耿关兰焦俞左柳甘祝包宁尚符舒阮柯纪梅童凌毕单季裴霍涂成苗谷曲盛冉骆柴靳蓝路游辛管"
)
# What follows a surname in a trade name that names no person: 王记, 李家, 金福 and so on.
_TRADE_SECOND = frozenset("记氏家府门福发利达源丰盛兴隆顺昌鑫旺泰和通合宝鸿宏祥瑞")
_TRADE_WORDS = re.compile(
    "(副食|烟酒|食品|水果|蔬菜|水产|海鲜|粮油|干果|炒货|调料|百货|日杂|日用|五金|建材|装饰|装修"
    "|服装|服饰|鞋|布|家电|电器|电脑|手机|通讯|汽修|汽配|汽车|摩托|农资|种子|饲料|养殖|种植"
    "|餐饮|餐馆|饭店|酒店|酒楼|小吃|面馆|火锅|烧烤|早点|宾馆|旅馆|理发|美容|美发|诊所|药店"
    "|超市|便利|小卖|商店|商行|商贸|商铺|批发|零售|经营|服务|门市|工作室|加工|作坊|物流|运输"
    "|货运|快递|租赁|广告|印刷|塔吊|机械|废品|回收|家具|家居|窗帘|门窗|石材|木材|钢材|店|行"
    "|部|馆|厂|铺|摊|坊|屋|场|社|档|户)"
)
_REGION = re.compile(r"^.{1,8}?(?:省|市|县|区|旗|镇|乡|街道|村)")
_FIRM_WORDS = re.compile("公司|集团|合作社|企业|工厂|中心|学校|医院|事务所|有限")
_HAN = re.compile(r"^[㐀-鿿·]{2,6}$")

_SEVEN_DIGITS = re.compile(r"\d[\d\s-]{5,}\d")
_MOBILE = re.compile(r"(?<!\d)(1[3-9]\d)[\s-]?\d{4}[\s-]?(\d{4})(?!\d)")
_ONE_MOBILE = re.compile(r"1[3-9][0-9]{9}$")
_FIXED = re.compile(r"(?<!\d)(0\d{2,3})([\s-]?)\d{3,4}(\d{4})(?!\d)")
_CERTIFICATE = re.compile(r"(?<![0-9A-Za-z])(\d{6})\d{5,8}(\d{3}[0-9Xx])(?![0-9A-Za-z])")
_LONG_NUMBER = re.compile(r"(?<![\d*])(\d{3})\d+(\d{4})(?!\d)")
_TOWN = re.compile(r"^.*?(?:街道(?:办事处)?|[^市镇]镇|[^城]乡|苏木)(?!路|街|巷)")
_DISTRICT = re.compile(r"^.*?(?:区|县|旗|市(?!场))")


@dataclass(frozen=True)
class Masker:
    """Hides what identifies a person; with `masked=False` everything passes unchanged.

    >>> masker = Masker(masked=True)
    >>> masker.phone("13800138000"), masker.customer("张三丰", "person")
    ('138****8000', '张*丰')
    """

    masked: bool = True

    @property
    def note(self) -> str:
        """Return what the footer says: 已脱敏, or that it is not."""
        return MASKED_NOTE if self.masked else "未脱敏，专人专用"

    def customer(self, name: Any, customer_type: Any = None) -> str:
        """Return a customer's name; only people are masked.

        Args:
            name: Name as in the book.
            customer_type: Code of `CustomerType`; unknown lets the name itself decide.

        >>> Masker().customer("清河县张国强副食店", "sole_trader")
        '清河县张*强副食店'
        >>> Masker().customer("王记烟酒店", "sole_trader"), Masker().customer("李四", None)
        ('王记烟酒店', '李*')
        """
        text = _text(name)
        if not self.masked or not text:
            return text
        if not is_unknown(customer_type) and customer_type in _PERSONS:
            return mask_name(text)
        if not is_unknown(customer_type) and customer_type in _FIRMS:
            return text
        if _FIRM_WORDS.search(text):
            return text
        if _is_person_name(text):
            return mask_name(text)
        return _mask_name_in_trade_name(text)

    def person(self, name: Any) -> str:
        """Return a natural person's name."""
        text = _text(name)
        return mask_name(text) if self.masked else text

    def phone(self, number: Any) -> str:
        """Return one or several phone numbers.

        >>> Masker().phone("0571-87654321；139 0013 9000")
        '0571-****4321；139****9000'
        """
        text = _text(number)
        return _mask_numbers(text) if self.masked else text

    def cert_no(self, number: Any, customer_type: Any = None) -> str:
        """Return an identity number; a firm's credit code is public.

        >>> Masker().cert_no("430181198001011234"), Masker().cert_no("91330100MA27X00000", "company")
        ('430181********1234', '91330100MA27X00000')
        """
        text = _text(number)
        firm = not is_unknown(customer_type) and customer_type in _FIRMS
        if not self.masked or firm or "*" in text or len(text) <= 4:
            return text
        keep = 6 if len(text) >= 15 else 0
        return text[:keep] + "*" * (len(text) - keep - 4) + text[-4:]

    def address(self, address: Any) -> str:
        """Return an address as far as the street office or town.

        >>> Masker().address("清河县武松街道学府路28号"), Masker().address("滨江市场3排12号")
        ('清河县武松街道…', '滨江市场…')
        """
        text = _text(address)
        if not self.masked or not text or text.endswith("…"):
            return text
        kept = _TOWN.match(text) or _DISTRICT.match(text)
        head = kept.group() if kept else re.split(r"[0-9０-９#＃一二三四五六七八九十]", text)[0]
        head = head[:12] or text[:2]
        return head if head == text else head + "…"

    def text(self, words: Any) -> str:
        """Return free words with phone, card and identity numbers masked.

        >>> Masker().text("电话13800138000，证件430181198001011234")
        '电话138****8000，证件430181********1234'
        """
        text = _text(words)
        return _mask_numbers(text) if self.masked else text


def mask_name(name: str) -> str:
    """Return a person's name with the middle hidden; a masked name stays as it is.

    >>> [mask_name(n) for n in ("张三", "张三丰", "欧阳小丰", "张*", "李")]
    ['张*', '张*丰', '欧**丰', '张*', '*']
    """
    if "*" in name or not name:
        return name
    if len(name) == 1:
        return "*"
    if len(name) == 2:
        return name[0] + "*"
    return name[0] + "*" * (len(name) - 2) + name[-1]


def _text(value: Any) -> str:
    return "" if is_unknown(value) else str(value)


def _mask_numbers(text: str) -> str:
    if len(text) == 11 and _ONE_MOBILE.match(text):  # most phones are nothing else
        return f"{text[:3]}****{text[7:]}"
    if not _SEVEN_DIGITS.search(text):
        return text
    text = _CERTIFICATE.sub(lambda m: f"{m[1]}{'*' * (len(m[0]) - 10)}{m[2]}", text)
    text = _MOBILE.sub(r"\1****\2", text)
    text = _FIXED.sub(r"\1\2****\3", text)
    return _LONG_NUMBER.sub(r"\1****\2", text)


def _is_person_name(text: str) -> bool:
    if not _HAN.match(text) or _TRADE_WORDS.search(text[1:]):
        return False
    if "·" in text or text.startswith(_DOUBLE_SURNAMES):
        return True
    return text[0] in _SURNAMES and len(text) <= 3


def _mask_name_in_trade_name(text: str) -> str:
    region = _REGION.match(text)
    start = region.end() if region else 0
    trade = _TRADE_WORDS.search(text, start + 1)
    if trade is None:
        return text
    brand = text[start : trade.start()]
    if not _is_person_name(brand) or brand[1] in _TRADE_SECOND:
        return text
    return text[:start] + mask_name(brand) + text[trade.start() :]
