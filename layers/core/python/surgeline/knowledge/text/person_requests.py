"""Recognising "I want a person" in English, French and Korean lives here, as bounded patterns.

The patterns look for who is asked for and what for, so that a shop question about persons
("can a person pick up my parcel") stays a question. All gaps are bounded: time is linear.
"""

import re
from typing import Final

from surgeline.knowledge.text.spelling import one_edit_apart

_MAX_WORDS: Final = 300
_NOT_WORDS: Final = re.compile(r"[^\w']+")
_SPACES: Final = re.compile(r"[\W_]+")

# Words worth a typing error of one letter ("agnet", "humain" in English, "representitive").
_SPELLED: Final = (
    *("human", "agent", "representative", "operator", "person", "conseiller", "speak"),
    *("someone", "somebody", "anybody", "customer", "connect", "supervisor", "advisor"),
)
_SPELLED_BY_FIRST: Final = {
    first: tuple(word for word in _SPELLED if word[0] == first)
    for first in {word[0] for word in _SPELLED}
}
_DRAWN_OUT: Final = re.compile(r"([a-z])\1{2,}")
_WORTH_SPELLING: Final = 4
_NEVER_MISSPELT: Final = frozenset(
    (
        *("persons", "persona", "parson", "humane", "humain", "humans", "agents", "agence"),
        *("speaks", "customers", "connects", "someones", "advisors"),
    )
)


_Patterns = tuple[str, ...]


def _pattern(*alternatives: str, **parts: str) -> str:
    """Return one pattern, as text: compiling all takes 50 ms, and `re` keeps what it compiled."""
    filled = list(alternatives)
    for name, part in parts.items():
        filled = [alternative.replace(f"<{name}>", f"(?:{part})") for alternative in filled]
    return "|".join(f"(?:{alternative})" for alternative in filled)


