"""A server and its jobs as data, for tests of what is made of them without a stack."""

from components.jenkins import JenkinsJob, JenkinsPlan
from components.place import Place

PLACE = Place(environment="dev", account="111122223333", region="eu-west-1")


def job(name: str = "storefront", script: str = "jenkins.sh", output: str = "") -> JenkinsJob:
    """The job of an application."""
    return JenkinsJob(
        application=name, place=PLACE, job=name, script=script, output=output, timeout_minutes=25, version="3"
    )


def plan(*jobs: JenkinsJob) -> JenkinsPlan:
    """A server with these jobs, or with one."""
    return JenkinsPlan(
        place=PLACE,
        jobs=jobs or (job(),),
        hostname="jenkins.example.com",
        certificate_arn="arn:aws:acm:eu-west-1:111122223333:certificate/0a1b2c3d",
        admin_email="builds@example.com",
        allowed_cidrs=(),
        version="3",
        instance_type="t3.medium",
        ami_parameter="/aws/service/ami",
        volume_gib=30,
        executors=2,
        packages=(),
        deletion_protection=False,
    )
