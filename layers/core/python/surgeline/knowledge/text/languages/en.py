"""English is described here."""

from typing import Final

from surgeline.knowledge.text.language import (
    Choices,
    Courtesies,
    Language,
    PersonWishes,
    Rejections,
)

_PERSON = PersonWishes(
    parts={
        "soft": r"(?:(?:a|an|the|any|some|one|your|real|live|actual|human|another|different|proper|"
        r"genuine|nice|living|competent|customer|support|service|sales|care|team|qualified|of your"
        r"|more|senior|your|ur)\s){0,4}",
        "server": r"agents?|representatives?|reps?|operators?|humans?|hooman|human being|persons?|"
        r"people|advis[oe]rs?|assistant|supervisor|manager|staff(?: member)?|member of staff|"
        r"member of (?:your|the) (?:team|staff)|colleague|boss|director|team member|employee"
        r"|associate|"
        r"csr|consultant|specialist",
        "someone": r"(?:someone|somebody|anyone|anybody|some one|any one|sum1|some1|sumone)"
        r"(?: (?:from|in|of) (?:your |the )?(?:team|support|staff|company|shop|store))?",
        "desk": r"(?:customer|costumer|custumer) (?:service|support|care|services)|"
        r"live (?:chat|support|help)|"
        r"support team|support|help ?desk|the team|your team|call cent(?:er|re)",
        "talk": r"talk(?:ing)?|speak(?:ing)?|spk|tlk|chat(?:ting)?|connect(?:ed|ion)?|"
        r"transfer(?:red)?|escalate(?:d)?|redirect(?:ed)?|forward(?:ed)?|switch(?:ed)?|rout(?:e"
        r"|ed)|"
        r"put|pass|hand(?:ed)?|call|word|deal(?:ing)?|converse|communicate|discuss|patch|complain",
        "bot": r"bots?|robots?|chat ?bots?|machines?|ai|a i|automated \w+|computers?|algorithm",
        "ask": r"want|wanna|need|require|prefer|demand|request|would like|i'?d like|rather|give"
        "|get|"
        r"gimme|find|bring|send|fetch|(?:can|could|may) i have|looking for|wish for|insist on|like"
        r"|let me have|want only",
        "kindly": r"(?:please|pls|plz|now|asap|right|immediately|here|only|instead|thanks|thank"
        "|you|"
        r"today|hi|hello|hey|ok|okay|no|just|again|then|urgently|first|really|to|me|stop|fucking"
        r"|damn|bloody)",
        "act": r"help|call|phone|assist|contact|talk|speak|respond|reply|answer|get back|chat|ring|"
        r"look into|explain|deal with",
    },
    wishes=(
        # talk to a person, put me through to someone, get connected with an agent
        (
            r"\b<talk>(?: \w+){0,2}? (?:to|with|through|over to|2|w)(?: to)? <soft>(?:<server>"
            r"|<someone>|<desk>)\b"
        ),
        r"\b(?:talk|speak) <soft>(?:<server>|<someone>)\b",
        (
            r"\btransfer me(?: to| over| now| please|$)|\bput me through\b"
            r"|\bget through to <soft>(?:<server>|<someone>)\b|\bconnect me now\b"
            r"|\bescalate (?:this|me|it|now)\b|^(?:<kindly> )*escalate(?: <kindly>)*$"
        ),
        # I want a person, give me a human, need an agent
        (
            r"(?<!do i )(?<!do we )(?<!do you )(?<!will i )(?<!will you )(?<!you )(?<!they"
            r" )(?<!should"
            r" i )"
            r"\b<ask>(?: me| us| to have| to get| a chat with| to see"
            r"| (?:help|assistance|support|an answer|a reply) from)? <soft><server>\b"
            r"(?! (?:to|who|that|at|can|will|must|should|hair|size|sized|grade|food|number|code|id|"
            r"name|pack|discount|of legal|over|under|card|account|gift)\b)"
        ),
        (
            r"\b<ask>(?: me| us)?(?: a| the)? (?:live (?:chat|support|help|assistance|person)|real"
            r" person|"
            r"human (?:help|support|assistance|being|interaction|touch|contact))\b"
        ),
        (
            r"\b(?:want|need|like|prefer) (?:someone|somebody) (?:real|human|alive|competent|else"
            r" to"
            r" help|"
            r"to (?:<act>)(?: to| with)?(?: me| us)?)\b"
        ),
        (
            r"\b(?:get|put|have|want|need) (?:me )?<soft>(?:<server>|<someone>) on the (?:phone"
            r"|line)\b"
        ),
        (
            r"\b(?:be|get) (?:contacted|called|helped|assisted|served|answered) by <soft>"
            r"(?:<server>|<someone>)\b"
        ),
        (
            r"\b(?:can|could|let|have) <soft>(?:human|person|agent|representative)s? (?:please "
            r"|just )?"
            r"(?:look|check|answer|review|handle|take over|step in|read|decide)\b"
        ),
        # can someone help me, is there anyone I can talk to, is a human available
        (
            r"\b(?:can|could|may|will|would|is|have|get|let|please|there)(?: there)?(?: please)?"
            r" (?:<soft><server>)(?: please| just| there)? <act>(?: with)? (?:me|us)\b"
        ),
        (
            r"\b(?:can|could|may|will|would|is|have|get|let|please|there)(?: there)?(?: please)?"
            r" <someone>"
            r"(?: please| just| there)? <act>(?: with)? (?:me|us)(?: back| out| please| now| here|"
            r" asap)*$"
        ),
        (
            r"\b(?:someone|somebody|anyone|anybody|human|person|agent|representative) (?:real )?"
            r"(?:that |who |whom )?(?:i|we) (?:can|could|may) (?:<talk>|ask|call|contact)\b"
        ),
        (
            r"\b(?:is|are) (?:there )?<soft>(?:humans?|agents?|representatives?|reps?|operators?"
            r"|real"
            r" person|"
            r"live person|advis[oe]rs?)(?: \w+)? (?:available|online|there|here|around|free)\b"
        ),
        (
            r"\b(?:any|real|actual|live) (?:humans?|people|persons?|agents?)(?: \w+)? (?:available"
            r"|online|there|here|around)\b"
        ),
        # are you a person? I want one; do you not have a person
        (
            r"\bdo(?:n'?t)? you (?:not )?have <soft>(?:humans?|agents?|representatives?|real"
            r" persons?)\b"
        ),
        r"^(?:<kindly> )*not (?:the |a |this )?<bot> (?:but )?<soft><server>\b",
        r"\b(?:done|fed up|had enough|enough) (?:with|of) (?:this|the|these|your) <bot>\b",
        r"\b(?:humans?|persons?|people|agents?)(?: \w+){0,3} i (?:want|need|would like) one\b",
        # not a bot
        r"\bnot an? (?:machine|computer)$",
        (
            r"\b(?:don'?t|dont|do not|not|won'?t|refuse|stop|hate|tired of|sick of|fed up with|no"
            r" more|"
            r"enough of|done with)(?: \w+){0,4}? <talk>(?: \w+)? (?:to|with) (?:a |an |the |this "
            r"|these |your |you )?(?:stupid |dumb |damn )?<bot>\b"
        ),
        (
            r"\b(?:not an?|no|no more|stop being an?|instead of an?|rather than an?|hate (?:this"
            r"|the"
            r"|these|your)|"
            r"stupid|useless|dumb|bloody|damn|enough with the|sick of this|tired of this) (?:bots?"
            r"|robots?|chat ?bots?|ai)\b"
            r"(?! (?:vacuum|mower|cleaner|learning))"
        ),
        # call me
        (
            r"(?:^|\bplease |\bpls |\bplz |\bsomeone |\bcan you |\bcould you |\bjust |\bmust"
            r" )(?:call"
            r"|phone|ring) me"
            r"(?: back(?! (?:when|before|if|once|after))|$| please| pls| now| asap| today|"
            r" tomorrow|"
            r" urgently)"
        ),
        (
            r"\b(?:want|need|request|like|arrange|get)(?: to get)? (?:a |an )?(?:call ?back|phone"
            r" call"
            r"|call from)\b"
        ),
        # the whole message names one
        (
            r"^(?:<kindly> )*<soft>(?:agents?|representatives?|reps?|operators?|humans?|hooman"
            r"|human"
            r" being|person|"
            r"advis[oe]rs?|supervisor|manager|people|staff|someone real|someone|somebody|<desk>)(?:"
            r" <kindly>| <server>)*$"
        ),
    ),
    unwanted=(
        (
            r"\b(?:do not|don'?t|did not|didn'?t|would not|wouldn'?t|never|(?<!you )not) "
            r"(?:really |even |actually |just |currently )?"
            r"(?:want|need|wanna|wish|like|require|asked?|care|have)(?: to| for)*"
            r"(?: (?:be |get |have )?(?:<talk>)(?: me)?(?: to| with| by)?| see| have| get)? "
            r"<soft>(?:<server>|<someone>|<desk>)\b(?! (?:but|except|other|unless)\b)"
        ),
        (
            r"\b(?:do not|don'?t|never) (?:connect|transfer|put|escalate|pass|hand|forward"
            r"|redirect|switch|route|send)(?: me| us| this| it)?(?: over| through)?(?: to| with)? "
            r"<soft>(?:<server>|<someone>|<desk>)\b"
        ),
        r"\b(?:do not|don'?t|never) (?:transfer|escalate|redirect) (?:me|us|this|it)\b",
        (
            r"\b(?:rather|prefer) not (?:to )?(?:have to )?(?:<talk>|see|have)(?: to| with)? "
            r"<soft>(?:<server>|<someone>|<desk>)\b"
        ),
        (
            r"\b(?:without|instead of|avoid|rather than)(?: having to| needing to)? (?:<talk>"
            r"|calling|contacting|waiting|asking|involving|going through)(?: to| with| for)? "
            r"<soft>(?:<server>|<someone>|<desk>)\b"
        ),
        r"\bno need (?:for|of|to <talk>(?: to| with)?) <soft>(?:<server>|<someone>|<desk>)\b",
        r"\bno <soft><server> (?:is )?(?:needed|required|necessary)\b",
    ),
    elsewhere=(
        (
            r"\b(?:do|should|must|will|did|does) (?:i|we|you|customers?|one|he|she|they)"
            r"(?: need| have)?(?: to)? (?:talk|speak) (?:to|with)"
            r"(?=(?: \w+){1,5} (?:(?:at|in) (?:your |the |a )?(?:shop|store|branch|"
            r"desk|counter)|to (?:return|exchange|get|pick|collect|change|cancel)))"
        ),
    ),
    instead={"in person": "in_shop", "per person": "each"},
    spelled="""
        human agent representative operator person speak someone somebody anybody customer connect
        supervisor advisor
    """,
    never_misspelt="""
        persons persona parson humane humain humans agents agence speaks customers connects
        someones advisors
    """,
)