_EN: Final = {
    "soft": r"(?:(?:a|an|the|any|some|one|your|real|live|actual|human|another|different|proper|"
    r"genuine|nice|living|competent|customer|support|service|sales|care|team|qualified|of your"
    r"|more|senior|your|ur)\s){0,4}",
    "server": r"agents?|representatives?|reps?|operators?|humans?|hooman|human being|persons?|"
    r"people|advis[oe]rs?|assistant|supervisor|manager|staff(?: member)?|member of staff|"
    r"member of (?:your|the) (?:team|staff)|colleague|boss|director|team member|employee|associate|"
    r"csr|consultant|specialist",
    "someone": r"(?:someone|somebody|anyone|anybody|some one|any one|sum1|some1|sumone)"
    r"(?: (?:from|in|of) (?:your |the )?(?:team|support|staff|company|shop|store))?",
    "desk": r"(?:customer|costumer|custumer) (?:service|support|care|services)|"
    r"live (?:chat|support|help)|"
    r"support team|support|help ?desk|the team|your team|call cent(?:er|re)",
    "talk": r"talk(?:ing)?|speak(?:ing)?|spk|tlk|chat(?:ting)?|connect(?:ed|ion)?|"
    r"transfer(?:red)?|escalate(?:d)?|redirect(?:ed)?|forward(?:ed)?|switch(?:ed)?|rout(?:e|ed)|"
    r"put|pass|hand(?:ed)?|call|word|deal(?:ing)?|converse|communicate|discuss|patch|complain",
    "bot": r"bots?|robots?|chat ?bots?|machines?|ai|a i|automated \w+|computers?|algorithm",
    "ask": r"want|wanna|need|require|prefer|demand|request|would like|i'?d like|rather|give|get|"
    r"gimme|find|bring|send|fetch|(?:can|could|may) i have|looking for|wish for|insist on|like"
    r"|let me have|want only",
    "kindly": r"(?:please|pls|plz|now|asap|right|immediately|here|only|instead|thanks|thank|you|"
    r"today|hi|hello|hey|ok|okay|no|just|again|then|urgently|first|really|to|me|stop|fucking|damn|bloody)",
    "act": r"help|call|phone|assist|contact|talk|speak|respond|reply|answer|get back|chat|ring|"
    r"look into|explain|deal with",
}
_ENGLISH: Final = _pattern(
    # talk to a person, put me through to someone, get connected with an agent
    r"\b<talk>(?: \w+){0,2}? (?:to|with|through|over to|2|w)(?: to)? <soft>(?:<server>"
    r"|<someone>|<desk>)\b",
    r"\b(?:talk|speak) <soft>(?:<server>|<someone>)\b",
    r"\btransfer me(?: to| over| now| please|$)|\bput me through\b"
    r"|\bget through to <soft>(?:<server>|<someone>)\b|\bconnect me now\b"
    r"|\bescalate (?:this|me|it|now)\b|^(?:<kindly> )*escalate(?: <kindly>)*$",
    # I want a person, give me a human, need an agent
    r"(?<!do i )(?<!do we )(?<!do you )(?<!will i )(?<!will you )(?<!you )(?<!they )(?<!should"
    r" i )"
    r"\b<ask>(?: me| us| to have| to get| a chat with| to see"
    r"| (?:help|assistance|support|an answer|a reply) from)? <soft><server>\b"
    r"(?! (?:to|who|that|at|can|will|must|should|hair|size|sized|grade|food|number|code|id|"
    r"name|pack|discount|of legal|over|under|card|account|gift)\b)",
    r"\b<ask>(?: me| us)?(?: a| the)? (?:live (?:chat|support|help|assistance|person)|real"
    r" person|"
    r"human (?:help|support|assistance|being|interaction|touch|contact))\b",
    r"\b(?:want|need|like|prefer) (?:someone|somebody) (?:real|human|alive|competent|else to"
    r" help|"
    r"to (?:<act>)(?: to| with)?(?: me| us)?)\b",
    r"\b(?:get|put|have|want|need) (?:me )?<soft>(?:<server>|<someone>) on the (?:phone|line)\b",
    r"\b(?:be|get) (?:contacted|called|helped|assisted|served|answered) by <soft>"
    r"(?:<server>|<someone>)\b",
    r"\b(?:can|could|let|have) <soft>(?:human|person|agent|representative)s? (?:please |just )?"
    r"(?:look|check|answer|review|handle|take over|step in|read|decide)\b",
    # can someone help me, is there anyone I can talk to, is a human available
    r"\b(?:can|could|may|will|would|is|have|get|let|please|there)(?: there)?(?: please)?"
    r" (?:<soft><server>)(?: please| just| there)? <act>(?: with)? (?:me|us)\b",
    r"\b(?:can|could|may|will|would|is|have|get|let|please|there)(?: there)?(?: please)?"
    r" <someone>"
    r"(?: please| just| there)? <act>(?: with)? (?:me|us)(?: back| out| please| now| here|"
    r" asap)*$",
    r"\b(?:someone|somebody|anyone|anybody|human|person|agent|representative) (?:real )?"
    r"(?:that |who |whom )?(?:i|we) (?:can|could|may) (?:<talk>|ask|call|contact)\b",
    r"\b(?:is|are) (?:there )?<soft>(?:humans?|agents?|representatives?|reps?|operators?|real"
    r" person|"
    r"live person|advis[oe]rs?)(?: \w+)? (?:available|online|there|here|around|free)\b",
    r"\b(?:any|real|actual|live) (?:humans?|people|persons?|agents?)(?: \w+)? (?:available"
    r"|online|there|here|around)\b",
    # are you a person? I want one; do you not have a person
    r"\bdo(?:n'?t)? you (?:not )?have <soft>(?:humans?|agents?|representatives?|real persons?)\b",
    r"^(?:<kindly> )*not (?:the |a |this )?<bot> (?:but )?<soft><server>\b",
    r"\b(?:done|fed up|had enough|enough) (?:with|of) (?:this|the|these|your) <bot>\b",
    r"\b(?:humans?|persons?|people|agents?)(?: \w+){0,3} i (?:want|need|would like) one\b",
    # not a bot
    r"\bnot an? (?:machine|computer)$",
    r"\b(?:don'?t|dont|do not|not|won'?t|refuse|stop|hate|tired of|sick of|fed up with|no more|"
    r"enough of|done with)(?: \w+){0,4}? <talk>(?: \w+)? (?:to|with) (?:a |an |the |this "
    r"|these |your |you )?(?:stupid |dumb |damn )?<bot>\b",
    r"\b(?:not an?|no|no more|stop being an?|instead of an?|rather than an?|hate (?:this|the"
    r"|these|your)|"
    r"stupid|useless|dumb|bloody|damn|enough with the|sick of this|tired of this) (?:bots?"
    r"|robots?|chat ?bots?|ai)\b"
    r"(?! (?:vacuum|mower|cleaner|learning))",
    # call me
    r"(?:^|\bplease |\bpls |\bplz |\bsomeone |\bcan you |\bcould you |\bjust |\bmust )(?:call"
    r"|phone|ring) me"
    r"(?: back(?! (?:when|before|if|once|after))|$| please| pls| now| asap| today| tomorrow|"
    r" urgently)",
    r"\b(?:want|need|request|like|arrange|get)(?: to get)? (?:a |an )?(?:call ?back|phone call"
    r"|call from)\b",
    # the whole message names one
    r"^(?:<kindly> )*<soft>(?:agents?|representatives?|reps?|operators?|humans?|hooman|human"
    r" being|person|"
    r"advis[oe]rs?|supervisor|manager|people|staff|someone real|someone|somebody|<desk>)(?:"
    r" <kindly>| <server>)*$",
    **_EN,
)

