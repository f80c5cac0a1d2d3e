"""The index: articles with what was learned from them, built once and stored as one artifact."""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from surgeline.knowledge.answering import Decision, decide
from surgeline.knowledge.articles import Article
from surgeline.knowledge.artifact import CorruptIndex, pack, unpack
from surgeline.knowledge.calibration import Calibrator
from surgeline.knowledge.encoders import Encoder
from surgeline.knowledge.features import Rows, Vocabulary
from surgeline.knowledge.pool import Head, Pool, Trials, learn

__all__ = ["LEXICAL", "CorruptIndex", "Index", "build"]

LEXICAL: Final = "lexical"
LEAST_PROMISE: Final = 0.5
GREATEST_PROMISE: Final = 0.999


@dataclass(frozen=True, slots=True)
class Index:
    """A knowledge base that can be asked; `encoder` is None where its weights are not at hand."""

    articles: tuple[Article, ...]
    pools: tuple[Pool, ...]
    promise: float
    tier: str
    encoder_digest: str = ""
    encoder: Encoder | None = None

    def decide(
        self,
        text: str,
        *,
        language: str | None = None,
        exclude: Collection[str] = (),
        promise: float | None = None,
    ) -> Decision:
        """Decide on a customer's text: answer, suggest or abstain. Never raises on any text.

        `language` is the conversation's, for texts too short to tell; `exclude` holds the ids of
        articles the customer rejected; `promise` replaces the index's own for this text.
        """
        return decide(self, text, language=language, exclude=exclude, promise=promise)

    def article(self, article_id: str) -> Article | None:
        """Return the article of an id, or None where the index holds none."""
        return next((entry for entry in self.articles if entry.id == article_id), None)

    def to_bytes(self) -> bytes:
        """Return the artifact: the same index gives the same bytes."""
        arrays: dict[str, NDArray[Any]] = {}
        pools = [
            _pack_pool(f"pool{number}_", pool, arrays) for number, pool in enumerate(self.pools)
        ]
        manifest = {
            "articles": [
                [entry.id, entry.title, entry.language, list(entry.questions), entry.answer]
                for entry in self.articles
            ],
            "pools": pools,
            "promise": self.promise,
            "tier": self.tier,
            "encoder_digest": self.encoder_digest,
        }
        text = json.dumps(manifest, ensure_ascii=True, sort_keys=True)
        arrays["manifest"] = np.frombuffer(text.encode("ascii"), dtype=np.uint8)
        return pack(arrays)

    @classmethod
    def from_bytes(cls, raw: bytes, *, encoder: Encoder | None = None) -> "Index":
        """Return the index of an artifact, or raise `CorruptIndex`.

        Without the encoder that the artifact was built with, the lexical tier answers.
        """
        arrays = unpack(raw)
        try:
            manifest = json.loads(arrays["manifest"].tobytes())
            index = cls(
                articles=tuple(
                    Article(entry[0], entry[1], entry[2], tuple(entry[3]), entry[4])
                    for entry in manifest["articles"]
                ),
                pools=tuple(
                    _unpack_pool(f"pool{number}_", pool, arrays)
                    for number, pool in enumerate(manifest["pools"])
                ),
                promise=manifest["promise"],
                tier=manifest["tier"],
                encoder_digest=manifest["encoder_digest"],
                encoder=_fitting(encoder, manifest["encoder_digest"]),
            )
        except (KeyError, IndexError, TypeError, ValueError) as error:
            raise CorruptIndex(f"the index artifact lacks a part: {error}") from error
        return index


