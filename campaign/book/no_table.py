"""Files that are no table, told by their first bytes: pictures, documents, ciphers, lock files."""

from __future__ import annotations

from campaign.book import parquet_tables, text_tables
from campaign.book.preflight import MIB, SAVE_AGAIN
from campaign.errors import BookUnreadable

NOISE_LOOKED_AT = 2_048
NOISE_SHARE = 0.05
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_NOT_TABLES = (
    (b"%PDF", "PDF 文件"),
    (b"\x89PNG", "图片"),
    (b"\xff\xd8\xff", "图片"),
    (b"GIF8", "图片"),
    (b"BM", "图片"),
    (b"PK\x05\x06", "空的压缩包"),
    (b"MZ", "程序"),
    (b"Rar!", "RAR 压缩包"),
    (b"7z\xbc\xaf", "7z 压缩包"),
    (b"{\\rtf", "Word 文档"),
    (b"L\x00\x00\x00\x01\x14\x02\x00", "快捷方式"),
    (b"\x09\x04\x06\x00", "Excel 4 以前的旧格式"),
    (b"\x09\x02\x06\x00", "Excel 4 以前的旧格式"),
    (b"\x09\x00\x04\x00", "Excel 4 以前的旧格式"),
)


def too_many_bytes(name: str, most: int) -> BookUnreadable:
    """Return the refusal of a file of more bytes than can be read."""
    return BookUnreadable(f"文件“{name}”超过 {most // MIB:,} MB。", "请按支行分开导出。")


def refuse_what_is_no_table(start: bytes, size: int, name: str, *, blank: bool) -> None:
    """Refuse a file that is no table by its name, its start or its size.

    Args:
        start: Its first bytes.
        size: How many there are.
        name: Its name.
        blank: Whether they say nothing at all.

    Raises:
        BookUnreadable: It is none, or too large.
    """
    if name.startswith("~$"):
        raise BookUnreadable(f"“{name}”是 Excel 打开文件时留下的锁文件。", "请选不带 ~$ 的那一个。")
    if blank:
        raise BookUnreadable(f"文件“{name}”是空的。", "请重新导出。")
    for mark, kind in _NOT_TABLES:
        if start.startswith(mark):
            raise BookUnreadable(f"“{name}”是{kind}，不是台账。", SAVE_AGAIN)
    if _is_cipher(start[:NOISE_LOOKED_AT]):
        raise BookUnreadable(
            f"文件“{name}”不是认识的格式，像是被文档加密软件加密了。", "请在行内解密后再传。"
        )
    packed = start.startswith((b"PK", OLE))
    most = text_tables.MOST_BYTES if packed else text_tables.MOST_TEXT_BYTES
    if size > most:
        raise too_many_bytes(name, most)


def _is_cipher(start: bytes) -> bool:
    """Return whether bytes read like noise: the documents of a bank are often enciphered."""
    if b"E-SafeNet" in start[:64]:
        return True
    if len(start) < NOISE_LOOKED_AT or start.startswith((b"PK", OLE, parquet_tables.MARK)):
        return False
    control = sum(1 for byte in start if byte < 32 and byte not in b"\t\r\n\f")
    zeros = start.count(0)
    return control - zeros > NOISE_SHARE * len(start) and zeros < NOISE_SHARE * len(start)


def kind_of_text(start: bytes, name: str) -> str:
    """Return parquet, csv, html or xml by what the file begins with."""
    if start.startswith(parquet_tables.MARK):
        return "parquet"
    head = start.lower().replace(b"\0", b"")
    if b"urn:schemas-microsoft-com:office:spreadsheet" in head and b"<?xml" in head:
        return "xml"
    if head.startswith((b"mime-version", b"message-id", b"from:")):
        raise BookUnreadable(f"文件“{name}”是网页归档（MHTML）。", SAVE_AGAIN)
    if any(tag in head for tag in (b"<html", b"<table", b"<meta", b"<!doctype html")):
        return "html"
    return "csv"