_FR: Final = {
    "soft": r"(?:(?:un|une|le|la|les|l'|d'|de|des|du|vrai|vraie|veritable|autre|votre|vos|reel|"
    r"reelle|etre|seul|seule|bon|ton|ta)[ ']?\s?){0,4}",
    "server": r"humain(?:e|s)?|personne(?: reelle| humaine| physique| vivante)?|conseill(?:er"
    r"|ere|ers)|"
    r"tele ?conseill(?:er|ere)|agents?|operat(?:eur|rice)s?|responsable|employee?|interlocuteur|"
    r"superieure?|patronn?e?|gerante?|chef(?! de)|"
    r"directeur|directrice|representant|superviseur|manager|collaborateur|vendeur|assistant|gens|"
    r"membre de (?:l'equipe|votre equipe)",
    "someone": r"quelqu'?un|qqn|qq1|qlqn|quelqun|quelq'un|kelkun|kelqu'?un|qlq1",
    "desk": r"service clients?|service apres vente|sav|support|equipe|standard|assistance",
    "talk": r"parler|parle|discuter|echanger|causer|dialoguer|communiquer|converser|bavarder|"
    r"tchatter|chatter|m'adresser|m'entretenir|entretenir|parlez|tchater",
    "bot": r"robots?|bots?|machines?|chat ?bots?|ia|automate|ordinateur|repondeur",
    "ask": r"veux|veu|voudrais|souhaite|souhaiterais|besoin|aimerais|prefere|prefererais|demande"
    r"|exige|"
    r"donnez[ -]moi|donne[ -]moi|passez[ -]moi|passe[ -]moi|faut|veut|avoir|obtenir|cherche|"
    r"appelez|trouvez[ -]moi|envoyez[ -]moi|reclame|joindre|contacter",
    "kindly": r"(?:s'il vous plait|s'il te plait|svp|stp|s v p|maintenant|vite|merci|bonjour"
    r"|tout de suite|"
    r"non|ok|urgent|immediatement|ici|juste|plutot|a|putain|bordel|merde)",
}
_FRENCH: Final = _pattern(
    r"\b<talk>(?: \w+){0,2}? (?:a|avec|au|aux) ?<soft>(?:<server>|<someone>|<desk>)\b",
    r"\b(?:<talk>|joindre) (?:a |avec )?(?:<someone>)\b",
    r"\b(?:mettez|mettre|mets|passez|passer|transferez|transferer|transfere|redirigez|basculez"
    r"|connectez|"
    r"connecter|orientez)[ -](?:moi|me)?(?: \w+){0,3}? ?(?:un|une|a|avec|vers|le"
    r"|quelqu) ?'?<soft>(?:<server>|<desk>|<someone>|un)\b",
    r"\b(?:en (?:relation|contact|communication|liaison) avec) <soft>(?:<server>|<someone>"
    r"|<desk>)\b",
    r"(?<!que )\b<ask>(?: de| d'| a| avoir| joindre| contacter| voir| l'aide d'?| uniquement|"
    r" juste| seulement| plutot)* ?"
    r"<soft>(?:<server>)\b(?! (?:qui|pour (?:signer|livrer|recuperer|porter|monter)|de plus"
    r"|majeure|peut|puisse))",
    r"\b(?:besoin|envie|veux|voudrais|aimerais|souhaite)(?: de| d'| que)? ?(?:parler |joindre "
    r"|avoir )?(?:a )?(?:<someone>)\b"
    r"(?! (?:recuper|sign|vien|livr|d'autre|recois))",
    r"\b(?:<someone>|un humain|un conseiller|une personne|un agent|une vraie personne)(?: \w+)? "
    r"(?:peut|pourrait|pourra|peux)(?:-il)?(?: \w+)? (?:m'aider|m'appeler|me (?:rappeler"
    r"|repondre|aider|contacter|"
    r"parler|renseigner|prendre)|nous aider)\b",
    r"\b(?:pe[ut]+(?:-on| on)|on (?:peut|pourrait)) (?:m'aider|me (?:rappeler|repondre"
    r"|contacter))\b",
    r"\b(?:avoir|joindre) <soft>(?:<someone>|<server>|<desk>)(?: \w+)? (?:au (?:tel|telephone"
    r"|bout)|en (?:ligne|direct))\b",
    r"\b(?:veux|veu|voudrais|souhaite|besoin de|aimerais) joindre <soft><desk>\b",
    r"\b(?:stop|arretez|assez|fini)(?: avec)? (?:le |la |les |ce |ces |cette )?<bot>\b",
    r"\b(?:y a[ -]t[ -]il|il y a|y a|ya|y'a)(?: \w+)? (?:<someone>|un humain|un conseiller|une"
    r" vraie personne|un agent)\b",
    r"\b(?:pas|plus|marre|ras le bol|assez|non)(?: \w+){0,3}? (?:a|avec|de|des|d'|ce|cette"
    r"|par)? ?(?:un |une |ce |cette |ces |votre |le |la )?<bot>\b"
    r"(?! (?:aspirateur|de cuisine|patissier|cafe|a cafe|laver|a laver|tondeuse|multifonction))",
    r"\b(?:rappelez|appelez|telephonez|contactez|rappelle|appelle)[ -]moi\b(?! (?:quand|avant"
    r"|des|si|lorsque))",
    r"\b(?:qu'on me|que l'on me|que quelqu'un me|qu'un \w+ me) (?:rappelle|appelle|contacte"
    r"|reponde)\b",
    r"\b(?:etre|me faire) (?:rappelee?|recontactee?|contactee?|appelee?)(?: par)?\b(?!"
    r" (?:quand|avant|lors))",
    r"\b(?:un|une) (?:humain|conseill(?:er|ere)|agent|vraie personne) (?:svp|stp|s'il (?:vous|te)"
    r" plait)$",
    r"^(?:<kindly> )*<soft>(?:humain|conseill(?:er|ere)|agents?|operat(?:eur|rice)|vraie"
    r" personne|une personne|"
    r"personne (?:reelle|humaine)|responsable|etre humain|<desk>|<someone>)(?: <kindly>)*$",
    **_FR,
)

