"""A customer's own words are told from quoted history and from signatures here.

Mail programs mark history in many ways and languages. Where only history is left, all of it is
kept, so that no mail becomes empty.
"""

import re
from collections.abc import Sequence
from typing import Final

MOST_LINES: Final = 4_000
_LINE_CHARS: Final = 400
"""A line is judged by its beginning only."""
_SIGN_OFF_LINES: Final = 6
_SHORT: Final = 60

_QUOTED = re.compile(r"\s{0,3}[>|＞]")
_DIVIDER = re.compile(
    r"[\s>]{0,5}[-_=*]{2,20}\s{0,3}(?:original message|original-nachricht|ursprüngliche nachricht"
    r"|message d.origine|message original|mensaje original|mensagem original|messaggio originale"
    r"|oorspronkelijk bericht|original meddelande|원본 ?메[시세]지"
    r"|原始邮件|原始郵件|元のメッセージ)"
    r"\s{0,3}[-_=*]{2,20}",
    re.IGNORECASE,
)
_RULED = re.compile(r"[\s>]{0,5}[-_=*]{3,20}\s{0,3}[^\W\d_][^-_=*]{1,60}[-_=*]{3,20}\s{0,3}$")
"""A line of few words between two rules, which tells of history where its headers follow."""
_RULE = re.compile(r"\s{0,3}[_-]{20,}\s{0,3}$")
_FIELDS = {
    "from": "from|von|de|da|van|från|fra|od|보낸 ?사람|발신|보낸이|差出人|发件人|寄件者|จาก",
    "date": "sent|date|gesendet|datum|envoyé|enviad[oa]|data|fecha|inviato|verzonden|skickat"
    "|보낸 ?날짜|날짜|일시|送信日時|日時|发送时间|日期|寄件日期|วันที่",
    "to": "to|an|à|para|a|aan|till|til|do|cc|받[는은] ?사람|수신|받는이|宛先|收件人|ถึง",
    "subject": "subject|betreff|objet|asunto|assunto|oggetto|onderwerp|ämne|emne|temat|제목|件名"
    "|主题|主旨|เรื่อง",
}
_FIELD = re.compile(
    r"\*{0,2}(?:"
    + "|".join(f"(?P<{name}>{words})" for name, words in _FIELDS.items())
    + r")\s?:?\*{0,2}\s?[:：]",
    re.IGNORECASE,
)
_WROTE = re.compile(
    r"(?:wrote|writes|a écrit|escribió|escreveu(?: no dia .{1,80})?|ha scritto|пишет"
    r"|написал\(?а?\)?|님이 ?작성|작성"
    r"|님이 ?(?:쓴 글|썼습니다)|쓴 글|写道|寫道|のメール|のメッセージ|[はが]?書きました"
    r"|เขียนว่า"
    r"|(?:schrieb|schreef|skrev|napisał\(?a?\)?)(?: (?P<name>.{1,200}))?)"
    r"\s?[:：]\s{0,3}$",
    re.IGNORECASE,
)
_DAY = re.compile(
    r"(?:(?:on|le|am|el|em|il)\s(?:mon|tue|wed|thu|fri|sat|sun|lun|mar|mer|jeu|ven|sam|dim"
    r"|mié|jue|vie|sáb|dom|seg|ter|qua|qui|sex|mo|di|mi|do|fr|sa|so)\b\.?"
    r"|(?:(?:on|le|am|el|em|na|no|il|op|på|i|w|เมื่อ)\s?)?"
    r"(?:(?:yester|mon|tues|wednes|thurs|fri|satur|sun)day"
    r"|hier|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche"
    r"|gestern|montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonnabend|sonntag"
    r"|ayer|lunes|martes|miércoles|jueves|viernes|sábado|domingo"
    r"|ontem|(?:segunda|terça|quarta|quinta|sexta)(?:-feira)?"
    r"|ieri|lunedì|martedì|mercoledì|giovedì|venerdì|sabato|domenica"
    r"|gisteren|maandag|dinsdag|woensdag|donderdag|vrijdag|zaterdag|zondag"
    r"|(?:어제|[월화수목금토일]요일)에?|昨日|[月火水木金土日]曜日?に?"
    r"|昨天|(?:星期|周|週)[一二三四五六日天]"
    r"|วาน(?:นี้)?|(?:วัน)?(?:จันทร์|อังคาร|พุธ|พฤหัสบดี|ศุกร์|เสาร์|อาทิตย์)))"
    r"(?:[,、，]|\b|(?=\s)|$)",
    re.IGNORECASE,
)
"""A day as people name it, which some programs put in the place of a date."""
_NAME_WORDS: Final = 4
_GMAIL = re.compile(r"\d{4}年\d{1,2}月\d{1,2}日.{0,200}<[^<>\s]{3,200}>\s?[:：]?\s{0,3}$")
"""The Japanese and Chinese forms of Gmail have no verb."""
_OPENS = re.compile(
    r"(?:on|le|am|el|em|il|op|den|w dniu|于|在)\s|(?:ใน|เมื่อ)?วันที่|\d{4}[년年./-]|\d{1,2}[./]\d{1,2}"
    r"|.{1,80} schrieb am ",
    re.IGNORECASE,
)
_MARK = re.compile(r"-- ?$")
_SENT_FROM = re.compile(
    r"(?:sent (?:from|with|via) |get outlook for |envoyé (?:de|depuis) |gesendet (?:von|mit) "
    r"|von mein\w+ .{1,40} gesendet|enviado (?:desde|do|de|con) |inviato da |verzonden vanaf "
    r"|나의 .{1,30}에서 보냄|내 .{1,30}에서 보냄|.{1,30}(?:에서 보냄|から送信)|发自我的|寄自我的)",
    re.IGNORECASE,
)
_SIGN_OFF = re.compile(
    r"(?:(?:(?:best|kind|warm|with kind)\s)?regards|best wishes|best|sincerely|cheers"
    r"|yours (?:sincerely|truly|faithfully)|(?:many )?thanks(?: and regards| in advance)?|thank you"
    r"|cordialement|bien à vous|mit freundlichen grüßen|(?:viele|liebe|beste|freundliche) grüße"
    r"|saludos(?: cordiales)?|un saludo|atenciosamente|obrigad[oa]|cordiali saluti"
    r"|met vriendelijke groet(?:en)?|감사합니다|고맙습니다"
    r"|よろしくお願い(?:し|いたし)ます|此致|谢谢)"
    r"\s?[,.!，。]?\s{0,3}$",
    re.IGNORECASE,
)


