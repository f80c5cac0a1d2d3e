"""English is described here."""

from typing import Final

from surgeline.knowledge.text.language import (
    Choices,
    Courtesies,
    Language,
    Letters,
    Negations,
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
            r"\b(?<!do i )(?<!do we )(?<!do you )(?<!will i )(?<!will you )(?<!you )(?<!they"
            r" )(?<!should"
            r" i )"
            r"<ask>(?: me| us| to have| to get| a chat with| to see"
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
        # "the one I chose" is about a thing that came, not about the answer
        "not_of_goods": r"(?! (?:that )?(?:i|we)(?:'ve|'d| have| had)? (?:order|b(?:uy|ought)"
        r"|purchas|paid|pay|receiv|got\b|chose|pick|select))",
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
            r"|issue)\b<not_of_goods>|"
            r"it|right|correct|helpful|useful|relevant|related|(?:help|helping|work|working)(?:"
            r" me)?|"
            r"answer(?:ing|ed)? (?:my question|it|that|me|anything))"
        ),
        (
            r"(?:not|wasn't|wasnt|isn't|isnt|didn't|didnt|did not|doesn't|doesnt|does not|hasn't"
            r"|has not|"
            r"still not)(?: really| quite| at all| very){0,2} "
            r"(?:what (?:i|we)(?:'m| am| was)? ?<thing>\w{3,9}(?: for| about)?|"
            r"helpful|useful|it|that|this|right|correct"
            r"|the (?:right )?(?:answer|one)\b<not_of_goods>"
            r"|my question|relevant|"
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

_LETTERS = Letters(
    joins="and|and also|and then|plus|also|&",
    begins=(
        "(?:can|could|may|do|should) (?:i|you|we)|(?:is|are) there|does (?:it|the|my|your)"
        "|how (?:do|does|is|are)|(?:what|where) (?:is|are|do|can)"
        "|when (?:is|are|do|does|will|can)|what's|where's"
    ),
    continues="and|but|or|also|plus|what about|how about|what if|same for",
    openings=(
        ("hi+|hell?ow?|hlo|hey+|heya|hiya|howdy|greetings|good (?:morning|afternoon|evening|day)"),
        "dear|to whom it may concern|excuse me",
    ),
    addressed=(
        "(?:customer|support|service|sales|help) (?:team|service|support|care|desk)"
        "|there|all|team|guys|everyone|everybody|folks|sirs?|madam|ma'am|sir or madam"
        "|or|again|mr|mrs|ms|dear|bot|friends?|support|customer (?:support|service"
        "|care) team|to you|you all"
    ),
    leads=(
        (
            "(?:i am|i'm|i was|just) (?:writing|contacting|messaging|emailing"
            "|reaching out)(?: to)?(?: you)?(?: today)?(?: because| as| since| to (?:ask"
            "|know|find out|enquire|inquire)(?: you)?| about| regarding)"
        ),
        (
            "(?:i have )?(?:just )?(?:a |one |another )?(?:quick |short |small "
            "|simple )?question(?: for you)?(?= ?[,:;-])"
        ),
        ("(?:i am |i'm )?sorry (?:to|for) (?:bother|disturb|trouble)(?:ing)?(?: you)?(?= ?[,:;-])"),
        "(?:can|could|may) i ask(?: you)?(?: something| a question)?(?= ?[,:;-])",
    ),
    pleasantries=(
        (
            "(?:i |we )?(?:do |really )?hop(?:e|ing) (?:this|you(?:'re| are| had| have"
            r"| all)?|your|all|everyone|everything|that)\b"
        ),
        (
            r"(?:i am|i'm|we are|we're) (?:an? )?(?:\w+ ){0,3}(?:customers?|clients?|fans?"
            r"|buyers?|subscribers?|users?)\b"
        ),
        (
            "(?:i|we)(?:'ve| have| had)? (?:always )?been (?:an? "
            r"|\w+ )?(?:\w+ )?(?:customers?|shopping|buying|ordering|using|with you|happy"
            r"|fans?)\b"
        ),
        ("(?:i|we)(?:'ve| have)? (?:always|really|absolutely) (?:love|like|enjoy|been|had)"),
        (
            "(?:i am|i'm|i was) (?:contacting|writing|messaging|emailing"
            "|reaching out)(?: to)?(?: you)?(?: today| again| now| because i (?:need|have"
            "|want) (?:your |some |a )*(?:help|assistance|question|advice)(?: (?:with"
            r"|about|on) (?:something|this|it))?)*\W*$"
        ),
        (
            "(?:i|we) (?:need|could use|would like|want)(?: your| some| a bit of"
            "| a little)* (?:help|assistance|advice)(?: (?:with|on|about) (?:something"
            r"|this|it))?(?: please)?\W*$"
        ),
        r"(?:i'm |i am |we're )?(?:so |very |really )?sorry (?:to|for|if|about)\b|apolog",
        r"(?:i |we )?(?:am |are |'m )?(?:really )?look(?:ing)? forward\b",
        (
            "(?:(?:i|we)(?:'d| would| will|'ll| am|'m)? )?(?:be )?(?:very |most |so "
            "|really |truly |greatly )*(?:be )?(?:very |most |so |really |truly |greatly "
            "|much )*(?:grateful|thankful|obliged"
            "|appreciate)(?: it)?(?: for)?(?: if you could (?:help|answer|reply|respond"
            "|get back))?(?: to)?(?: me| us)?(?: (?:your|any|a|an|the|all"
            "|some))?(?: (?:quick|prompt|fast|swift|kind|early|urgent"
            "|possible))*(?: (?:help|answer|reply|response|assistance|time|feedback|advice"
            r"|support|info|information|attention|guidance))*\b"
        ),
        r"(?:many |thanks and |so )?(?:thanks|thank you|thx|cheers)\b",
        (
            "please (?:do )?(?:get back|reply|respond|answer|write back|advise|help)(?: to"
            "| me| us| asap| soon| quickly| as soon as possible| out| this| here| today"
            r"| now)*\W*$"
        ),
        (
            "(?:please )?let me know(?: please| asap| soon| as soon as possible"
            r"| when you can)*\W*$"
        ),
        (
            "any (?:help|advice|info|information|guidance|assistance"
            r"|feedback)(?: \w+)? (?:is|would be|will be|appreciated|welcome)"
        ),
        (
            r"(?:please )?have an? (?:\w+ )?(?:day|one|evening|weekend|week|night|time"
            r"|morning|afternoon)\b"
        ),
        r"(?:my name is|my name's)(?: \w+){1,4}\W*$",
        (
            "(?:i have|i had|i've got|i got|just)(?: an?| one| another| two| some"
            r"| few)* (?:\w+ )?questions?(?: for you| about something| here)?\W*$"
        ),
        (
            r"(?:here is|here's|this is) my (?:question|problem|issue)\W*$"
            r"|quick question\W*$"
        ),
        (
            "i(?:'ve| have)? ?(?:already )?(?:looked|searched|checked|read|browsed"
            r"|been)\b.*\b(?:website|site|faqs?|web ?page|help pages?|online|internet"
            r"|google)\b(?:.*\b(?:could ?n(?:o|')t|didn't|did not|no|nothing|without)\b.*)?"
        ),
        (
            r"(?:i )?could ?n(?:o|')t find (?:anything|an answer|it|any)\b|keep up\b"
            r"|stay safe\b|take care\b|god bless\b|all the best\b|happy (?:holidays"
            "|new year|christmas|friday)"
        ),
        r"can you help(?: me)?(?: please| out| with (?:something|this|it))*\W*$",
    ),
    unless=(
        r"\b(?:but|however|how|what|when|where|which|whether|why|who|if i|can i|could i"
        r"|do i|did i|tell me|explain|refund|still|n't|not)\b"
    ),
    closings=(
        (
            "(?:with )?(?:my |our )?(?:kind|best|warm|warmest|kindest"
            r"|many)(?: \w+)? ?(?:regards|wishes|thanks)|regards|(?:yours )?sincerely"
            "|yours(?: truly| faithfully)?|best|all the best|cheers|take care|sent from my"
            "|get outlook|thanks(?: a lot| again| so much| in advance| very much)?"
            "|thank you(?: so much| again| very much| in advance)?|thx|respectfully|br|xx+"
            r"|have a (?:\w+ )?(?:day|evening|weekend|one)"
        ),
    ),
    trailing=(
        "thanks|thank you|thx|ty|tia|cheers|a lot|so much|very much|in advance|again"
        "|asap|many thanks|please help(?: me)?|please|pls|plz"
    ),
    numbered=(
        "orders?|purchase|invoice|booking|reservation|tickets?|tracking|reference"
        r"|ref\.?|customer|account|case|confirmation|parcel|package|shipment|client"
        "|member(?:ship)?|request|transaction"
    ),
    number=r"numbers?|nos?\.?|nr\.?|num|ids?|codes?|ref(?:erence)?\.?",
    is_number="is|was|are|it's|=",
    begins_number=(
        "and|my|our|your|the|this|that|an?|of|for|from|in|to|with|is|are|was|it is"
        "|it's|here|here's|about|re|on"
    ),
    pleads=r"\bhelp",
    asks_number=r"\b(?:numbers?|nos?\.|codes?|ids?|references?)(?!\w)",
    history=(
        "on .{6,80}(?:wrote|writes):",
        "-{2,} ?(?:original|forwarded) (?:message|mail) ?-{2,}|begin forwarded message",
        r"from: \S.{0,120}",
    ),
    disclaimers=(
        (
            "(?:this|the) (?:e-?mail|message|communication"
            r"|information)\b.{0,120}\b(?:confidential|intended|privileged)"
            r"|confidentiality notice|disclaimer\b|if you are not the intended"
            "|please consider the environment"
        ),
    ),
    asks=(
        "^(?:and |also |so |but |then |ok |or )*(?:how|what|when|where|who|whom|whose"
        "|which|why|can|could|do|does|did|is|are|was|were|will|would|should|shall|may"
        "|have|has|whats|hows|wheres|what's|how's|where's|please|pls|tell|give|show"
        r"|send|help|cancel)\b|\bi(?:'d| would)? ?(?:want|need|wish|like|can't|cannot"
        r"|can not|couldn't|have to) |\b(?:wondering|tell me|let me know|know (?:if|how"
        r"|when|where|what|whether|why|about))\b"
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
    ordinary="""
        able above accept access accident action active actual address adult advance
        advice affect afford afraid again against agree ahead alarm album alert alive
        allow almost alone along already alter although always amount angel anger angle
        angry animal annoy answer anybody anyone anything apart apple apply area argue
        around arrange arrive article asked asleep assist attach attack attempt attend
        aunt author avoid awake award aware awful baby back badly bake balance ball band
        bank base basic basis bath battle beach bear beat beauty become began begin
        behave behind belief belong below belt bend beside best better between beyond
        bike bill bird birth bite black blame blank blind block blocked blood blow board
        boat body bone book boot border bored born borrow boss both bother bottle bottom
        bought bound bowl brain brake branch brand brave bread break breath bridge brief
        bright bring broke broken brother brown brush budget build built burn burst busy
        butter button call calm came camera camp cancelled cancer candle care career
        carry case cash cast catch caught cause cell centre certain chain chair chance
        change changed channel charge charged charity chart chat cheap cheat check
        cheese chest chief child choice choose chose church circle city claim class
        clean clear clever click climb clock close closed cloth clothes cloud club coach
        coast coat code coffee cold collar collect college colour come common company
        compare complain complete concern confirm connect consent consider contact
        contain content contest context continue contract control convert cook cool copy
        corner correct cost cotton could count country couple courage course court
        cousin cover cream create credit crime cross crowd cruel culture current custom
        cycle daily damage dance danger dare dark data date dates daughter dead deal
        dear death debate debt decide declined deep defect defend degree delay delete
        deleted deliver delivered demand depend deposit depth describe desert deserve
        design desk dessert detail device diary differ dinner direct dirty discover
        discuss dish display distance divide doctor dollar door double doubt down draft
        draw dream dress drink drive drop drove during duty each early earn earth easily
        east easy edge edit effect effort eight either elder elect else email emerge
        employ empty enable ending enemy engage engine enjoy enough ensure enter entire
        entry envelope equal error escape even evening event ever every exact exam
        example except excite excuse exist exit expand expect expense expert expire
        explain expose extend extra face fact factor fail faint fair faith fall false
        family famous fancy farm fast father fault favour fear feature feed feel feet
        fell felt fence fever field fifth fight figure file fill film final find fine
        finger finish fire firm first fish five fixed flag flash flat flew flight float
        floor flow flower focus fold follow food foot force foreign forest forget forgot
        form formal former fortune forward found four frame free fresh friend from front
        fruit fuel full function fund funny future gain game garden gate gather gave
        general gentle gift girl given glad glass glove goal goes gold gone good goods
        grade grand grant great green greet grey ground group grow guard guess guest
        guide guilty habit hair half hand handle hang happen happy hard harm hate have
        head heal health hear heard heart heat heavy height held hello help hence hidden
        hide high hill hire history hold hole holiday home honest hope horse hospital
        host hotel hour house huge human hundred hungry hunt hurry hurt husband idea
        ideal ignore image impact import improve inch include income increase indeed
        inform inside insist install instead insure intend interest invent invest invite
        iron island issue item itself jacket join joke journey judge juice jump junior
        keen keep kept kick kill kind king kiss kitchen knee knew knife knock know known
        label labour lack lady laid lake land lane language laptop large last late later
        laugh launch lawyer lead leaf league learn least leather leave left legal lend
        length less lesson letter level license life lift light like limit line link
        lips liquid list listen little live load loan local lock logic lonely long look
        loose lord lose loss lost loud love lower luck lunch machine made magic mail
        main major make male manage manner many mark market marry mass match mate matter
        maybe meal mean means measure meat media medical meet member memory mental
        mention menu mercy merge message metal method middle might mile milk mind mine
        minor minute mirror miss mistake mobile model modern moment money month mood
        moon moral more morning most mother motion motor mount mouse mouth move movie
        much murder muscle music must nail name narrow nation native nature near neat
        neck need neither nephew nerve never news next nice niece night nine noise none
        noon normal north nose note nothing notice novel number nurse object observe
        obtain obvious occur ocean offer office often older once only open opened
        opinion option orange order ordered origin other ought ours outside oven over
        owner pack package page paid pain paint pair palace pale panel paper parcel
        pardon parent park part partner party pass passion past patch path patient
        pattern pause payment peace pencil pending people pepper perfect perform perhaps
        period permit person phone photo phrase piano pick picture piece pilot pink pipe
        pitch place plain plan plane plant plate play please plenty plus pocket poem
        poet point police policy polite pool poor popular portion position possible post
        potato pound pour power praise pray prefer prepare present press pretty prevent
        price pride prime print prior prison private prize problem process produce
        product profit program promise prompt proof proper protect proud prove provide
        public pull pump punch pupil purchase pure purple purpose purse push quality
        quarter queen quick quiet quit quite quote race radio rail rain raise range rank
        rapid rare rate rather reach react read ready real realise reason recall receipt
        receive received recent recipe record recover reduce refer refunded refuse
        regard region register regret regular reject relate relax release relief rely
        remain remark remember remind remote remove rent repair repeat replace reply
        report request require rescue reserve resist resolve respect respond rest result
        resume retain retire retreat return returned reveal review reward rice rich ride
        right ring rise risk river road rock role roll roof room root rope rough round
        route royal rule rush safe sail salad salary sale sales salt same sample sand
        save scale scan scare scene scheme school score screen search season seat second
        secret section secure seek seem select self sell send senior sense sent serious
        serve service session settle seven several severe shade shake shall shape share
        sharp sheet shelf shell shift shine ship shipped shirt shock shoe shoes shook
        shoot shop shops shore short shot should shout show shown shut sick side sight
        sign signal silent silver similar simple since sing single sink sister size
        skill skin sleep slept slice slide slight slip slow small smart smell smile
        smoke smooth snow soap social sock soft soil sold sole solid solve some song
        soon sorry sort soul sound soup sour source south space spare speak special
        speech speed spell spend spent spirit split spoke sport spot spread spring
        square staff stage stairs stamp stand standard star start state station status
        stay steal steel step stick stiff still stock stole stomach stone stood stop
        store storm story strange stream street stress strict strike string strip strong
        study stuff stupid style subject submit succeed such sudden suffer sugar suggest
        suit suite summer supply support suppose sure surface surprise sweet swim switch
        symbol system table tail take tale talk tall tank tape target task taste taught
        teach team tear tell tend tennis term test text than thank that theft their them
        theme then theory there these they thick thief thin thing think third this those
        though thought thread threat three threw through throw thumb thus ticket tidy
        tight till time tiny tired title today together told tomorrow tone tonight tool
        tooth topic total touch tough tour toward towel tower town track trade train
        transaction transfer transit translate trap travel treat tree trend trial trick
        trip trouble truck true trust truth twelve twenty twice twist type unable uncle
        under unique unit unite unknown unless unpaid until update upper upset urban
        urge urgent used useful user usual valid valley value various vast version very
        video view virus visit vital voice volume vote wage wait wake walk wall want
        warm warn wash waste watch water wave weak wealth wear weather week weigh weight
        well went were west what wheel when where whether which while white whole whose
        wide wife wild will wind window wine wing winner winter wire wise wish with
        within without woman women wonder wood wool word wore work world worn worry
        worse worst worth would wound wrap write wrong wrote yard yeah year yellow
        yesterday young your yours youth zero
    """,
    endings="s es d ed ing ly r er ers 's",
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
    withdrawals="""
        never mind, nevermind, nvm, forget it, forget about it, forget that, don't bother, no need,
        no need anymore, no need any more, not needed, not needed anymore, not needed any more,
        no longer needed, it's no longer needed, i don't need a person, i don't need anyone,
        i don't need a person anymore, i don't need anyone anymore, i don't need it anymore,
        i don't need help anymore, i don't need you anymore, i no longer need a person,
        i no longer need help, i no longer need it, cancel my request, cancel the request,
        withdraw my request,
        take it back, take my request back, i found it, found it, i found the answer, i solved it,
        solved it, it's solved, it is solved, solved, it's resolved, problem solved,
        it's sorted, sorted, all sorted
    """,
    letters=_LETTERS,
    weak_words="""
        a able about actually after all am an and any anyone anything are aren't at be
        been before begin being believe but by can can't come could day days did didn't do
        does doesn't doing don't done even ever find first for from get getting give go
        going got had has have haven't he hello her here hi his how i i'd i'll i'm i've if
        in into is isn't it it's its just know last let let's lets like long longer make
        many may me might more much must my need needs never new no not now of off on one
        or our out over please possible really say says see she should so some someone
        something start starts still supposed sure take takes tell than thank thanks that
        that's the their them then there these they thing things think this time to today
        too trying two under until up us use using wanna want wants was way we were what
        what's when where where's which while who why will wish with won't would yes yet
        you you're your
    """,
    negations=Negations(
        before="""
            not don't dont didn't didnt doesn't doesnt isn't isnt wasn't wasnt aren't arent weren't
            werent haven't havent hasn't hasnt hadn't hadnt won't wont wouldn't wouldnt shouldn't
            shouldnt never without neither nor ain't no
        """,
        skipped="""
            a an the any my your our this that it me i you we they he she to be been being get got
            getting have had has want wanna need like wish trying going supposed able really even
            ever actually just longer more still is are was were do does did will would of for
            in on with know think believe sure there
        """,
        pending="yet still",
        lasting="still",
        unable="(?:cannot|can'?t|couldn'?t|unable|impossible|fail)",
        unsure="know sure understand remember certain",
        asking="how what where when why which who if whether",
        owning="my the your our this that these those",
        either="or",
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
        "answer": ("answer", "answers", "reply", "response", "a", "answer text", "body"),
    },
)