_KO: Final = {
    "server": r"상담[원웡언윈]|상담사|사장님|사장|상담직원|상담자|상담가|담당자|담당직원|매니저|"
    r"관리자|책임자|고객센터|고객센타|"
    r"에이전트|agent|human|휴먼|실제직원|진짜직원|오퍼레이터|안내원|cs팀|cs직원",
    "person": r"(?<!다른)(?<!받는)(?<!아는)(?<!보내는)(?<!주문한)(?<!딴)(?<!여러)(?<!한)(?<!두)"
    r"(?:사람|인간|직원)",
    "polite": r"(?:분|님)?(?:들)?",
    "with": r"(?:과|와|이랑|랑|하고|한테|에게|께|을|를|으로|로|이|가|은|는|좀|이라도|라도|도"
    r"|만|과의|와의|분)?",
    "soon": r"(?:좀|왜|빨리|지금|당장|바로|직접|제발|꼭|먼저|그냥|전화|채팅|실시간|통화|일대일"
    r"|다시)*",
    "do": r"연[결걸]|바꿔|바꾸|바꿀|통화|이야기|얘기|예기|대화|말하|말할|말씀|말로|말좀|말해"
    r"|말하기|상담|채팅|불러|부르|부탁|"
    r"원해|원합|원하|원함|원한다|필요|주세|줘|주라|호출|물어|문의|연락|나와|나오|찾아|찾습"
    r"|보고싶|만나|있나요|있어요|없나요|없어요|"
    r"없나|있나|계신|계세|계시|안계|와주|오라|응대|답변|답해|대답|해주|해줘|오세요|이어|돌려"
    r"|넘겨|대기|어디",
    "bot": r"(?<!욕)(?:챗봇|봇|로봇|기계|자동응답|자동답변|ai|에이아이|인공지능|컴퓨터|ars)",
}
_KOREAN: Final = _pattern(
    r"<server><polite><with><soon><do>(?!시간|번호|이?몇시|요일)",
    r"<person><polite>(?:과|와|이랑|랑|하고|한테|에게|께|으로|로|좀|과의|와의|이라도"
    r"|라도)?<soon>(?:연결|바꿔|바꾸|바꿀|통화|이야기|얘기|대화|말하고|"
    r"말할|말씀|말하기|말좀|상담|채팅|불러|부르|호출|물어|나오라|나와|부탁|문의|찾아|찾습|응대"
    r"|넘겨|돌려|연락)",
    r"<person><polite>(?:이|가|을|를|은|는|도|좀)?<soon>"
    r"(?:필요(?!한가|없|하나)|원해|원합|원하"
    r"|원함|불러|바꿔|연결|없나요|없어요|없나|없냐|있나요|있나|안계|계신가|계세|"
    r"답변해|대답해|응대|상담해|나와|나오라|직접(?:답|상담|응대)|부탁|주세요$|줘$)",
    r"(?:실제|진짜|살아있는|리얼)(?:사람|인간|직원|상담)",
    r"(?:전화|채팅|실시간|직원|1:1|11|일대일|유선|카톡|개인|라이브)상담(?!시간|은?몇시"
    r"|가능시간|운영|번호|내역)",
    r"상담(?:을|이|좀)?(?:하고싶|원해|원합|원하|원함|부탁|신청|받고싶|받을수|해줘|해주"
    r"|가능한가|가능해|가능할|가능하|요청|할래|연결|"
    r"필요|하려|할게|할께|받을래|받고|되나|좀요|요$|이요$|할수있)(?!시간)",
    r"<bot>(?:이랑|랑|하고|과|와)?(?:은|는|이|가)?(?:말고|싫|아닌|그만|짜증|답답|말하기싫"
    r"|얘기하기싫|대화하기싫|말안통|필요없|안통|못하|바보|멍청|쓸모)",
    r"<bot>(?:이랑|랑|하고|과|와)?(?:은|는)?(?:말|얘기|이야기|대화|상담)(?:을|은"
    r"|도)?(?:하기)?(?:싫|안할|안해|못하|안통|그만)",
    r"^(?!.*(?:배송|도착|오기|방문|전에|배달|기사))(?:.{0,30})(?:전화|연락|통화)(?:를|을|좀"
    r"|한번|한통|로)*"
    r"(?:주세|줘|주시|주실|주십|해주|해줘|하고싶|원해|원합|부탁|바랍|바래|받고싶|요청|가능한가"
    r"|가능할)",
    r"누(?:구|군가)(?:좀|라도|가)?(?:도와|답변|대답|상담|연결|안계|없)",
    r"^(?:안녕하세요|저기요|네|아니)?(?:<server>|직원|사람|인간|상담)<polite>(?:요|여|이요|이여|연결"
    r"|주세요|부탁해요|부탁드려요|부탁드립니다|부탁합니다|부탁|좀|제발|빨리|고고)*"
    r"[\u1100-\u11ff]*$",
    r"아무나(?:사람|직원|<server>)?(?:좀|연결|답변|도와|대답|나와)",
    r"(?:connectme|transferme|talk|speak)(?:to|with)<server>",
    **_KO,
)

