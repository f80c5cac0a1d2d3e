"""Blobs are kept in one S3 bucket."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from surgeline.adapters.aws.errors import ConditionFailed, call
from surgeline.application.ports.blobs import bytes_of
from surgeline.application.ports.refusals import Absent, Changed

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


LINK_SECONDS = 60


class S3Blobs:
    """ports.Blobs over S3, which promises that a put is whole and read by everybody at once."""

    def __init__(self, client: "S3Client", bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    def get(self, key: str) -> bytes:
        """Return the bytes. Raises Absent, Unavailable."""
        answer = call(self._client.get_object, Bucket=self._bucket, Key=key)
        return call(answer["Body"].read)

    def put(self, key: str, body: bytes) -> None:
        """Write or replace the bytes."""
        call(self._client.put_object, Bucket=self._bucket, Key=key, Body=body)

    def swap(self, key: str, body: bytes, *, was: bytes | None) -> None:
        """Replace these bytes, compared by the tag that S3 gave them. Raises Changed.

        A put whose answer was lost is tried again by the client, and then meets its own bytes.
        """
        try:
            condition = self._condition(key, was)
            call(self._client.put_object, Bucket=self._bucket, Key=key, Body=body, **condition)
        except (ConditionFailed, Absent) as error:
            if isinstance(error, Absent) or bytes_of(self, key) != body:
                raise Changed(f"{key} is not as it was") from error

    def delete(self, key: str) -> None:
        """Delete every version of the object, because the bucket keeps versions."""
        more: dict[str, Any] = {}
        while True:
            answer = call(
                self._client.list_object_versions, Bucket=self._bucket, Prefix=key, **more
            )
            for each in (*answer.get("Versions", ()), *answer.get("DeleteMarkers", ())):
                if each["Key"] == key:
                    version = each["VersionId"]
                    call(
                        self._client.delete_object, Bucket=self._bucket, Key=key, VersionId=version
                    )
            if not answer["IsTruncated"]:
                return
            more = {
                "KeyMarker": answer["NextKeyMarker"],
                "VersionIdMarker": answer["NextVersionIdMarker"],
            }

    def link(self, key: str, *, headers: Mapping[str, str]) -> str:
        """Return a signed address of the object, which is good for a minute."""
        asked = {
            "Bucket": self._bucket,
            "Key": key,
            "ResponseContentType": headers["content-type"],
            "ResponseContentDisposition": headers["content-disposition"],
        }
        signed: str = self._client.generate_presigned_url(
            "get_object", Params=asked, ExpiresIn=LINK_SECONDS
        )
        return signed

    def room(self) -> None:
        """Return None, because a bucket is never full."""

    def keys(self, prefix: str) -> list[str]:
        """Return the keys that begin with the prefix, sorted."""
        found: list[str] = []
        more: dict[str, Any] = {}
        while True:
            answer = call(self._client.list_objects_v2, Bucket=self._bucket, Prefix=prefix, **more)
            found += [each["Key"] for each in answer.get("Contents", [])]
            if not answer["IsTruncated"]:
                return sorted(found)
            more = {"ContinuationToken": answer["NextContinuationToken"]}

    def _condition(self, key: str, was: bytes | None) -> dict[str, Any]:
        """Return the condition of a put.

        Raises Absent, and Changed if the bytes are no longer `was`.
        """
        if was is None:
            return {"IfNoneMatch": "*"}
        answer = call(self._client.get_object, Bucket=self._bucket, Key=key)
        if call(answer["Body"].read) != was:
            raise Changed(f"{key} is not as it was")
        return {"IfMatch": answer["ETag"]}
