"""A language is described here: the words and patterns by which its customers are understood.

Each language has one file in `knowledge/text/languages/`. Every field but the code and the name may
be left out. Patterns are regular expressions over lower-case text without accents. They are
compiled when they are first needed. Each pattern must need time in proportion to the text.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final, Literal, NamedTuple

Tells = Literal["always", "alone", "mostly"]

# These are plain tuples, because making a dataclass takes a millisecond of every cold start.
_NONE: Final[Mapping[str, Any]] = MappingProxyType({})


class Script(NamedTuple):
    """The letters that only this language is written with.

    `letters` is a character class. A text is in the language where `enough` of its letters are in
    the class. It is also in the language where more than `share` of its letters are.
    """

    letters: str
    enough: int | None = None
    share: float = 0.5


class Courtesies(NamedTuple):
    """Messages that ask nothing. Lists are separated by commas, without accents.

    `kindness` holds six lists of alternatives: thanks, how much, for, whose, which, what. One of
    each in this order is a thank-you ("thanks a lot for your quick reply"). `fillers` are words
    that may stand beside a courtesy. `laughing` letters laugh or cry when they stand alone.
    """

    greetings: str = ""
    thanks: str = ""
    laughter: str = ""
    kindness: tuple[str, str, str, str, str, str] = ("", "", "", "", "", "")
    fillers: str = ""
    laughing: str = ""


class PersonWishes(NamedTuple):
    """Patterns of "I want a person".

    `<name>` in a pattern stands for the part of that name. `unwanted` is taken out of a message
    before the message is searched again ("I don't want an agent"). `elsewhere` is taken out first:
    talking to somebody as a step of something else. `instead` replaces words that look like a wish.
    `spelled` words may have one wrong letter. `never_misspelt` words are words of their own.
    """

    parts: Mapping[str, str] = _NONE
    wishes: tuple[str, ...] = ()
    unwanted: tuple[str, ...] = ()
    elsewhere: tuple[str, ...] = ()
    instead: Mapping[str, str] = _NONE
    spelled: str = ""
    never_misspelt: str = ""


class Rejections(NamedTuple):
    """Patterns of "that is not what I asked"; a message begins with one of them.

    `<end>` in a pattern stands for the end of a clause, `<name>` for the part of that name. `no` is
    a mere no. `no_before` is a no that no comma parts from the rejection after it. `openers` may
    stand before a rejection, `leads_on` after it.
    """

    parts: Mapping[str, str] = _NONE
    no: tuple[str, ...] = ()
    no_before: tuple[str, ...] = ()
    openers: tuple[str, ...] = ()
    statements: tuple[str, ...] = ()
    leads_on: tuple[str, ...] = ()


class Choices(NamedTuple):
    """Words by which a customer picks one of the offered choices, separated by spaces.

    `ordinals` holds the words for the first to the fourth choice. `ordinal` is a pattern of a whole
    message without spaces. Its first group is the number, and the next four groups stand for 1 to
    4.
    """

    ordinals: tuple[str, str, str, str] = ("", "", "", "")
    ordinal: str | None = None
    fillers: str = ""
    yes: str = ""


class Letters(NamedTuple):
    """The parts of a message that ask nothing, as patterns over lower case without accents.

    - `openings` greet at the beginning. Words of `addressed`, or a name, may follow.
    - `leads` come before a question ("I am writing to ask").
    - `pleasantries` begin sentences that ask nothing, unless one of `unless` occurs in them.
    - `closings` begin the end of a letter. A name may follow.
    - `trailing` stands at the end of a question ("thanks").
    - `numbered` are things with a number, and `number` are words for it. `is_number` comes between
      them where the number makes a clause of its own ("my order number is"), or `ends_number` after
      it. `begins_number` may come before.
    - `pleads` are words of politeness that call for somebody ("help").
    - `asks_number` are words for numbers in answers that may ask for one.
    - `follows_number` comes after a number that stands by itself, and goes with it ("번 주문").
    - `history` matches the line above a quoted message, `disclaimers` the first line of one.
    - `asks` occurs in sentences that ask, besides the question mark.
    - `joins` stands between two questions in one sentence ("and").
    - `begins` begins a second question where nothing joins them. `ends` ends the first one, and
      takes up no letter.
    - `continues` begins messages that go on from the message before ("and to Korea?").
    """

    openings: tuple[str, ...] = ()
    addressed: str = ""
    leads: tuple[str, ...] = ()
    pleasantries: tuple[str, ...] = ()
    unless: str = ""
    closings: tuple[str, ...] = ()
    trailing: str = ""
    numbered: str = ""
    number: str = ""
    is_number: str = ""
    ends_number: str = ""
    begins_number: str = ""
    follows_number: str = ""
    pleads: str = ""
    asks_number: str = ""
    history: tuple[str, ...] = ()
    disclaimers: tuple[str, ...] = ()
    asks: str = ""
    joins: str = ""
    begins: str = ""
    ends: str = ""
    continues: str = ""


class Negations(NamedTuple):
    """Words that turn a statement around. Lists are separated by spaces, without accents.

    `before` stand before the word that they deny ("not declined"), `after` behind it ("marche
    pas"). `joined` is a pattern of one or two words whose group is denied. `skipped` words stand
    between, and `pending` words turn a denial into a question about time ("not yet"). A `lasting`
    one of these does not directly behind a denial ("not still"). `unable` is a pattern of how a
    word begins that says that something is impossible.

    An `unsure` word with an `asking` word behind it asks and denies nothing ("don't know how"), and
    neither does a denial behind an `either` word ("or not"). `owning` words begin the subject of a
    question that starts with its denial ("why isn't my card working").
    """

    before: str = ""
    after: str = ""
    joined: str = ""
    skipped: str = ""
    pending: str = ""
    lasting: str = ""
    unable: str = ""
    unsure: str = ""
    asking: str = ""
    owning: str = ""
    either: str = ""


@dataclass(frozen=True, kw_only=True)
class Language:
    """A language in which articles are written and customers are answered.

    - `name`: the language's name for itself, as the chat page shows it.
    - `small_words`: its most frequent words, by which a message shows its language.
    - `ordinary`: common words without accents, which are never corrected to similar ones.
    - `endings`: what an ordinary word may end in besides ("s", "ing").
    - `weak_words`: words without accents that name no subject. In Korean these are the first two
      syllables of words.
    - `script`: its own letters, where it has some.
    - `spelling`: patterns of its words, with a score.
    - `tells`: how many of a message's words must be known. With "always" a few are enough. With
      "alone" a single word can be a message. With "mostly" a third of the words must be known.
    - `joined`: true where the language can be written without spaces, so that wishes are also
      looked for without spaces.
    - `instructions`: words of which one must occur, and a pattern of an instruction to a machine.
    - `withdrawals`: ways to take a request back ("never mind"), separated by commas, without
      accents.
    - `names` and `columns`: what spreadsheets call the language, and an article's fields, in it.
    """

    code: str
    name: str
    small_words: str = ""
    ordinary: str = ""
    endings: str = ""
    weak_words: str = ""
    script: Script | None = None
    spelling: tuple[tuple[str, float], ...] = ()
    tells: Tells = "mostly"
    joined: bool = False
    courtesies: Courtesies = field(default_factory=Courtesies)
    withdrawals: str = ""
    letters: Letters = field(default_factory=Letters)
    negations: Negations = field(default_factory=Negations)
    person: PersonWishes = field(default_factory=PersonWishes)
    rejections: Rejections = field(default_factory=Rejections)
    choices: Choices = field(default_factory=Choices)
    instructions: tuple[tuple[tuple[str, ...], str], ...] = ()
    names: tuple[str, ...] = ()
    columns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
