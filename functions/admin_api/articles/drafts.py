"""The operators' routes for drafts of articles live here, from the first words to a publication."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any, get_args
from zoneinfo import ZoneInfo

from surgeline.application.answers.current_knowledge import current_version
from surgeline.application.answers.life.check_draft import ask_for_check, check_of, shown_check
from surgeline.application.answers.life.edit_drafts import EditDrafts, Wording, problems_of
from surgeline.application.answers.life.publish_drafts import publish_drafts, undo_draft
from surgeline.application.answers.life.review_articles import (
    Review,
    due_articles,
    hold_due,
    note_review,
)
from surgeline.application.answers.states.change_state import resume_reviewed
from surgeline.application.answers.states.check_states import Gate, gate_of
from surgeline.application.answers.states.published_articles import article_in, articles_now
from surgeline.application.configuration import ConfigurationShelf
from surgeline.application.knowledge_settings import KnowledgeSettings, Overdue
from surgeline.domain.times import milliseconds, rfc3339
from surgeline.errors import BadRequest, Disagrees
from surgeline.knowledge.articles.article import MAX_ID_CHARS, Article
from surgeline.knowledge.articles.jsonl import as_fields
from surgeline.knowledge.articles.life import (
    Draft,
    Origin,
    Step,
    article_of,
    difference,
    proposed_id,
)
from surgeline.knowledge.articles.media import media_problems
from surgeline.runtime.bootstrap import Backend
from surgeline.runtime.http import Request, Response
from surgeline.runtime.strict_json import text_field

from functions.admin_api.bodies import body_of
from functions.admin_api.routes import Routes, draft_id_of, name_in, reason_of, said_yes

PATH = "/v1/admin/knowledge/{knowledge_base}"
DRAFT = f"{PATH}/drafts/{{draft_id}}"
MOST_ORIGINS = 200
MOST_CHARS = 10_000
MOST_DRAFTS = 200
MOST_OWNER = 100
MOST_SOURCES = 20
MOST_SOURCE = 300
TEXTS = ("title", "language", "answer", "crisis_answer", "state", "note")
LISTS = ("questions", "tags")
ACTS = ("propose", "approve", "decline", "discard", "undo")


class DraftRoutes:
    """The routes that write, check, approve and publish drafts, and note reviews of articles."""

    def __init__(
        self, backend: Backend, shelf: ConfigurationShelf, info: Callable[..., None]
    ) -> None:
        self._backend = backend
        self._blobs = backend.blobs()
        self._shelf = shelf
        self._info = info

    def read(self) -> Routes:
        """Return the routes that change nothing."""
        return {
            f"GET {PATH}/drafts": self.list_drafts,
            f"GET {DRAFT}": self.show,
            f"GET {PATH}/due": self.list_due,
        }

    def write(self) -> Routes:
        """Return the routes that change something."""
        return {
            f"POST {PATH}/drafts": self.begin,
            f"PUT {DRAFT}": self.rewrite,
            f"POST {DRAFT}/{{act}}": self.act,
            f"POST {PATH}/release": self.release,
            f"PUT {PATH}/due": self.review,
        }

    def list_drafts(self, request: Request) -> Response:
        """Answer all drafts without their texts, the newest first, and the rules for them."""
        base = name_in(request, "knowledge_base")
        drafts = [_summary(each) for each in reversed(self._edit(base).book().drafts)]
        rules = self._shelf.current().knowledge
        told = {"second_person": rules.second_person} | _overdue(rules)
        return Response(200, {"drafts": drafts, "rules": told})

    def show(self, request: Request) -> Response:
        """Answer one draft with its text, its difference and its check."""
        base = name_in(request, "knowledge_base")
        draft = self._edit(base).book().draft(request.path["draft_id"])
        return Response(200, self._shown(base, draft))

    def begin(self, request: Request) -> Response:
        """Begin a draft of an article, or of the end of one."""
        base = name_in(request, "knowledge_base")
        body = body_of(request)
        articles = articles_now(self._blobs, base)
        wording = _wording(body, taken={each.id for each in articles})
        draft_id = draft_id_of(self._backend.randomness)
        draft = self._edit(base).write(draft_id, wording, self._step(request, "written", body))
        self._info("draft_begun", knowledge_base=base, draft_id=draft.id)
        return Response(201, self._shown(base, draft))

    def rewrite(self, request: Request) -> Response:
        """Replace the text of a draft. What was proposed or approved before is void."""
        base, draft_id = name_in(request, "knowledge_base"), request.path["draft_id"]
        body, edit = body_of(request), self._edit(base)
        known = edit.book().draft(draft_id)
        wording = _wording(body, article_id=known.article_id)
        step, read_at = self._step(request, "written", body), _moment(body.get("changed_at"))
        draft = edit.rewrite(draft_id, wording, step, read_at=read_at)
        return Response(200, self._shown(base, draft))

    def act(self, request: Request) -> Response:
        """Propose, approve, decline, discard or undo a draft."""
        base, draft_id = name_in(request, "knowledge_base"), request.path["draft_id"]
        act, body, edit = request.path["act"], body_of(request), self._edit(base)
        if act not in ACTS:
            raise BadRequest(f"use one of {', '.join(ACTS)}", field="act")
        if act == "discard":
            edit.discard(draft_id)
            return Response(200, {"id": draft_id, "state": "discarded"})
        if act == "undo":
            version, draft = undo_draft(
                self._blobs, base, draft_id, self._step(request, "undone", body)
            )
            self._info("draft_undone", knowledge_base=base, draft_id=draft_id, version=version)
            return Response(200, self._shown(base, draft) | {"version": version})
        if act == "propose":
            draft = edit.propose(draft_id, self._step(request, "proposed", body))
        elif act == "decline":
            draft = edit.decline(draft_id, self._step(request, "declined", body))
        else:
            draft = self._approve(base, draft_id, edit, self._step(request, "approved", body))
        return Response(200, self._shown(base, draft))

    def _approve(self, base: str, draft_id: str, edit: EditDrafts, step: Step) -> Draft:
        """Approve a draft whose check compares it with the articles that answer now."""
        check, now = check_of(self._blobs, base, draft_id), current_version(self._blobs, base)
        if check is not None and check["version"] != now:
            edit.book().draft(draft_id)
            ask_for_check(self._blobs, base, draft_id, at=step.at)
            raise Disagrees(
                "other articles were published since the check; the draft is being checked again, "
                "so try again in a moment",
                state="checking",
            )
        rules = self._shelf.latest().knowledge
        draft = edit.approve(draft_id, step, second_person=rules.second_person)
        self._info("draft_approved", knowledge_base=base, draft_id=draft_id)
        return draft

    def release(self, request: Request) -> Response:
        """Publish approved drafts as one new version, which answers once it is built."""
        base, body = name_in(request, "knowledge_base"), body_of(request)
        wanted = body.get("drafts", [])
        if not isinstance(wanted, list) or len(wanted) > MOST_DRAFTS:
            raise BadRequest("use a list of ids of drafts, or leave it out for all", field="drafts")
        version, drafts = publish_drafts(
            self._blobs,
            base,
            list(map(str, wanted)),
            self._step(request, "released", body),
            self._gate(base),
        )
        self._info("drafts_released", knowledge_base=base, version=version, drafts=len(drafts))
        return Response(202, {"version": version, "drafts": [each.id for each in drafts]})

    def list_due(self, request: Request) -> Response:
        """Answer the articles whose review is due by a day (`until`, today unless given).

        With `known=yes` the times of all last reviews come along.
        """
        base = name_in(request, "knowledge_base")
        until = _day(request.query.get("until"), "until") or self._today()
        due = due_articles(self._blobs, base, until)
        told: dict[str, object] = {"until": until, "articles": [each.as_json() for each in due]}
        told |= _overdue(self._shelf.current().knowledge)
        if said_yes(request, "known"):
            told["known"] = {
                article_id: rfc3339(each.reviewed_at) if each.reviewed_at else None
                for article_id, each in self._edit(base).book().kept.items()
            }
        return Response(200, told)

    def review(self, request: Request) -> Response:
        """Note that somebody looked at a published article, and when it is due again."""
        base, body = name_in(request, "knowledge_base"), body_of(request)
        article_id = text_field(body, "article", max_chars=MAX_ID_CHARS)
        review_by = _day(body.get("review_by"), "review_by")
        step = self._step(request, "reviewed", body)
        owner = text_field(body, "owner", max_chars=MOST_OWNER, min_chars=0, required=False)
        review = Review(review_by, owner, _sources(body), _when_overdue(body))
        kept = note_review(self._blobs, base, article_id, review, step)
        today = self._today()
        hold_due(self._blobs, base, today, rule=self._shelf.current().knowledge.overdue)
        told: dict[str, object] = {"article": article_id, "owner": kept.owner}
        told |= {"reviewer": kept.reviewer, "review_by": kept.review_by}
        told |= {"sources": list(kept.sources), "when_overdue": kept.when_overdue or None}
        if not kept.is_due(today):
            gate = self._gate(base)
            told |= {"state": resume_reviewed(self._blobs, base, article_id, step, gate)}
        return Response(200, told)

    def _gate(self, base: str) -> Gate:
        backend, rules = self._backend, self._shelf.latest()
        return gate_of(backend.store(), backend.outcomes(), rules, base, at=backend.clock.now())

    def _edit(self, base: str) -> EditDrafts:
        return EditDrafts(self._blobs, base)

    def _step(self, request: Request, act: str, body: Mapping[str, object]) -> Step:
        return Step(self._backend.clock.now(), request.who, act, reason_of(request, body))

    def _today(self) -> str:
        zone = ZoneInfo(self._shelf.current().reports.zone)
        return datetime.fromtimestamp(self._backend.clock.now() / 1000, zone).date().isoformat()

    def _shown(self, base: str, draft: Draft) -> dict[str, Any]:
        """Return a draft with its text, its history, its difference and its check."""
        before = draft.before
        if draft.is_open:
            before = article_in(articles_now(self._blobs, base), draft.article_id)
        check = check_of(self._blobs, base, draft.id)
        problems, warnings = problems_of(draft.article)
        return _summary(draft) | {
            "article": as_fields(draft.article) if draft.article else None,
            "difference": difference(before, draft.article),
            "sources": list(dict.fromkeys(each.text for each in draft.origins)),
            "problems": list(problems),
            "warnings": list(warnings),
            "steps": [
                {"at": rfc3339(each.at), "who": each.who, "act": each.act, "reason": each.reason}
                for each in draft.steps
            ],
            "check": shown_check(self._backend.store(), check)
            | {"at": rfc3339(check["at"]), "is_of_this_text": check["digest"] == draft.digest}
            if check
            else None,
        }


def _summary(draft: Draft) -> dict[str, Any]:
    return {
        "id": draft.id,
        "article_id": draft.article_id,
        "title": draft.article.title if draft.article else "",
        "language": draft.article.language if draft.article else None,
        "retires": draft.article is None,
        "state": draft.state,
        "author": draft.author,
        "reviewer": draft.reviewer or None,
        "reason": draft.reason,
        "review_by": draft.review_by,
        "version": draft.version,
        "problem": draft.problem,
        "changed_at": rfc3339(draft.changed_at),
    }


def _wording(
    body: Mapping[str, object],
    *,
    taken: set[str] | None = None,
    article_id: str | None = None,
) -> Wording:
    """Return the text of a draft. Raises BadRequest, which names the field."""
    review_by = _day(body.get("review_by"), "review_by")
    if "retire" in body:
        retired = text_field(body, "retire", max_chars=MAX_ID_CHARS)
        return Wording(article_id or retired, None, review_by)
    given = body.get("article")
    if not isinstance(given, dict):
        raise BadRequest(
            'give {"article": {...}}, or {"retire": "an article\'s id"}', field="article"
        )
    article = _article(given, taken or set(), article_id)
    return Wording(article.id, article, review_by, _origins(body))


def _article(given: Mapping[str, object], taken: set[str], article_id: str | None) -> Article:
    texts = {
        name: text_field(given, name, max_chars=MOST_CHARS, min_chars=0, required=False) or ""
        for name in TEXTS
    }
    lists = {name: given.get(name, []) for name in LISTS}
    for name, each in lists.items():
        if not isinstance(each, list) or not all(isinstance(one, str) for one in each):
            raise BadRequest(f"article.{name} must be a list of texts", field=f"article.{name}")
    own_id = text_field(given, "id", max_chars=MAX_ID_CHARS, min_chars=0, required=False)
    chosen = article_id or own_id or proposed_id(texts["title"], texts["language"], taken)
    unknown = sorted(set(given) - set(Article.__dataclass_fields__))
    if unknown:
        raise BadRequest(f"an article has no field {unknown[0]!r}", field="article")
    media = given.get("media", [])
    if wrong := next(media_problems(media), None):
        raise BadRequest(f"article.media{wrong[0]}: {wrong[1]}", field="article.media")
    return article_of({**texts, **lists, "media": media, "id": chosen})


def _origins(body: Mapping[str, object]) -> tuple[Origin, ...]:
    given = body.get("origins", [])
    wrong = "origins must be a list of [a thread's id, the text]"
    if not isinstance(given, list) or len(given) > MOST_ORIGINS:
        raise BadRequest(wrong, field="origins")
    found = []
    for each in given:
        if not (isinstance(each, list) and [type(one) for one in each] == [str, str]):
            raise BadRequest(wrong, field="origins")
        found.append(Origin(each[0][:64], each[1][:MOST_CHARS]))
    return tuple(found)


def _overdue(rules: KnowledgeSettings) -> dict[str, object]:
    """Return the rule of due articles, also in the word of earlier releases."""
    return {"stop_when_due": rules.overdue == "offer", "when_overdue": rules.overdue}


def _when_overdue(body: Mapping[str, object]) -> str | None:
    given = text_field(body, "when_overdue", max_chars=16, min_chars=0, required=False)
    if given not in (None, "", *get_args(Overdue)):
        raise BadRequest(
            f"use one of {', '.join(get_args(Overdue))}, or an empty text for the company's rule",
            field="when_overdue",
        )
    return given


def _sources(body: Mapping[str, object]) -> tuple[str, ...] | None:
    given = body.get("sources")
    if given is None:
        return None
    found = [str(each) for each in given] if isinstance(given, list) else [""]
    if len(found) > MOST_SOURCES or not all(1 <= len(each) <= MOST_SOURCE for each in found):
        raise BadRequest(
            f"use a list of at most {MOST_SOURCES} texts of 1 to {MOST_SOURCE} characters",
            field="sources",
        )
    return tuple(found)


def _moment(given: object) -> int | None:
    if given is None:
        return None
    try:
        return milliseconds(str(given))
    except ValueError:
        raise BadRequest("use changed_at of the draft as it was read", field="changed_at") from None


def _day(given: object, field: str) -> str | None:
    if given is None:
        return None
    try:
        return date.fromisoformat(str(given)).isoformat()
    except ValueError:
        raise BadRequest("use a day such as 2027-01-31", field=field) from None