_REJECTIONS = Rejections(
    parts={
        "thing": r"(?!order|b(?:uy|ought)|purchas|paid|pay|receiv|got\b)",
    },
    no=(r"(?:no+|nope|nah)<end>",),
    no_before=(
        r"no+",
        r"nope",
        r"nah",
    ),
    openers=(r"sorry|but|well|hmm+|um|uh|actually|hey|ok|okay|oh|ugh|and|at all|either|though",),
    statements=(
        (
            r"(?:that|this|it|those|these)(?:'s| is| was|s| are)? ?(?:not|isn't|isnt|wasn't|wasnt"
            r"|doesn't|"
            r"doesnt|didn't|didnt|does not|did not|aren't)(?: really| quite| exactly| at all|"
            r" even){0,2} "
            r"(?:what (?:i|we)(?:'m| am| was|'ve| have)? ?<thing>\w{3,9}(?: for| about| to ask"
            r"| to know)?|"
            r"(?:the|my|an|a) (?:right |correct |good )?(?:thing|answer|question|one|problem"
            r"|issue)|"
            r"it|right|correct|helpful|useful|relevant|related|(?:help|helping|work|working)(?:"
            r" me)?|"
            r"answer(?:ing|ed)? (?:my question|it|that|me|anything))"
        ),
        (
            r"(?:not|wasn't|wasnt|isn't|isnt|didn't|didnt|did not|doesn't|doesnt|does not|hasn't"
            r"|has not|"
            r"still not)(?: really| quite| at all| very){0,2} "
            r"(?:what (?:i|we)(?:'m| am| was)? ?<thing>\w{3,9}(?: for| about)?|"
            r"helpful|useful|it|that|this|right|correct|the (?:right )?(?:answer|one)|my question"
            r"|relevant|"
            r"help(?:ed|ing)?(?: me)?|work(?:ing)?|answer (?:my question|it|that|me))"
        ),
        (
            r"(?:you|u) (?:did not|didn't|didnt|don't|dont|do not|have not|haven't|misunderstood|"
            r"are not|aren't|got it wrong|got me wrong)(?: really| even)?"
            r"(?: (?:answer(?:ed|ing)?|understand|understood|get|read|listen(?:ing)?|"
            r"help(?:ed|ing)?))?(?: to)?"
            r"(?: (?:my question|me|it|that|what i (?:asked|said|meant)))?"
        ),
        (
            r"i (?:did not|didn't|didnt|wasn't|was not) (?:ask(?:ing)?|mean)(?: for| about)?"
            r"(?: that| this| it)?"
        ),
        r"i already (?:know|knew|read|tried|did) (?:that|this|it)",
        r"(?:wrong|bad|useless|incorrect|irrelevant) (?:answer|question)",
        (
            r"(?:(?:that|this|it)(?:'s|s| is| was)? )?"
            r"(?:wrong(?: one)?|useless|incorrect|irrelevant|unhelpful|nonsense|no good|something"
            r" else|"
            r"neither|none|not (?:really|quite|exactly|at all)|(?:not|isn't|isnt|wasn't|wasnt)(?:"
            r" it)?)<end>"
        ),
        (
            r"none of (?:these|those|them|that|the above)|neither of (?:these|them)|"
            r"not (?:these|those|any of (?:these|them))"
        ),
    ),
    leads_on=(
        (
            r"(?:i|we) (?:asked|was asking|am asking|meant|mean|want|wanted|need|said)(?: to"
            r" know)?(?: about| for)?"
        ),
        r"i'm asking(?: about)?|my question (?:is|was)(?: about)?",
        r"but|and",
    ),
)

