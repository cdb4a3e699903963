"""What the owner of an image in another account has to allow, before a build can run on it."""

from collections.abc import Sequence

import pulumi

from components.build_machine import PULL
from components.build_plan import ProjectPlan
from components.iam import Statement, policy_document
from components.place import Place


def foreign_image_policy(jobs: Sequence[ProjectPlan], place: Place) -> pulumi.Output[str] | None:
    """The policy of the image's repository, or None where every image is this account's own or CodeBuild's.

    It names the roles by a condition, because AWS refuses a policy with a principal that doesn't exist yet. The
    repository's key, if it has one of its own, has to allow the same roles `kms:Decrypt`
    (https://docs.aws.amazon.com/codebuild/latest/userguide/sample-ecr.html).
    """
    roles = [
        place.iam_arn(f"role/{job.project}")
        for job in jobs
        if job.machine.registry and job.machine.registry.split(":")[4] != place.account
    ]
    if not roles:
        return None
    return policy_document(
        [
            Statement(
                actions=PULL,
                principals={"AWS": place.iam_arn("root")},
                conditions={"ArnEquals": {"aws:PrincipalArn": sorted(roles)}},
            )
        ]
    )
