"""Opens an encrypted workbook with its password; the password is never kept or logged.

The decryption runs in the child, as every parser does: a file can ask for a thousand million
rounds of hashing.
"""

from __future__ import annotations

import re
import struct
from importlib.util import find_spec
from pathlib import Path

from campaign.book.calamine_process import MIB, ReaderFailed, ReaderProcess, messages
from campaign.errors import BookUnreadable

MEMORY = 512 * MIB
SECONDS = 3.0
BYTES_A_SECOND = 8 * MIB
LOCKED_HINT = "请用 --password-env 给出密码，或先取消密码。"


_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PACKAGE = "EncryptedPackage".encode("utf-16-le")
# The record FILEPASS stands right behind the first record of an old workbook, or one later.
_FILEPASS = re.compile(
    rb"\x09\x08[\x08\x10]\x00\x00[\x05\x06]\x05\x00[\s\S]{4,12}(?:\x86\x00\x00\x00)?\x2f\x00[\x04-\xff]\x00[\x00\x01]\x00"
)


class WrongPassword(BookUnreadable):
    """The password does not open the file, or the kind of encryption is unknown."""


def is_locked(data: bytes) -> bool:
    """Return whether a file asks for a password before it can be read."""
    if not data.startswith(_OLE):
        return False
    return _PACKAGE in data or _FILEPASS.search(data) is not None


def locked_bytes(path: Path) -> bytes | None:
    """Return the bytes of a file that is locked; None if it is not, or cannot be read."""
    try:
        with path.open("rb") as file:
            if file.read(len(_OLE)) != _OLE:
                return None
        data = path.read_bytes()
    except OSError:
        return None
    return data if is_locked(data) else None


def decrypted(data: bytes, name: str, password: str | None) -> bytes:
    """Return the plain bytes of an encrypted workbook.

    Raises:
        BookUnreadable: No password was given, it is wrong, or nothing here can decrypt.
    """
    if not password:
        raise BookUnreadable(f"文件“{name}”有打开密码。", LOCKED_HINT)
    if find_spec("msoffcrypto") is None:
        raise BookUnreadable(
            f"文件“{name}”有打开密码，本机没有装解密部件 msoffcrypto-tool。",
            "请在 Excel 中取消密码后再试。",
        )
    secret = password.encode("utf-8")
    child = ReaderProcess(
        struct.pack("<I", len(secret)) + secret + data,
        "decrypt",
        "-",
        memory=MEMORY + 8 * len(data),
        seconds=SECONDS + len(data) / BYTES_A_SECOND,
    )
    try:
        return next(bytes(told[1]) for _, told in messages([child]) if told[0] == "plain")
    except (ReaderFailed, StopIteration) as error:
        if isinstance(error, ReaderFailed) and error.kind == "wrong_password":
            raise WrongPassword(
                f"文件“{name}”的密码不对，或加密方式不认识。", "请重新输入密码。"
            ) from error
        raise BookUnreadable(
            f"文件“{name}”解密时出错，文件可能已损坏。", "请在 Excel 中取消密码后再试。"
        ) from error
    finally:
        child.close()