LANGUAGE: Final = Language(
    code="en",
    name="English",
    small_words="""
        a about after all am an and any are aren't at be been before but by can can't could did
        didn't do does doesn't don't for from get give got had has have haven't he hello help her
        here hi his how i i'd i'll i'm i've if in into is isn't it it's its just know let like
        make many me much my need never no not of off on one or order our out over please she
        should so some still tell than thank thanks that that's the their them then there these
        they this to too under until up us want was we were what what's when where where's which
        while who why will with won't would yes yet you your you're
    """,
    tells="always",
    courtesies=Courtesies(
        greetings="""
            hi, hello, hey, hey there, hi there, hello there, hiya, yo, hola, howdy, greetings,
            hy, hii, hlo, helo, hellow, good morning, good afternoon, good evening, good day,
            morning, evening, hi all, hi team, hello team, hey team, dear team, hi everyone, hello
            everyone, good night, how are you, how r u, how are you doing, how are you today, how
            is it going, how's it going, what's up, whats up, sup, wassup, nice to meet you, bye,
            goodbye, bye bye, see you, see ya, good bye, is anyone there, anyone there, anybody
            there, you there, are you there, bonjour, test, question, i have a question, i have
            question, i got question, i've a question, i have got a question, i got a question,
            quick question, help, help me, help please, please help, need help, i need help, i
            need some help, can you help, can you help me, could you help me, can u help me, who
            are you, who r u, are you a bot, are you a robot, is this a bot, are you a chatbot
        """,
        thanks="""
            thanks, thank you, thank u, thankyou, thx, thnx, tnx, ty, tysm, cheers, thanks a lot,
            many thanks, thank you so much, thank you very much, thanks so much, thanks very much,
            thanks a bunch, much appreciated, appreciate it, i appreciate it, great thanks, ok
            thanks, okay thanks, ok thank you, okay thank you, perfect thanks, perfect thank you,
            great thank you, thanks again, thank you again, thanks for your help, thank you for
            your help, thanks for the help, thank you for the help, that helped, that helps, that
            helped thanks, awesome thanks, got it thanks, no thanks, no thank you, thanks bye,
            thank you bye, ok, okay, great, perfect, awesome, got it, cool, all good, all good
            thanks, very helpful, that was helpful, no that's all, that's all, no that's fine, no
            i'm good, i'm good, no all good, nothing else, no that's all thanks, perfect that's
            it, thanks a million, thanks a ton, super thanks, cheers mate, great that works, that
            works, thanks that's all, thanks that is all, that worked, it works, it worked, that
            works thanks
        """,
        laughter="lol, haha, hahaha, ha ha, hehe, xd, rofl, lmao",
        kindness=(
            "thanks|thank you|thx",
            "so much|very much",
            "for",
            "your|the|all|this|that",
            "very|quick|fast|kind|great",
            "help|answers?|reply|response|time|info|information|support|patience",
        ),
        fillers="hi hello hey there again so ok okay well oh um hmm bot dear sir madam team guys"
        " all everyone",
    ),
    person=_PERSON,
    rejections=_REJECTIONS,
    choices=Choices(
        ordinals=("1 1st first one", "2 2nd second two", "3 3rd third three", "4 4th fourth four"),
        fillers="""
            a the number no nr num option choice answer please pls thanks thank you one i i'd want
            would like take pick choose mean meant it it's is that that's this ok okay yes yeah yep
            with go for about my
        """,
        yes="yes yeah yep yup sure right correct exactly",
    ),
    instructions=(
        (
            ("instruction", "rules", "prompt", "guideline"),
            (
                r"\b(ignore|disregard|forget|override)\b.{0,30}\b(instructions?|rules|prompts?"
                r"|guidelines)"
            ),
        ),
        (("system ", "developer "), r"\b(system|developer) (prompt|message|mode)\b"),
        (("you are ",), r"\byou are (now|no longer) (a|an|in|the|bound)\b"),
        (
            ("instructions", "prompt"),
            r"\b(reveal|print|repeat|show) (me )?(your|the) (\w+ )?(instructions|prompt)",
        ),
        (("do not ",), r"\bdo not (tell|inform) the (user|customer)\b"),
        (
            ("<|", "inst]", "language model", " ai "),
            r"<\|[a-z_]+\|>|\[/?inst\]|\bas an? (ai|language model)\b",
        ),
    ),
    names=("english", "anglais", "영어", "en-us", "en-gb"),
    columns={
        "id": ("id", "key", "qid"),
        "title": ("title",),
        "language": ("language", "lang", "locale"),
        "questions": (
            *("question", "questions", "phrasing", "phrasings", "utterance", "utterances"),
            *("q", "query", "queries", "faq", "user question", "customer question"),
        ),
        "answer": ("answer", "answers", "reply", "response", "a", "answer text"),
    },
)