# What is not wanted: only these very words are taken out, so that "I don't want this, I want a
# person" stays a wish, as does "why can't I talk to a person".
_UNWANTED: Final = _pattern(
    r"\b(?:do not|don'?t|did not|didn'?t|would not|wouldn'?t|never|(?<!you )not) "
    r"(?:really |even |actually |just |currently )?"
    r"(?:want|need|wanna|wish|like|require|asked?|care|have)(?: to| for)*"
    r"(?: (?:be |get |have )?(?:<talk>)(?: me)?(?: to| with| by)?| see| have| get)? "
    r"<soft>(?:<server>|<someone>|<desk>)\b(?! (?:but|except|other|unless)\b)",
    r"\b(?:do not|don'?t|never) (?:connect|transfer|put|escalate|pass|hand|forward"
    r"|redirect|switch|route|send)(?: me| us| this| it)?(?: over| through)?(?: to| with)? "
    r"<soft>(?:<server>|<someone>|<desk>)\b",
    r"\b(?:do not|don'?t|never) (?:transfer|escalate|redirect) (?:me|us|this|it)\b",
    r"\b(?:rather|prefer) not (?:to )?(?:have to )?(?:<talk>|see|have)(?: to| with)? "
    r"<soft>(?:<server>|<someone>|<desk>)\b",
    r"\b(?:without|instead of|avoid|rather than)(?: having to| needing to)? (?:<talk>"
    r"|calling|contacting|waiting|asking|involving|going through)(?: to| with| for)? "
    r"<soft>(?:<server>|<someone>|<desk>)\b",
    r"\bno need (?:for|of|to <talk>(?: to| with)?) <soft>(?:<server>|<someone>|<desk>)\b",
    r"\bno <soft><server> (?:is )?(?:needed|required|necessary)\b",
    **_EN,
)
_UNWANTED_IN_FRENCH: Final = _pattern(
    r"\b(?:ne |n')?(?:veux|veu|souhaite|desire|voudrais|voulais|aimerais|cherche|demande|ai)"
    r" (?:surtout |vraiment |absolument )?(?:pas|plus) (?:du tout |vraiment |forcement )?"
    r"(?:besoin )?(?:de |d'|a )?(?:(?:<talk>|avoir|joindre|voir|contacter|appeler|passer)"
    r" (?:a |au |aux |avec |par )?)?<soft>(?:<server>|<someone>|<desk>)\b",
    r"\b(?:veux|souhaite|desire) pas (?:etre|qu'on me|me faire) "
    r"(?:rappel|recontact|contact|appel)\w*",
    r"\binutile de (?:me |nous )?(?:passer|transferer|appeler|contacter)(?: a| avec)? ?"
    r"<soft>(?:<server>|<someone>|<desk>)\b",
    r"\bne (?:veux|souhaite) (?:parler|voir|avoir) (?:a )?personne\b",
    r"\bpas (?:du tout |vraiment )?besoin (?:de |d'|d )?(?:(?:<talk>|voir|contacter|appeler)"
    r" (?:a |au |aux |avec )?)?<soft>(?:<server>|<someone>|<desk>)\b",
    r"\b(?:sans|plutot que de)(?: avoir a| devoir)? (?:<talk>|passer|contacter|appeler|joindre"
    r"|attendre|voir) (?:a |au |aux |avec |par )?<soft>(?:<server>|<someone>|<desk>)\b",
    **_FR,
)
_UNWANTED_IN_KOREAN: Final = _pattern(
    r"(?:<server>|<person>)<polite><with><soon>(?:연결|통화|이야기|얘기|상담|대화|말)?"
    r"(?:까지|은|는|을|를|이|도)?(?:하고|받고|하기|해)?"
    r"(?:필요(?:는|도|가)?(?:없(?!나|냐)|하지않)|싶지(?:는|도)?않|싫|원하지(?:는)?않|불필요|하지(?:말|마|않)"
    r"|안해도|안하고|주지(?:말|마))",
    **_KO,
)