def build(
    articles: Sequence[Article],
    *,
    promise: float = 0.95,
    tier: str = LEXICAL,
    encoder: Encoder | None = None,
) -> Index:
    """Learn an index from articles; deterministic. A tier other than lexical needs its encoder."""
    if not articles:
        raise ValueError("an index needs at least one article")
    if not LEAST_PROMISE <= promise <= GREATEST_PROMISE:
        raise ValueError(f"promise {promise}: choose {LEAST_PROMISE} to {GREATEST_PROMISE}")
    if tier != LEXICAL and (encoder is None or encoder.tier != tier):
        raise ValueError(f"tier {tier!r} needs its encoder")
    chosen = encoder if tier != LEXICAL else None
    languages = sorted({article.language for article in articles})
    pools = tuple(
        learn(
            language,
            articles,
            np.array([i for i, entry in enumerate(articles) if entry.language == language]),
            chosen,
        )
        for language in languages
    )
    digest = "" if chosen is None else chosen.digest
    return Index(tuple(articles), pools, promise, tier, digest, chosen)


def _fitting(encoder: Encoder | None, digest: str) -> Encoder | None:
    return encoder if encoder is not None and encoder.digest == digest else None


_POOL_ARRAYS: Final = ("members", "owners", "sources", "phrasings_of")
_TRIAL_ARRAYS: Final = ("phrasing", "best", "answer", "choice", "right", "offered", "alone")


def _pack_pool(prefix: str, pool: Pool, arrays: dict[str, NDArray[Any]]) -> dict[str, Any]:
    for name in _POOL_ARRAYS:
        arrays[prefix + name] = getattr(pool, name).astype(np.int32)
    for name in _TRIAL_ARRAYS:
        arrays[f"{prefix}trial_{name}"] = getattr(pool.trials, name)
    arrays[prefix + "hashes"] = pool.vocabulary.hashes
    arrays[prefix + "weights"] = pool.vocabulary.weights
    arrays[prefix + "starts"] = pool.postings.starts
    arrays[prefix + "columns"] = pool.postings.columns.astype(np.int32)
    arrays[prefix + "values"] = pool.postings.values
    for number, head in enumerate(pool.heads):
        arrays[f"{prefix}head{number}_coefficients"] = head.coefficients
        if head.vectors is not None:
            arrays[f"{prefix}head{number}_vectors"] = head.vectors
        arrays[f"{prefix}head{number}_answer"] = _pack_calibrator(head.answer)
        arrays[f"{prefix}head{number}_choice"] = _pack_calibrator(head.choice)
    return {
        "language": pool.language,
        "also": list(pool.also),
        "unseen_weight": pool.vocabulary.unseen_weight,
        "word_share": pool.vocabulary.word_share,
        "tiers": [head.tier for head in pool.heads],
    }


def _unpack_pool(prefix: str, about: dict[str, Any], arrays: dict[str, NDArray[Any]]) -> Pool:
    own = {name: arrays[prefix + name].astype(np.int64) for name in _POOL_ARRAYS}
    return Pool(
        language=about["language"],
        also=tuple(about["also"]),
        vocabulary=Vocabulary(
            arrays[prefix + "hashes"],
            arrays[prefix + "weights"],
            about["unseen_weight"],
            about["word_share"],
        ),
        postings=Rows(
            arrays[prefix + "starts"],
            arrays[prefix + "columns"].astype(np.int64),
            arrays[prefix + "values"],
        ),
        heads=tuple(
            Head(
                tier,
                arrays[f"{prefix}head{number}_coefficients"],
                arrays.get(f"{prefix}head{number}_vectors"),
                _unpack_calibrator(arrays[f"{prefix}head{number}_answer"]),
                _unpack_calibrator(arrays[f"{prefix}head{number}_choice"]),
            )
            for number, tier in enumerate(about["tiers"])
        ),
        trials=Trials(**{name: arrays[f"{prefix}trial_{name}"] for name in _TRIAL_ARRAYS}),
        **own,
    )


def _pack_calibrator(calibrator: Calibrator) -> NDArray[np.float64]:
    intercept = np.full(len(calibrator.slopes), calibrator.intercept)
    return np.stack((calibrator.means, calibrator.scales, calibrator.slopes, intercept))


def _unpack_calibrator(packed: NDArray[np.float64]) -> Calibrator:
    means, scales, slopes, intercept = packed
    return Calibrator(means, scales, slopes, float(intercept[0]))