def own_words(text: str) -> str:
    """Return what the sender wrote, without quoted history and signatures.

    If nothing would be left, the history is kept, and then the signature.
    """
    lines = [each.rstrip() for each in text.replace("\xa0", " ").splitlines()[:MOST_LINES]]
    fresh = _without_history(lines)
    for candidate in (_without_signature(fresh), fresh, [_unquoted(each) for each in lines]):
        if said := _trimmed(candidate):
            return said
    return ""


def _without_history(lines: Sequence[str]) -> list[str]:
    """Return the lines above, between and below quoted ones."""
    kept: list[str] = []
    for place, line in enumerate(lines):
        short = line[:_LINE_CHARS]
        if _QUOTED.match(short):
            _drop_attribution(kept)
            continue
        if _begins_history(lines, place, short):
            if _is_header_block(lines, place):
                _drop_rule(kept)
            break
        kept.append(line)
    return kept


def _begins_history(lines: Sequence[str], place: int, line: str) -> bool:
    """Return whether everything from this line on is an earlier mail."""
    if _DIVIDER.match(line) or _is_header_block(lines, place):
        return True
    if _RULE.match(line):
        return any(_is_header_block(lines, place + ahead) for ahead in (1, 2))
    return _is_attribution(lines, place)


def _is_attribution(lines: Sequence[str], place: int) -> bool:
    """Return whether a line, or it with the next two, says who wrote what follows."""
    if not _OPENS.match(lines[place].strip()):
        return False
    for count in (1, 2, 3):
        joined = " ".join(each.strip() for each in lines[place : place + count])[:_LINE_CHARS]
        told = joined.rstrip().endswith((":", "：")) and _WROTE.search(joined)
        if not told and not ("年" in joined and _GMAIL.search(joined)):
            continue
        if "@" in joined or any(each.isdigit() for each in joined):
            return True
    return False


