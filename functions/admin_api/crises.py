"""The operators' routes for a crisis live here: its profiles, on and off, and its rehearsal."""

from collections.abc import Callable, Iterator, Mapping
from itertools import islice

from surgeline.adapters.configuration.crisis_rules import profile_problems
from surgeline.application.answers.knowledge_shelf import KnownArticles
from surgeline.application.change_configuration import ChangeConfiguration
from surgeline.application.configuration import Configuration, ConfigurationShelf
from surgeline.application.crisis.crises import profile_of, turn_off, turn_on, write_profile
from surgeline.application.crisis.rehearse_crisis import rehearse
from surgeline.application.reports.read_cases import read_cases
from surgeline.domain.crisis.in_crisis import Marks, fit_of
from surgeline.domain.crisis.profile import CHEERFUL, SELLING, Profile, lasting
from surgeline.domain.times import rfc3339
from surgeline.errors import BadRequest
from surgeline.knowledge.text.languages import LANGUAGES
from surgeline.reports.case import Case
from surgeline.runtime.bootstrap import Backend
from surgeline.runtime.http import Request, Response, json_only
from surgeline.runtime.strict_json import load_object

from functions.admin_api.incidents import minutes_in, names_in, texts_in
from functions.admin_api.routes import Routes, author_of, name_in

PATH = "/v1/admin/crisis"
USUAL_MINUTES = 24 * 60
DAY_MS = 86_400_000
MOST_CASES = 50_000
MOST_LISTED = 100
FIELDS = ("preamble", "banner", "texts", "suppressed_tags", "to_people")


class CrisisRoutes:
    """The routes below /v1/admin/crisis."""

    def __init__(
        self,
        backend: Backend,
        shelf: ConfigurationShelf,
        change: ChangeConfiguration,
        articles: KnownArticles,
        info: Callable[..., None],
    ) -> None:
        self._backend = backend
        self._shelf = shelf
        self._change = change
        self._articles = articles
        self._info = info

    def read(self) -> Routes:
        """Return the routes that change nothing."""
        return {f"GET {PATH}": self._show, f"GET {PATH}/rehearsal": self._rehearse}

    def write(self) -> Routes:
        """Return the routes that change something."""
        return {
            f"PUT {PATH}": self._on,
            f"DELETE {PATH}": self._off,
            f"PUT {PATH}/profiles/{{profile_id}}": self._write,
        }

    def _show(self, request: Request) -> Response:
        """Answer whether a crisis is on, the profiles, and what becomes of the articles."""
        del request
        return Response(200, self._status())

    def _on(self, request: Request) -> Response:
        """Turn a crisis on with a profile, for some time."""
        json_only(request)
        body, now = load_object(request.body), self._backend.clock.now()
        profile = body.get("profile")
        if not isinstance(profile, str):
            raise BadRequest("name a crisis profile", field="profile")
        minutes = minutes_in(body, now, usual=USUAL_MINUTES)
        crisis = turn_on(self._signed(request), profile, minutes=minutes, now=now)
        self._info("crisis_on", profile=crisis.profile.id, until=rfc3339(crisis.until))
        return Response(200, self._status())

    def _off(self, request: Request) -> Response:
        """Turn the crisis off. Without one nothing changes."""
        turn_off(self._signed(request))
        self._info("crisis_off")
        return Response(200, self._status())

    def _write(self, request: Request) -> Response:
        """Add a crisis profile, or define it anew."""
        json_only(request)
        profile = _profile(name_in(request, "profile_id"), load_object(request.body))
        bases = _bases(self._shelf.latest())
        write_profile(
            self._signed(request),
            profile,
            languages=LANGUAGES,
            check=profile_problems,
            knows=lambda article: any(self._articles.has(base, article) for base in bases),
        )
        self._info("crisis_profile_written", profile=profile.id)
        return Response(200, _shown(profile))

    def _signed(self, request: Request) -> ChangeConfiguration:
        return self._change.signed(author_of(request))

    def _rehearse(self, request: Request) -> Response:
        """Answer what each conversation of the last day would have met under a profile."""
        configuration, now = self._shelf.current(), self._backend.clock.now()
        profile = profile_of(configuration, request.query.get("profile", "")[:64])
        bases = {each.id: each.knowledge_base for each in configuration.channels}
        cases = read_cases(self._backend.store(), self._backend.outcomes(), now - DAY_MS, now + 1)

        def marks(case: Case, article: str) -> Marks:
            return self._articles.marks(bases.get(case.channel_id, ""), article)

        found = rehearse(islice(cases, MOST_CASES), profile, marks)
        body = {
            "profile": profile.id,
            "from": rfc3339(now - DAY_MS),
            "to": rfc3339(now),
            "conversations": found.conversations,
            "complete": found.conversations < MOST_CASES,
            "counts": dict(found.counts),
            "more_people": found.more_people,
            "met": [
                {"conversation_id": e.conversation_id, "articles": list(e.articles), "fit": e.fit}
                for e in reversed(found.met)
            ],
        }
        return Response(200, body)

    def _status(self) -> Mapping[str, object]:
        configuration, now = self._shelf.latest(), self._backend.clock.now()
        crisis = configuration.crisis
        profile = lasting(crisis, now)
        on = None
        if crisis is not None and profile is not None:
            times = {"since": rfc3339(crisis.since), "until": rfc3339(crisis.until)}
            on = {"profile": profile.id, **times}
        return {
            "as_of": rfc3339(now),
            "on": on,
            "profiles": [
                _shown(each) | {"articles": self._fits(configuration, each)}
                for each in configuration.crisis_profiles
            ],
        }

    def _fits(self, configuration: Configuration, profile: Profile) -> list[dict[str, object]]:
        """Return for each knowledge base what would become of its articles."""
        return [
            {"knowledge_base": base, **_counts(self._articles.all_marks(base), profile)}
            for base in sorted(_bases(configuration))
        ]


def _counts(marked: Iterator[tuple[str, Marks]], profile: Profile) -> dict[str, object]:
    found: dict[str, list[str]] = {}
    for article, marks in marked:
        found.setdefault(fit_of(article, marks, profile), []).append(article)
    counts = {
        fit: len(found.get(fit, ())) for fit in ("variant", "neutral", "suppressed", "to_people")
    }
    return {**counts, "suppressed_ids": found.get("suppressed", [])[:MOST_LISTED]}


def _bases(configuration: Configuration) -> set[str]:
    return {each.knowledge_base for each in configuration.channels}


def _profile(profile_id: str, body: Mapping[str, object]) -> Profile:
    for name in body:
        if name not in FIELDS:
            raise BadRequest(f"there is no such field; use {', '.join(FIELDS)}", field=name)
    texts = body.get("texts", {})
    if not isinstance(texts, dict):
        raise BadRequest("use texts by language and then by key", field="texts")
    tags = names_in(body, "suppressed_tags") if "suppressed_tags" in body else (CHEERFUL, SELLING)
    return Profile(
        id=profile_id,
        preamble=texts_in(body, "preamble"),
        banner=texts_in(body, "banner"),
        texts={language: texts_in(texts, language) for language in texts},
        suppressed_tags=tags,
        to_people=names_in(body, "to_people"),
    )


def _shown(profile: Profile) -> dict[str, object]:
    return {
        "id": profile.id,
        "preamble": dict(profile.preamble),
        "banner": dict(profile.banner),
        "texts": {language: dict(texts) for language, texts in profile.texts.items()},
        "suppressed_tags": list(profile.suppressed_tags),
        "to_people": list(profile.to_people),
    }
