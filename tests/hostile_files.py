"""Files built to hurt whoever opens them, the same every time; none is ever on disk here.

`named()` are attacks by name, `mutants(n)` a real ledger of 200 rows with bytes, tags and
numbers changed. Packed bombs are made from repeated blocks, so the list is quick to build.
"""

from __future__ import annotations

import io
import random
import re
import struct
import zipfile
from collections.abc import Callable, Iterator
from functools import cache

import xlsxwriter

from tests.builders_book import HEADER, sheet_xml
from tests.raw_zip import MIB, Part, archive, endless, part

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
SHEET = "xl/worksheets/sheet1.xml"
SEED = 20261125
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
Maker = Callable[[], bytes]


def book_parts(**other: str | bytes | Part) -> list[Part]:
    """Return the parts of a small workbook; keyword `sheet`, `shared`, `book`, `links`, `styles`."""
    texts = {
        "types": (
            "[Content_Types].xml",
            f'<Types xmlns="{PACKAGE}/content-types"><Default Extension="xml" ContentType="application/xml"/></Types>',
        ),
        "top": (
            "_rels/.rels",
            f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="r1" Type="{LINKS}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        ),
        "book": (
            "xl/workbook.xml",
            f'<workbook xmlns="{MAIN}" xmlns:r="{LINKS}"><sheets><sheet name="借据" sheetId="1" r:id="rId1"/></sheets></workbook>',
        ),
        "links": (
            "xl/_rels/workbook.xml.rels",
            f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="rId1" Type="{LINKS}/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="{LINKS}/sharedStrings" Target="sharedStrings.xml"/></Relationships>',
        ),
        "styles": (
            "xl/styles.xml",
            f'<styleSheet xmlns="{MAIN}"><cellXfs count="1"><xf numFmtId="0"/></cellXfs></styleSheet>',
        ),
        "shared": (
            "xl/sharedStrings.xml",
            f'<sst xmlns="{MAIN}" count="1" uniqueCount="1"><si><t>甲</t></si></sst>',
        ),
        "sheet": (SHEET, sheet_xml('<row r="1"><c r="A1"><v>1</v></c></row>').decode()),
    }
    parts = []
    for key, (name, text) in texts.items():
        own = other.get(key, text)
        if isinstance(own, Part):
            parts.append(own)
        else:
            parts.append(part(name, own.encode() if isinstance(own, str) else own))
    return parts


def book(**other: str | bytes | Part) -> bytes:
    """Return a small workbook with some parts replaced."""
    return archive(book_parts(**other))


def cells(*addresses: str) -> bytes:
    """Return a sheet with a 1 in each of these cells."""
    return sheet_xml(
        "".join(
            f'<row r="{re.sub("[A-Z]", "", a)}"><c r="{a}"><v>1</v></c></row>' for a in addresses
        )
    )


HEAD = sheet_xml("").split(b"</sheetData>")[0]
TAIL = b"</sheetData></worksheet>"


def bombs() -> dict[str, Maker]:
    """Return what grows without end when it is unpacked."""

    def overlapping() -> bytes:
        big = endless(SHEET, HEAD, b"<row/>", 1024, TAIL)
        parts = book_parts(sheet=big)
        start = sum(30 + len(p.name.encode()) + len(p.packed) for p in parts[:-1])
        copies = [Part(f"xl/media/{n}", b"", big.size, offset=start) for n in range(60_000)]
        return archive([*parts, *copies])

    def lying(size: int) -> bytes:
        big = endless(SHEET, HEAD, b"<row/>", 1024, TAIL)
        return book(sheet=Part(SHEET, big.packed, size))

    text = f'<sst xmlns="{MAIN}" count="1" uniqueCount="1"><si><t>'.encode()
    return {
        "sheet_10gib": lambda: book(sheet=endless(SHEET, HEAD, b"<row></row>", 10 * 1024, TAIL)),
        "sheet_1gib": lambda: book(sheet=endless(SHEET, HEAD, b"<row></row>", 1024, TAIL)),
        "string_4gib": lambda: book(
            shared=endless("xl/sharedStrings.xml", text, b"a", 4096, b"</t></si></sst>")
        ),
        "blanks_4gib": lambda: book(sheet=endless(SHEET, HEAD, b" ", 4096, TAIL)),
        "cells_512mib": lambda: book(
            sheet=endless(SHEET, HEAD + b"<row>", b'<c s="0"/>', 512, b"</row>" + TAIL)
        ),
        "values_512mib": lambda: book(
            sheet=endless(SHEET, HEAD, b"<row><c><v>1</v></c></row>", 512, TAIL)
        ),
        "overlap_60000": overlapping,
        "claims_4pib": lambda: lying(4_500_000_000_000_000),
        "claims_1000_bytes": lambda: lying(1_000),
        "claims_6_mib": lambda: lying(6 * 1024 * 1024),  # enough to be read by whole arrays
        "styles_1gib": lambda: book(
            styles=endless("xl/styles.xml", f'<styleSheet xmlns="{MAIN}">'.encode(), b"<xf/>", 1024)
        ),
        "index_1gib": lambda: book(book=endless("xl/workbook.xml", b"<workbook>", b"<a/>", 1024)),
        "ods_1gib": lambda: archive([endless("content.xml", b"<a>", b"<b/>", 1024, b"</a>")]),
        "xlsb_1gib": lambda: archive([endless("xl/workbook.bin", b"", b"\0", 1024)]),
        "member_1gib": lambda: archive([endless("台账.csv", b"a,b\n", b"1,2\n", 1024)]),
        "parts_70000": lambda: archive([part(f"xl/workbook{n}", b"") for n in range(70_000)]),
    }


def counts() -> dict[str, Maker]:
    """Return what claims absurd counts, places and areas."""
    many = "".join(f'<sheet name="s{n}" sheetId="{n}" r:id="rId1"/>' for n in range(1, 50_001))
    merges = "".join(f'<mergeCell ref="A{n}:B{n}"/>' for n in range(1, 200_001))

    def merged(areas: str) -> bytes:
        return book(
            sheet=cells("A1").replace(
                b"</worksheet>", f"<mergeCells>{areas}</mergeCells></worksheet>".encode()
            )
        )

    def strings(count: str) -> bytes:
        return book(
            shared=f'<sst xmlns="{MAIN}" count="{count}" uniqueCount="{count}"><si><t>a</t></si></sst>'
        )

    return {
        "unique_4g": lambda: strings("4000000000"),
        "unique_1e18": lambda: strings("1000000000000000000"),
        "unique_negative": lambda: strings("-1"),
        "styles_4g": lambda: book(
            styles=f'<styleSheet xmlns="{MAIN}"><cellXfs count="4000000000"><xf numFmtId="0"/></cellXfs></styleSheet>'
        ),
        "last_cell": lambda: book(sheet=cells("A1", "XFD1048576")),
        "last_cell_alone": lambda: book(sheet=cells("XFD1048576")),
        "last_row": lambda: book(sheet=cells("A1", "A1048576")),
        "last_column": lambda: book(sheet=cells("A1", "XFD1")),
        "row_4294967295": lambda: book(
            sheet=sheet_xml('<row r="4294967295"><c r="A4294967295"><v>1</v></c></row>')
        ),
        "row_jump": lambda: book(
            sheet=sheet_xml(
                '<row r="1"><c><v>1</v></c></row><row r="4294967290"><c><v>1</v></c></row>'
            )
        ),
        "column_beyond": lambda: book(sheet=cells("ZZZZZZ1")),
        "address_nonsense": lambda: book(
            sheet=sheet_xml('<row r="x"><c r="1A!"><v>1</v></c></row>')
        ),
        "shared_index_beyond": lambda: book(
            sheet=sheet_xml('<row r="1"><c r="A1" t="s"><v>99999999</v></c></row>')
        ),
        "dimension_huge": lambda: book(
            sheet=cells("A1").replace(
                b"<sheetData>", b'<dimension ref="A1:XFD1048576"/><sheetData>'
            )
        ),
        "dimension_nonsense": lambda: book(
            sheet=cells("A1").replace(b"<sheetData>", b'<dimension ref="Z9:A1"/><sheetData>')
        ),
        "sheets_50000": lambda: book(
            book=f'<workbook xmlns="{MAIN}" xmlns:r="{LINKS}"><sheets>{many}</sheets></workbook>'
        ),
        "merges_200000": lambda: merged(merges),
        "merge_whole_sheet": lambda: merged('<mergeCell ref="A1:XFD1048576"/>'),
        "merge_backwards": lambda: merged(
            '<mergeCell ref="C3:A1"/><mergeCell ref="A0:ZZZZ99999999"/>'
        ),
        "ods_repeated": lambda: ods(
            '<table:table-row table:number-rows-repeated="1048576"><table:table-cell '
            'table:number-columns-repeated="16384" office:value-type="float" office:value="1"/></table:table-row>'
        ),
    }


def ods(rows: str, *, before: str = "") -> bytes:
    """Return an OpenDocument spreadsheet of one table."""
    names = "urn:oasis:names:tc:opendocument:xmlns"
    content = (
        f'<?xml version="1.0"?>{before}<office:document-content xmlns:office="{names}:office:1.0" '
        f'xmlns:table="{names}:table:1.0" xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0" xmlns:text="{names}:text:1.0"><office:body><office:spreadsheet>'
        f'<table:table table:name="借据">{rows}</table:table></office:spreadsheet></office:body></office:document-content>'
    )
    kind = b"application/vnd.oasis.opendocument.spreadsheet"
    manifest = (
        f'<manifest:manifest xmlns:manifest="{names}:manifest:1.0">'
        '<manifest:file-entry manifest:full-path="/"/></manifest:manifest>'
    )
    return archive(
        [
            Part("mimetype", kind, len(kind), zipfile.zlib.crc32(kind), method=0),  # type: ignore[attr-defined]
            part("META-INF/manifest.xml", manifest.encode()),
            part("content.xml", content.encode()),
        ]
    )


def entities() -> dict[str, Maker]:
    """Return documents with definitions of their own, and links that lead outside."""
    laughs = '<!DOCTYPE x [<!ENTITY a "ha">' + "".join(
        f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefghi", "bcdefghij", strict=True)
    )
    bomb = laughs + "]>"
    outside = '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
    one = '<row r="1"><c r="A1" t="inlineStr"><is><t>&{};</t></is></c></row>'

    def linked(target: str, mode: str = "") -> bytes:
        return book(
            links=f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="rId1" Type="{LINKS}/worksheet" Target="{target}"{mode}/></Relationships>'
        )

    plain = {p.name: p for p in book_parts()}
    makers: dict[str, Maker] = {
        "laughs_sheet": lambda: book(sheet=sheet_xml(one.format("j"), root=bomb)),
        "laughs_utf16": lambda: book(
            sheet=sheet_xml(one.format("j"), root=bomb)
            .decode()
            .replace("UTF-8", "UTF-16")
            .encode("utf-16")
        ),
        "doctype_far_down": lambda: book(
            sheet=sheet_xml(one.format("j"), root="<!--" + " " * 5 * MIB + "-->" + bomb)
        ),
        "xxe": lambda: book(sheet=sheet_xml(one.format("e"), root=outside)),
        "laughs_ods": lambda: ods("<table:table-row/>", before=bomb),
        "laughs_xml_2003": lambda: XML_2003.format(bomb, "&j;").encode(),
        "link_to_a_file": lambda: linked("file:///etc/passwd", ' TargetMode="External"'),
        "link_upwards": lambda: linked("../../../../etc/passwd"),
        "link_to_itself": lambda: linked("workbook.xml"),
        "no_links": lambda: archive([p for n, p in plain.items() if "rels/workbook" not in n]),
        "no_sheet_part": lambda: archive([p for n, p in plain.items() if n != SHEET]),
        "no_sheets": lambda: book(book=f'<workbook xmlns="{MAIN}"><sheets/></workbook>'),
    }
    for key, name in (("book", "xl/workbook.xml"), ("shared", "xl/sharedStrings.xml")):
        text = bomb.encode() + _inflate(plain[name])
        makers[f"laughs_{key}"] = lambda key=key, text=text: book(**{key: text})  # type: ignore[misc]
    return makers


def _inflate(entry: Part) -> bytes:
    return zipfile.zlib.decompress(entry.packed, -15)  # type: ignore[attr-defined, no-any-return]


XML_2003 = (
    '<?xml version="1.0"?>{}<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" '
    'xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet"><Worksheet ss:Name="a"><Table>'
    '<Row><Cell><Data ss:Type="String">{}</Data></Cell></Row></Table></Worksheet></Workbook>'
)


def texts() -> dict[str, Maker]:
    """Return text tables and pages: huge, lying, or in a writing that cannot be told."""
    line = "客户名称,贷款余额（元）,到期日期\n刘桂芳,200000,2027-03-01\n孙立新,350000,2027-01-20\n"
    trad = "客戶名稱,貸款餘額,到期日期\n劉桂芳,200000,2027-03-01\n孫立新,350000,2027-01-20\n"
    row = '<Row ss:Index="{}"><Cell ss:Index="{}" ss:MergeAcross="{}"><Data>1</Data></Cell></Row>'
    table = XML_2003.split("<Row>")[0] + "{}" + "</Table></Worksheet></Workbook>"
    return {
        "csv_one_line_50mb": lambda: b"a" * (50 * MIB),
        "csv_one_quote_50mb": lambda: b'a,b\n"' + b"a\n" * (25 * MIB),
        "csv_commas_20mb": lambda: b"," * (20 * MIB),
        "csv_a_million_columns": lambda: ",".join(f"c{n}" for n in range(1_000_000)).encode(),
        "csv_empty_lines_50mb": lambda: b"a,b\n" + b"\n" * (50 * MIB),
        "csv_short_lines_30mb": lambda: b"a,b\n" + b"1,\n" * (10 * MIB),
        "csv_nul": lambda: line.encode().replace(b"200000", b"20\x000000"),
        "csv_big5": lambda: trad.encode("big5"),
        "csv_shift_jis": lambda: "顧客名,残高,満期日\nたなか,200000,2027-03-01\n".encode(
            "shift_jis"
        ),
        "csv_euc_kr": lambda: "고객명,대출잔액,만기일\n김철수,200000,2027-03-01\n".encode("euc_kr"),
        "csv_utf32": lambda: line.encode("utf-32"),
        "csv_utf7": lambda: line.encode("utf-7"),
        "csv_mixed": lambda: line.encode("utf-8") + line.encode("gb18030"),
        "csv_bom_but_gbk": lambda: b"\xef\xbb\xbf" + line.encode("gbk"),
        "csv_half_a_character": lambda: line.encode("gb18030")[:-1] + b"\xb5",
        "html_spans": lambda: (
            b"<table>" + b"<tr><td rowspan=9999 colspan=9999>a</td></tr>" * 50 + b"</table>"
        ),
        "html_unclosed_20mb": lambda: b"<table>" + b"<tr><td" * (3 * MIB),
        "html_cells_20mb": lambda: b"<table><tr>" + b"<td>" * (5 * MIB),
        "html_nested": lambda: b"<table><tr><td>" * 200_000,
        "html_less_than_10mb": lambda: b"<table><tr><td>" + b"<" * (10 * MIB),
        "xml_row_jump": lambda: table.format("", row.format(9_999_999, 1, 0)).encode(),
        "xml_column_jump": lambda: table.format("", row.format(1, 9_999_999, 0)).encode(),
        "xml_merge_far": lambda: table.format("", row.format(1, 1, 9_999_999)).encode(),
        "xml_rows_apart": lambda: table.format(
            "", "".join(row.format(n * 90_000, 1, 0) for n in range(1, 1000))
        ).encode(),
        "xml_nested": lambda: XML_2003.format("", "<a>" * 500_000).encode(),
        "xml_cells_50mb": lambda: table.format(
            "", "<Row>" + "<Cell/>" * (7 * MIB) + "</Row>"
        ).encode(),
        "fake_xls_text": lambda: b"this is no table at all",
        "fake_xls_program": lambda: b"MZ\x90\x00" + bytes(range(256)) * 40,
        "fake_xls_script": lambda: b"<html><script>" + b"a" * 10_000,
        "fake_xls_mhtml": lambda: b"MIME-Version: 1.0\r\nContent-Type: multipart/related\r\n",
        "fake_xls_zip_head": lambda: b"PK\x03\x04" + b"\0" * 1000,
        "fake_xls_empty_zip": lambda: b"PK\x05\x06" + b"\0" * 18,
    }


def ole_files() -> dict[str, Maker]:
    """Return broken compound files: loops, lies about sectors, locked without a key."""

    def header(**other: int) -> bytearray:
        head = bytearray(512)
        head[:8] = OLE
        struct.pack_into("<HHHHH", head, 24, 0x3E, 3, 0xFFFE, 9, 6)
        for at in range(76, 512, 4):
            struct.pack_into("<I", head, at, 0xFFFFFFFF)
        fields = {"fat_count": 44, "directory": 48, "mini_cut": 56, "mini": 60, "mini_count": 64}
        fields |= {"difat": 68, "difat_count": 72, "fat": 76}
        usual = {"fat_count": 1, "directory": 1, "mini_cut": 4096, "mini": 0xFFFFFFFE}
        usual |= {"difat": 0xFFFFFFFE, "fat": 0}
        for key, value in (usual | other).items():
            struct.pack_into("<I", head, fields[key], value)
        return head

    loop = struct.pack("<128I", 0xFFFFFFFD, 1, 2, *[0xFFFFFFFF] * 125)
    root = "Workbook".encode("utf-16-le").ljust(64, b"\0")
    entry = root + struct.pack("<HBBIII", 18, 2, 1, 0, 0, 0) + b"\0" * 36
    entry += struct.pack("<IQ", 2, 0x7FFFFFFF)
    directory = (entry * 4)[:512].ljust(512, b"\0")
    locked = "EncryptedPackage".encode("utf-16-le")
    return {
        "ole_loop": lambda: bytes(header()) + loop + directory + b"\x09\x08\x10\0" * 128,
        "ole_directory_loop": lambda: bytes(header(directory=2)) + loop + directory,
        "ole_difat_loop": lambda: bytes(header(difat=1, difat_count=0xFFFFFF)) + loop + directory,
        "ole_many_sectors": lambda: bytes(header(fat_count=0xFFFFFFFF)) + loop + directory,
        "ole_header_only": lambda: bytes(header()),
        "ole_locked_nonsense": lambda: bytes(header()) + loop + directory + locked,
    }


def named() -> dict[str, Maker]:
    """Return every attack by its name; each makes its bytes when called."""
    return {**bombs(), **counts(), **entities(), **texts(), **ole_files()}


@cache
def real_book() -> bytes:
    """Return a ledger of 200 rows as a bank would export it."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as workbook:
        sheet = workbook.add_worksheet("借据")
        day = workbook.add_format({"num_format": "yyyy-mm-dd"})
        sheet.merge_range("A1:G1", "清河农商银行贷款台账 数据日期：2026-11-15")
        sheet.write_row(1, 0, HEADER)
        for row in range(2, 202):
            sheet.write_row(
                row, 0, [f"JJ{row:04d}", f"K{row:03d}", f"清河县第{row}商店", row * 1000.5]
            )
            sheet.write_number(row, 4, 45_000 + row, day)
            sheet.write_number(row, 5, 46_000 + row, day)
            sheet.write_string(row, 6, "张伟民")
    return buffer.getvalue()


def mutants(count: int) -> Iterator[tuple[str, bytes]]:
    """Yield changed copies of the real book: XML edits, flipped bytes, cut ends."""
    chance = random.Random(SEED)
    with zipfile.ZipFile(io.BytesIO(real_book())) as opened:
        parts = {name: opened.read(name) for name in opened.namelist()}
    for number in range(count):
        if number % 10 < 7:
            yield f"xml_{number}", _changed_xml(parts, chance)
        elif number % 10 < 9:
            data = bytearray(real_book())
            for _ in range(chance.randrange(1, 8)):
                data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
            yield f"flip_{number}", bytes(data)
        else:
            yield f"cut_{number}", real_book()[: chance.randrange(1, len(real_book()))]


def _changed_xml(parts: dict[str, bytes], chance: random.Random) -> bytes:
    """Return the book with one of its parts edited and packed again."""
    name = chance.choice([n for n in parts if n.endswith((".xml", ".rels"))] + [SHEET] * 6)
    text = bytearray(parts[name])
    for _ in range(chance.randrange(1, 5)):
        kind = chance.randrange(6)
        at = chance.randrange(len(text))
        if kind == 0:
            numbers = list(re.finditer(rb"\d+", text))
            spot = chance.choice(numbers)
            huge = [b"0", b"-1", b"4294967295", b"1e308", b"99999999999999999999", b"NaN"]
            text[spot.start() : spot.end()] = chance.choice(huge)
        elif kind == 1:
            tag = chance.choice(list(re.finditer(rb"<[^>]*>", text)))
            del text[tag.start() : tag.end()]
        elif kind == 2:
            tag = chance.choice(list(re.finditer(rb"<[^>]*>", text)))
            text[tag.end() : tag.end()] = tag.group() * chance.randrange(1, 50)
        elif kind == 3:
            text[at : at + chance.randrange(40)] = b""
        elif kind == 4:
            text[at:at] = bytes(chance.randrange(256) for _ in range(chance.randrange(1, 9)))
        else:
            spot = chance.choice(list(re.finditer(rb'"[^"]*"', text)))
            text[spot.start() : spot.end()] = chance.choice(
                [b'""', b'"e"', b'"s"', b'"XFD1048576"', b'"' + b"A" * 5000 + b'"']
            )
    return archive([part(n, bytes(text) if n == name else data) for n, data in parts.items()])