# Talking to somebody as a step of something else, or in the past, is part of a question.
_ELSEWHERE: Final = re.compile(
    r"\b(?:do|should|must|will|did|does) (?:i|we|you|customers?|one|he|she|they)"
    r"(?: need| have)?(?: to)? (?:talk|speak) (?:to|with)"
    r"(?=(?: \w+){1,5} (?:(?:at|in) (?:your |the |a )?(?:shop|store|branch|"
    r"desk|counter)|to (?:return|exchange|get|pick|collect|change|cancel)))"
    r"|\b(?:dois je|faut il|est ce que je dois|on doit|doit on|je dois) (?:parler|m'adresser) a"
    r"|\b(?:j'ai|on a|nous avons|il a|elle a|ils ont)(?: deja)? (?:parle|discute|echange) "
    r"(?:a|avec)(?! personne)"
)
_KOREAN_PAST: Final = re.compile(
    r"(?:상담원|상담사|담당자|직원|고객센터|매니저)(?:분|님)?(?:과|와|이랑|랑|하고|한테|에게|께|에)?"
    r"(?:통화|이야기|얘기|말|말씀|상담|대화|연락|문의)(?:을|를)?(?:했|드렸|해봤|하였)"
    r"(?!.{0,300}(?:연결|바꿔|다시|불러))"
)


