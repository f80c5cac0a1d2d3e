"""What a pool's people must not see, taken out of a customer's text. Pure, linear in its length.

`payment` takes out card numbers and resident registration numbers; `contact` e-mail addresses and
phone numbers as well; `none` leaves everything. What is taken out is named: [card], [e-mail].
"""

import re
from typing import Literal

Redaction = Literal["none", "payment", "contact"]

_CARD = re.compile(r"(?<![\d.])\d(?:[ \-.]?\d){12,18}(?!\d)")
_RESIDENT = re.compile(r"(?<!\d)(\d{2})(\d{2})(\d{2})[ \-]?[1-8]\d{6}(?!\d)")
_MAIL = re.compile(r"[\w.+\-]{1,64}@[\w\-]{1,63}(?:\.[\w\-]{1,63}){1,8}")
_PHONE = re.compile(
    r"(?:(?<![0-9A-Za-z+])|(?<=\d)(?=[+(]))(?:"  # one right behind another as well
    r"(?:\+|0|\(0)\d{0,4}(?:[ ./()\-]{0,2}\d){6,14}"  # with a country or trunk prefix
    r"|\(?\d{3}\)?[ .\-]{1,2}\d{3}[ .\-]\d{4}"  # as North America writes them
    r")(?!\d)"
)
_MONTHS, _DAYS = 12, 31


def redact(text: str, level: Redaction) -> str:
    """The text without what the level takes out."""
    if level == "none":
        return text
    text = _RESIDENT.sub(_resident, text)
    text = _CARD.sub(lambda found: "[card]" if _is_card(found[0]) else found[0], text)
    if level == "contact":
        text = _MAIL.sub("[e-mail]", text)
        text = _PHONE.sub("[phone]", text)
    return text


def _resident(found: re.Match[str]) -> str:
    """A resident registration number begins with a date; other numbers of 13 digits stay."""
    dated = 1 <= int(found[2]) <= _MONTHS and 1 <= int(found[3]) <= _DAYS
    return "[resident number]" if dated else found[0]


def _is_card(text: str) -> bool:
    """The check digit of ISO/IEC 7812 (Luhn): one number in ten has it by chance."""
    digits = [int(each) for each in text if each.isdecimal()]
    doubled = (each * 2 - 9 if each > 4 else each * 2 for each in digits[-2::-2])  # noqa: PLR2004 # two digits from 5 on
    return (sum(digits[-1::-2]) + sum(doubled)) % 10 == 0
