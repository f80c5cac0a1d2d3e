"""The bucket is emptied before its deployment is removed: `python -m infra.emptied ENV [--yes]`.

CloudFormation deletes no bucket that holds an object or an old version of one. `make destroy` runs
this first, and asks first. A bucket that the deployment keeps is not touched.
"""

import json
import sys
from typing import Any

YES = "--yes"
AT_ONCE = 1000


def kept(template: Any, bucket: str) -> bool:  # noqa: ANN401 - CloudFormation's own document
    """Return whether the bucket outlives the stack. Only the word Delete says that it does not."""
    document = json.loads(template) if isinstance(template, str) else template
    found = [
        each.get("DeletionPolicy")
        for each in document["Resources"].values()
        if each.get("Properties", {}).get("BucketName") == bucket
    ]
    return found != ["Delete"]


def empty(s3: Any, bucket: str) -> int:  # noqa: ANN401 - botocore's
    """Delete every version of every object; return how many. Raises OSError if one stays."""
    deleted = 0
    pages = s3.get_paginator("list_object_versions").paginate(
        Bucket=bucket, PaginationConfig={"PageSize": AT_ONCE}
    )
    for page in pages:
        found = [*page.get("Versions", ()), *page.get("DeleteMarkers", ())]
        if not found:
            continue
        named = [{"Key": each["Key"], "VersionId": each["VersionId"]} for each in found]
        answer = s3.delete_objects(Bucket=bucket, Delete={"Objects": named, "Quiet": True})
        if refused := answer.get("Errors"):
            raise OSError(f"{len(refused)} objects of {bucket} stay: {refused[0]['Code']}")
        deleted += len(named)
    return deleted


def main() -> None:
    """Ask, and empty the bucket of the deployment, if there is one that goes."""
    import botocore.session  # noqa: PLC0415 - slow, and only asked for here
    from botocore.exceptions import ClientError  # noqa: PLC0415 - as above

    deployment = f"surgeline-{sys.argv[1]}"
    if YES not in sys.argv and not _agreed(deployment):
        sys.exit("surgeline: nothing was removed")
    session: Any = botocore.session.get_session()
    cloud, s3 = session.create_client("cloudformation"), session.create_client("s3")
    try:
        resources = cloud.describe_stack_resources(StackName=f"{deployment}-state")
        template = cloud.get_template(StackName=f"{deployment}-state")["TemplateBody"]
    except ClientError:
        return  # there is no such stack
    for each in resources["StackResources"]:
        bucket = each.get("PhysicalResourceId", "")
        if each["ResourceType"] != "AWS::S3::Bucket" or kept(template, bucket):
            continue
        print(f"{empty(s3, bucket)} versions of objects were deleted from {bucket}")  # noqa: T201 - a command


def _agreed(deployment: str) -> bool:
    if not sys.stdin.isatty():
        sys.exit("surgeline: there is no terminal to ask at; say YES=yes to remove the deployment")
    asked = f"Remove {deployment}, with its articles, customers and messages? (yes/no) "
    return input(asked).strip() == "yes"


if __name__ == "__main__":
    main()