def _is_header_block(lines: Sequence[str], place: int) -> bool:
    """Return whether `From:`, a date, and `To:` or `Subject:` follow each other from this line."""
    first = _FIELD.match(lines[place].strip()[:_LINE_CHARS]) if place < len(lines) else None
    if first is None or not first["from"]:
        return False
    found = [_FIELD.match(each.strip()[:_LINE_CHARS]) for each in lines[place + 1 : place + 8]]
    kinds = {each.lastgroup for each in found if each}
    return len(kinds & {"date", "to", "subject"}) >= 2  # noqa: PLR2004 # one alone may be prose


def _drop_rule(kept: list[str]) -> None:
    """Drop the line above a block of headers that says, between two rules, what follows."""
    while kept and not kept[-1].strip():
        kept.pop()
    if kept and _RULED.match(kept[-1][:_LINE_CHARS]):
        kept.pop()


def _drop_attribution(kept: list[str]) -> None:
    """Drop the one to three lines before a quotation that say who wrote it, and when."""
    end = len(kept)
    while end and not kept[end - 1].strip():
        end -= 1
    for count in range(1, min(3, end) + 1):
        above = " ".join(each.strip() for each in kept[end - count : end])[-_LINE_CHARS:]
        if not above.endswith((":", "：")):
            return
        dated = "@" in above or any(each.isdigit() for each in above)
        told = _OPENS.match(above) or ((count == 1 or "@" in above) and _WROTE.search(above))
        if (dated and told) or _names_a_writer(above):
            del kept[end - count :]
            return


def _names_a_writer(line: str) -> bool:
    """Return whether a line without a date says who wrote, perhaps on which day, and no more.

    A sentence has more words, or one in small letters, and is the customer's own.
    """
    dayless = " ".join(_DAY.sub(" ", line, count=1).split())
    wrote = _WROTE.search(dayless)
    if wrote is None:
        return False
    names = f"{dayless[: wrote.start()]} {wrote['name'] or ''}".split()
    return 1 <= len(names) <= _NAME_WORDS and not any(each[0].islower() for each in names)


def _without_signature(lines: Sequence[str]) -> list[str]:
    kept = list(lines)
    for place, line in enumerate(kept):
        if _MARK.match(line):
            kept = kept[:place]
            break
    while kept and (not kept[-1].strip() or _SENT_FROM.match(kept[-1].strip()[:_LINE_CHARS])):
        kept.pop()
    return _without_sign_off(kept)


def _without_sign_off(lines: list[str]) -> list[str]:
    """Drop a farewell with the few short lines below it, such as a name and a phone number."""
    for place in range(max(1, len(lines) - _SIGN_OFF_LINES), len(lines)):
        below = lines[place + 1 :]
        if _SIGN_OFF.match(lines[place].strip()[:_LINE_CHARS]) and all(
            len(e) <= _SHORT for e in below
        ):
            return lines[:place]
    return lines


def _unquoted(line: str) -> str:
    return line.lstrip("> ") if line.startswith(">") else line


def _trimmed(lines: Sequence[str]) -> str:
    """Return the lines without empty ones at both ends, and with one at most in a row."""
    kept: list[str] = []
    for line in lines:
        if line.strip() or (kept and kept[-1].strip()):
            kept.append(line)
    return "\n".join(kept).strip()
