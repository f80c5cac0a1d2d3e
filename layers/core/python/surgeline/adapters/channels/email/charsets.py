"""Bytes of a mail become text here, whatever charset they claim to have.

Many mails name no charset, a wrong one, or one that nobody has. Only charsets of human writing are
decoded, because Python's other codecs may take very long or unpack.
"""

import codecs
import re

_WRITING = re.compile(
    r"utf_?(?:8|16|32)(?:_?sig|_?[bl]e)?|ascii|iso8859_\d+|latin_?1|cp\d{3,5}|koi8_[rtu]"
    r"|mac_?[a-z]+|euc_[a-z]+(?:[_0-9a-z]*)?|shift_jis\w*|iso2022_\w+|gb\w+|big5\w*|hz|johab|tis_620"
    r"|ptcp154|kz1048|hp_roman8"
)
_WIDER = {
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "euc_kr": "cp949",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "big5": "big5hkscs",
    "tis-620": "cp874",
    "iso8859-11": "cp874",
}
"""Charsets that mail programs name although they write a wider one."""
_ALIASES = {
    "ks_c_5601": "cp949",
    "ks_c_5601_1987": "cp949",
    "ksc5601": "cp949",
    "x_windows_949": "cp949",
    "windows_949": "cp949",
    "windows_874": "cp874",
    "x_windows_874": "cp874",
    "ms874": "cp874",
    "x_sjis": "cp932",
    "x_gbk": "gb18030",
    "x_euc_jp": "euc_jp",
    "cp_850": "cp850",
    "iso_8859_8_i": "iso8859_8",
    "unicode_1_1_utf_8": "utf_8",
    "utf8mb4": "utf_8",
}
_GUESSES = ("utf-8", "cp949")
"""The charsets that are tried where none is named or the named one does not fit."""


def decoded(raw: bytes, charset: str | None) -> str:
    """Return the text. Bytes that no charset can be found for become replacement marks."""
    named = _codec(charset)
    tried = (named, *_GUESSES) if named and named != "cp1252" else _GUESSES
    for each in tried:
        try:
            return raw.decode(each)
        except (UnicodeError, ValueError):
            continue
    return raw.decode(named or "cp1252", "replace")


def _codec(charset: str | None) -> str | None:
    """Return the name of the codec for a charset of human writing, or None."""
    if not charset or not charset.isascii() or len(charset) > 40:  # noqa: PLR2004 # the longest has 25
        return None
    name = re.sub(r"[^a-z0-9]+", "_", charset.strip().lower()).strip("_")
    try:
        found = codecs.lookup(_ALIASES.get(name, name)).name
    except (LookupError, ValueError):
        return None
    if not _WRITING.fullmatch(found.replace("-", "_")):
        return None
    return _WIDER.get(found, found)
