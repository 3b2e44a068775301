"""Names of people, firms and branches as they are compared."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

PIECE = 1_000

_BEFORE_BRANCH = re.compile(r"^.*?(?:银行|农商行|联社|农信社|信用社)(?:股份有限公司)?(?=.{2,})")
_AFTER_BRANCH = re.compile(r"(?:支行|分理处|网点|分社|营业所)$")


def without_blanks(text: str) -> str:
    """Return a text in one width, without blanks.

    >>> without_blanks("合　计： ")
    '合计:'
    """
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text)
    return "".join(text.split())


def all_without_blanks(texts: Sequence[str]) -> list[str]:
    """Return what `without_blanks` makes of each text, all in one go.

    >>> all_without_blanks(["合　计： ", "ＡＢ"])
    ['合计:', 'AB']
    """
    found = without_blanks("\0".join(texts)).split("\0")
    if len(found) != len(texts):  # a text holds the sign between them
        return list(map(without_blanks, texts))
    return found


def plain_name(name: str) -> str:
    """Return a name as compared: one width, no blanks, one kind of brackets and dots.

    >>> plain_name("张 三"), plain_name("清河（有限公司)")
    ('张三', '清河(有限公司)')
    """
    return without_blanks(name).replace("•", "·").rstrip(".")


def plain_names(names: Sequence[str]) -> list[str]:
    """Return names as `plain_name` has them; of hundreds of thousands many in one go.

    >>> plain_names(["张 三", "清河（有限公司)", "A."])
    ['张三', '清河(有限公司)', 'A']
    """
    plain: list[str] = []
    for start in range(0, len(names), PIECE):
        piece = names[start : start + PIECE]
        plain += [name.replace("•", "·").rstrip(".") for name in all_without_blanks(piece)]
    return plain


def branch_key(name: str) -> str:
    """Return a branch name as compared: without the bank before it and 支行 after it.

    >>> branch_key("清河农商银行城南支行"), branch_key("城南")
    ('城南', '城南')
    """
    plain = plain_name(name)
    return _AFTER_BRANCH.sub("", _BEFORE_BRANCH.sub("", plain)) or plain
