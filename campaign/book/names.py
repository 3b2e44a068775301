"""Names of people, firms and branches as they are compared."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

PIECE = 1_000

_BEFORE_BRANCH = re.compile(r"^.*?(?:银行|农商行|联社|农信社|信用社)(?:股份有限公司)?(?=.{2,})")
_AFTER_BRANCH = re.compile(r"(?:支行|分理处|网点|分社|营业所)$")


def plain_name(name: str) -> str:
    """Return a name as compared: one width, no blanks, one kind of brackets and dots.

    >>> plain_name("张 三"), plain_name("清河（有限公司)")
    ('张三', '清河(有限公司)')
    """
    if not name.isascii():
        name = unicodedata.normalize("NFKC", name)
    return "".join(name.split()).replace("•", "·").rstrip(".")


def plain_names(names: Sequence[str]) -> list[str]:
    """Return names as `plain_name` has them; of hundreds of thousands many in one go.

    >>> plain_names(["张 三", "清河（有限公司)", "A."])
    ['张三', '清河(有限公司)', 'A']
    """
    plain: list[str] = []
    for start in range(0, len(names), PIECE):
        piece = names[start : start + PIECE]
        joined = unicodedata.normalize("NFKC", "\0".join(piece))
        found = "".join(joined.split()).replace("•", "·").split("\0")
        if len(found) != len(piece):  # a name holds the sign between them
            found = list(map(plain_name, piece))
        plain += [name.rstrip(".") for name in found]
    return plain


def branch_key(name: str) -> str:
    """Return a branch name as compared: without the bank before it and 支行 after it.

    >>> branch_key("清河农商银行城南支行"), branch_key("城南")
    ('城南', '城南')
    """
    plain = plain_name(name)
    return _AFTER_BRANCH.sub("", _BEFORE_BRANCH.sub("", plain)) or plain
