"""The bucket in which load balancers write who asked for what: who may write, and who needs it."""

import pulumi

from components.iam import Statement
from components.place import Place


def access_log_writer(place: Place) -> Statement:
    """Lets Elastic Load Balancing write this account's access logs
    (https://docs.aws.amazon.com/elasticloadbalancing/latest/application/enable-access-logging.html)."""
    return Statement(
        actions=("s3:PutObject",),
        resources=(f"{place.bucket_arn(place.access_log_bucket)}/AWSLogs/{place.account}/*",),
        principals={"Service": "logdelivery.elasticloadbalancing.amazonaws.com"},
    )


def logged_in(bucket: pulumi.Output[str] | None) -> pulumi.Output[str]:
    """The bucket, for a load balancer: none is made without one.

    Raises:
        LookupError: the stack has no such bucket, because its plan says that it has no load balancer.
    """
    if bucket is None:
        raise LookupError("this stack was planned without a load balancer, and so without a bucket for access logs")
    return bucket
