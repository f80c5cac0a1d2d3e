"""An article, its problems and its limits are described here; reading files is done elsewhere."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Final

from surgeline.knowledge.articles.media import ArticleMedia

MAX_FILE_BYTES: Final = 20 * 1024 * 1024
MAX_LINE_BYTES: Final = 1024 * 1024
MAX_ANSWER_CHARS: Final = 4_000
MAX_QUESTION_CHARS: Final = 500
MAX_TITLE_CHARS: Final = 500
MAX_ID_CHARS: Final = 200
MAX_QUESTIONS: Final = 2_000
MAX_PROBLEMS: Final = 100
MAX_TAGS: Final = 20
MAX_NOTE_CHARS: Final = 1_000


@dataclass(frozen=True, slots=True)
class Article:
    """One knowledge-base entry: example questions and the answer they share.

    `tags` are words about the article, as "neutral", "cheerful" or "selling". `crisis_answer` takes
    the answer's place while a crisis lasts. `state` is one of `states.STATES`, or empty where the
    author says nothing of it. Then a published article keeps its state, and a new one answers.
    `media` are shown with the answer. `note` is for people who answer, as the policy on the topic.
    Customers never read it.
    """

    id: str
    title: str
    language: str
    questions: tuple[str, ...]
    answer: str
    tags: tuple[str, ...] = ()
    crisis_answer: str = ""
    state: str = ""
    media: tuple[ArticleMedia, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """The place where an article was written; lines count from 1.

    `names` holds the names of fields in that file, where they are not the fields' own names.
    `lines` holds the lines of fields that do not stand on the article's line. `entry` helps the
    author to find the article where lines tell little. It is a row of a spreadsheet, or an id in a
    file of one line.
    """

    file: str
    line: int
    names: Mapping[str, str] = field(default_factory=dict)
    lines: Mapping[str, int] = field(default_factory=dict)
    entry: str = ""

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"

    def name_of(self, name: str) -> str:
        """Return the author's name for a field."""
        return self.names.get(name, name)

    def line_of(self, name: str) -> int:
        """Return the line on which a field stands."""
        return self.lines.get(name, self.line)


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong in a knowledge base; `line` counts from 1, `field` is "" for a whole line."""

    file: str
    line: int
    field: str
    message: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}"
        return (
            f"{place}: {self.field}: {self.message}" if self.field else f"{place}: {self.message}"
        )


class KnowledgeRefused(Exception):
    """A knowledge base that must not be published; `problems` says where and why."""

    def __init__(self, problems: Collection[Problem]) -> None:
        """Keep the problems and write each on its own line."""
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


@dataclass(frozen=True, slots=True)
class Read:
    """The articles of a knowledge base, their places, and warnings.

    `left_out` has the problems of what a lenient reading left out.
    """

    articles: tuple[Article, ...]
    places: tuple[Place, ...]
    warnings: tuple[Problem, ...]
    left_out: tuple[Problem, ...] = ()
