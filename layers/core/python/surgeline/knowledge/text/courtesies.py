"""Recognising a message that only greets, thanks or opens ("I have a question") lives here.

What is replied does not.
"""

import re
from typing import Final, Literal

from surgeline.knowledge.text.marks import normalised

Courtesy = Literal["greeting", "thanks", "unreadable"]


def _phrases(listed: str) -> frozenset[str]:
    """Return a comma-separated list as match forms (written lower case, without accents)."""
    composed = normalised("NFKC", listed)
    return frozenset(" ".join(phrase.split()) for phrase in composed.split(","))


_GREETINGS: Final = _phrases(
    """
    hi, hello, hey, hey there, hi there, hello there, hiya, yo, hola, howdy, greetings, hy, hii,
    hlo, helo, hellow, good morning, good afternoon, good evening, good day, morning, evening,
    hi all, hi team, hello team, hey team, dear team, hi everyone, hello everyone, good night,
    how are you, how r u, how are you doing, how are you today, how is it going, how's it going,
    what's up, whats up, sup, wassup, nice to meet you, bye, goodbye, bye bye, see you, see ya,
    good bye, is anyone there, anyone there, anybody there, you there, are you there, bonjour,
    bonsoir, salut, coucou, bonne journee, bonne soiree, bonjour a tous, re bonjour, rebonjour,
    bjr, slt, bsr, hello bonjour, ca va, comment ca va, comment allez vous, comment vas tu,
    salut ca va, au revoir, a bientot, bonne nuit, allo, bonjour madame, bonjour monsieur,
    bonjour madame monsieur, enchante, 안녕, 안녕하세요, 안녕하십니까, 안뇽, 하이, 헬로, 헬로우,
    안녕하세여, 안녕하세용, 안녕하셔요, 방가, 방가방가, 반가워, 반가워요, 반갑습니다, 여보세요,
    저기요, 저기, 계세요, 계신가요, 누구 있나요, 좋은 아침, 좋은 아침이에요, 좋은 아침입니다,
    좋은 하루, 좋은 하루 되세요, 좋은 하루 보내세요, 굿모닝, 잘 지내세요, 잘 지내,
    안녕히 계세요, 안녕히 가세요, 잘 가, 바이, 바이바이, 잘 있어, 수고하세요, 수고하십니다,
    수고 많으십니다, 안녕 하세요, ㅎㅇ, ㅎㅇㅎㅇ, 문의드립니다, 문의 드립니다, 문의드려요,
    문의 있습니다, 문의 있어요, 질문 있어요, 질문있어요, 질문이 있어요, 질문 있습니다,
    질문이 있습니다, 도와주세요, 도와줘, 도와줘요, 도움이 필요해요, 안녕히계세요, 안녕히가세요,
    너 누구야, 넌 누구야, 누구세요, 봇이에요, 봇인가요, 챗봇인가요, 로봇이에요,
    test, cc, question, i have a question, i have question, i got question, i've a question,
    i have got a question, i got a question,
    quick question, help, help me, help please, please help, need help, i need help,
    i need some help, can you help, can you help me, could you help me, can u help me,
    who are you, who r u, are you a bot, are you a robot, is this a bot, are you a chatbot,
    j'ai une question, une question, petite question, aide, a l'aide, aidez moi, besoin d'aide,
    j'ai besoin d'aide, pouvez vous m'aider, peux tu m'aider, vous pouvez m'aider, qui es tu,
    qui etes vous, tu es un robot, vous etes un robot, etes vous un robot, es tu un robot,
    bonjour a vous, bonsoir a vous
    """
)
_THANKS: Final = _phrases(
    """
    thanks, thank you, thank u, thankyou, thx, thnx, tnx, ty, tysm, cheers, thanks a lot,
    many thanks, thank you so much, thank you very much, thanks so much, thanks very much,
    thanks a bunch, much appreciated, appreciate it, i appreciate it, great thanks, ok thanks,
    okay thanks, ok thank you, okay thank you, perfect thanks, perfect thank you,
    great thank you, thanks again, thank you again, thanks for your help,
    thank you for your help, thanks for the help, thank you for the help, that helped,
    that helps, that helped thanks, awesome thanks, got it thanks, no thanks, no thank you,
    thanks bye, thank you bye, ok, okay, great, perfect, awesome, got it, cool, all good,
    all good thanks, very helpful, that was helpful, no that's all, that's all, no that's fine,
    no i'm good, i'm good, no all good, nothing else, no that's all thanks, perfect that's it,
    merci, merci beaucoup, merci bien,
    grand merci, merci infiniment, un grand merci, mille mercis, mille merci, merci a vous,
    merci a toi, je vous remercie, je te remercie, ok merci, d'accord merci, parfait merci,
    super merci, tres bien merci, merci pour votre aide, merci de votre aide, merci pour l'aide,
    merci pour tout, merci bonne journee, non merci, merci bonne soiree, merci au revoir, mci,
    d'accord, parfait, tres bien, super, genial, c'est tout, non c'est tout, non c'est bon,
    c'est bon, non ca va, rien d'autre, c'est bon merci, non c'est tout merci,
    감사, 감사해요, 감사합니다, 감사드립니다,
    감사드려요, 고마워, 고마워요, 고맙습니다, 고맙다, 정말 감사합니다, 너무 감사합니다,
    대단히 감사합니다, 정말 고마워요, 진짜 감사합니다, 네 감사합니다, 네 고맙습니다,
    넵 감사합니다, 네네 감사합니다, 예 감사합니다, 감사용, 감사여, 감사합니당, 감삼다, 감사요,
    ㄱㅅ, ㄳ, ㄱㅅㄱㅅ, ㄱㅅㅇ, 땡큐, 쌩유, 알겠습니다, 알겠습니다 감사합니다, 알겠어요,
    알았어요, 알았어, 도움 주셔서 감사합니다, 도와주셔서 감사합니다, 친절한 답변 감사합니다,
    답변 감사합니다, 많은 도움이 됐어요, 도움이 됐어요, 도움 됐어요, 괜찮습니다, 네 알겠습니다,
    괜찮아요, 괜찮아, 아니요 괜찮아요, 아니요 괜찮습니다, 아뇨 괜찮아요, 아니요 됐어요, 됐어요,
    오키, 굿, 좋아요, 고마워용, 고마웡, 넵 알겠습니다, 네 알겠습니다 감사합니다,
    thanks a million, thanks a ton, super thanks, cheers mate, great that works, that works,
    thanks that's all, thanks that is all, that worked, it works, it worked, that works thanks,
    merci bcp, mrc, merci pour votre reponse, merci pour la reponse, merci de votre reponse,
    merci pour ta reponse, merci pour votre retour, c'est parfait merci, c'est parfait, nickel,
    nickel merci, ca marche, ca marche merci, top merci,
    아니요 없어요 감사합니다, 아니요 감사합니다, 네 해결됐어요, 해결됐어요, 해결됐습니다,
    오케이
    """
)
_LAUGHTER: Final = _phrases("lol, haha, hahaha, ha ha, hehe, mdr, ptdr, xd, rofl, lmao")
_KINDNESS: Final = re.compile(
    r"(?:thanks|thank you|thx|merci)(?: (?:so|very) much| beaucoup| bien)? (?:for|pour|de)"
    r"(?: (?:your|the|all|this|that|votre|vos|ton|la|le|l'))?(?: (?:very|quick|fast|kind|great))?"
    r" ?(?:help|answers?|reply|response|time|info|information|support|patience|aide|reponses?"
    r"|retour|infos?|informations?|temps)"
)
_FILLERS: Final = frozenset(
    normalised(
        "NFKC",
        "hi hello hey there again so ok okay well oh um hmm bot dear sir madam team guys all "
        "everyone bonjour bonsoir salut alors euh bon ok madame monsieur a tous "
        "안녕하세요 네 아 음 저기요 정말 진짜 너무",
    ).split()
)
# Hangul letters alone (ㅋㅋㅋ, ㅠㅠ) laugh or cry; NFKC spells each as a conjoining letter.
_LAUGHED: Final = "".join(normalised("NFKC", letter) for letter in "ㅋㅎㅠㅜㅡ")
_LAUGHS: Final = frozenset(_LAUGHED + " ")
_LONGEST: Final = 60


def courtesy_of(form: str) -> Courtesy | None:
    """Return the courtesy a match form consists of, or None where it says anything else."""
    if len(form) > _LONGEST:
        return None
    if all(character in _LAUGHS for character in form):
        return "unreadable"
    bare = (word.rstrip(_LAUGHED) for word in form.split())
    words = [word for word in bare if word]
    for candidate in (words, [word for word in words if word not in _FILLERS]):
        phrase = " ".join(candidate)
        if phrase in _THANKS or _KINDNESS.fullmatch(phrase):
            return "thanks"
        if phrase in _GREETINGS:
            return "greeting"
        if phrase in _LAUGHTER:
            return "unreadable"
    greets = any(word in _GREETINGS for word in words)
    return "greeting" if greets and all(word in _FILLERS for word in words) else None
