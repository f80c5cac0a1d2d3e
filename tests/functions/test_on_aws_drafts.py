"""An article's life on the AWS adapters, with every function's role enforced."""

from pathlib import Path

from tests.functions.aws_stage import aws_stage
from tests.functions.drafted import BASE, DRAFTS, GIFT


def test_a_draft_is_checked_and_published_within_the_roles(tmp_path: Path) -> None:
    """Each function reads and writes only what its role allows, from the draft to the undoing."""
    with aws_stage(tmp_path) as stage:
        stage.publish()
        stage.write("do you sell gift cards", sender="kim")
        stage.drain("events")
        made = stage.admin("POST", DRAFTS, {"article": GIFT, "reason": "asked"})
        draft = f"{DRAFTS}/{made.json['id']}"
        assert stage.admin("POST", f"{draft}/propose", {}).status == 200
        request = f"knowledge-sources/shop/checks/{made.json['id']}"
        stage.upload(request, stage.backend.blobs().get(request))
        check = stage.admin("GET", draft).json["check"]
        assert (check["asked"], check["counts"]["answered"]) == (1, 1)
        assert stage.admin("POST", f"{draft}/approve", {}).status == 200
        version = stage.admin("POST", f"{BASE}/release", {}).json["version"]
        source = f"knowledge-sources/shop/{version}.jsonl"
        stage.upload(source, stage.backend.blobs().get(source))
        assert stage.admin("GET", draft).json["state"] == "published"
        review = {"article": "en-gift-cards", "review_by": "2026-01-01"}
        assert stage.admin("PUT", f"{BASE}/due", review).status == 200
        assert [each["article"] for each in stage.admin("GET", f"{BASE}/due").json["articles"]]
        assert stage.admin("GET", f"{BASE}/phrasings").status == 200
        assert stage.admin("POST", f"{BASE}/dismissals", {"texts": ["a"]}).status == 200
        web = {"id": "web", "kind": "web"}
        stage.configure(channels=[web], company={"help_centre": "open"})
        stage.clock.advance(6)
        shown = stage.request("GET", "/help/web/en/en-gift-cards.html")
        assert (shown.status, GIFT["answer"] in shown.text) == (200, True)
        undone = stage.admin("POST", f"{draft}/undo", {})
        assert undone.json["state"] == "undone"
        body = {"channel": "shop", "sender": "kim"}
        assert stage.admin("POST", "/v1/admin/erasures", body).status == 202
