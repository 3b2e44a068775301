"""Opens an encrypted workbook with its password; the password is never kept or logged.

The decryption runs in the child, as every parser does: a file can ask for a thousand million
rounds of hashing.
"""

from __future__ import annotations

import struct
from importlib.util import find_spec

from campaign.book.calamine_process import MIB, ReaderFailed, ReaderProcess
from campaign.errors import BookUnreadable

MEMORY = 512 * MIB
SECONDS = 8.0
BYTES_A_SECOND = 8 * MIB
LOCKED_HINT = "请用 --password-env 给出密码，或先取消密码。"


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
        return next(bytes(message[1]) for message in child.messages() if message[0] == "plain")
    except (ReaderFailed, StopIteration) as error:
        if isinstance(error, ReaderFailed) and error.kind == "wrong_password":
            raise BookUnreadable(
                f"文件“{name}”的密码不对，或加密方式不认识。", "请重新输入密码。"
            ) from error
        raise BookUnreadable(
            f"文件“{name}”解密时出错，文件可能已损坏。", "请在 Excel 中取消密码后再试。"
        ) from error
    finally:
        child.close()
