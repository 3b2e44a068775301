"""Opens an encrypted workbook with its password; the password is never kept or logged."""

from __future__ import annotations

import importlib
import io

from campaign.errors import BookUnreadable


def decrypted(data: bytes, name: str, password: str | None) -> bytes:
    """Return the plain bytes of an encrypted workbook.

    Raises:
        BookUnreadable: No password was given, it is wrong, or nothing here can decrypt.
    """
    if not password:
        raise BookUnreadable(
            f"文件“{name}”有打开密码。", "请用 --password-env 给出密码，或先取消密码。"
        )
    try:
        msoffcrypto = importlib.import_module("msoffcrypto")
    except ImportError as error:
        raise BookUnreadable(
            f"文件“{name}”有打开密码，本机没有装解密部件 msoffcrypto-tool。",
            "请在 Excel 中取消密码后再试。",
        ) from error
    plain = io.BytesIO()
    try:
        locked = msoffcrypto.OfficeFile(io.BytesIO(data))
        locked.load_key(password=password)
        locked.decrypt(plain)
    except Exception as error:  # noqa: BLE001 - the library raises many kinds
        raise BookUnreadable(
            f"文件“{name}”的密码不对，或加密方式不认识。", "请重新输入密码。"
        ) from error
    return plain.getvalue()