def asks_for_person(text: str) -> bool:
    """Whether a tidy, lower-case text without accents asks to be served by a person."""
    words = _NOT_WORDS.sub(" ", _DRAWN_OUT.sub(r"\1", text)).split()[:_MAX_WORDS]
    sentence = " ".join(_spelled(word) for word in words)
    sentence = sentence.replace("in person", "in_shop").replace("per person", "each")
    sentence = _ELSEWHERE.sub(" ", sentence)
    if _wished(sentence, (_ENGLISH, _FRENCH), (_UNWANTED, _UNWANTED_IN_FRENCH)):
        return True
    squeezed = _KOREAN_PAST.sub("", _SPACES.sub("", text))
    return _wished(squeezed, (_KOREAN,), (_UNWANTED_IN_KOREAN,))


def _wished(text: str, wishes: _Patterns, unwanted: _Patterns) -> bool:
    """Whether a wish is left without what is not wanted, which is looked for only then."""
    wanted = text
    while any(re.search(wish, wanted) for wish in wishes):
        if not unwanted:
            return True
        wanted, unwanted = re.sub(unwanted[0], "|", wanted), unwanted[1:]
    return False


def _spelled(word: str) -> str:
    if word.isascii() and len(word) >= _WORTH_SPELLING and word not in _NEVER_MISSPELT:
        for right in _SPELLED_BY_FIRST.get(word[0], ()):
            if word != right and one_edit_apart(word, right):
                return right
    return word
