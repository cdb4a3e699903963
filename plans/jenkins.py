"""From the settings of Jenkins to the server and to the jobs on it."""

from components.jenkins import JenkinsJob, JenkinsPlan
from components.place import Place
from settings.models import JenkinsBuild, Settings


def jenkins_plan(settings: Settings, place: Place) -> JenkinsPlan | None:
    """The server of the stack, or None where nothing is built by it."""
    server = settings.jenkins
    if server is None:
        return None
    return JenkinsPlan(
        place=place,
        jobs=[
            jenkins_job(name, application.build, settings, place)
            for name, application in settings.applications.items()
            if isinstance(application.build, JenkinsBuild)
        ],
        hostname=server.hostname,
        certificate_arn=server.certificate_arn,
        admin_email=server.admin_email,
        allowed_cidrs=server.allowed_cidrs,
        version=server.action_version,
        instance_type=server.instance_type,
        ami_parameter=server.ami_parameter,
        volume_gib=server.volume_gib,
        executors=server.executors,
        packages=server.packages,
        deletion_protection=settings.defaults.deletion_protection,
    )


def jenkins_job(application: str, build: JenkinsBuild, settings: Settings, place: Place) -> JenkinsJob:
    """The build of an application, as a job of the server."""
    if settings.jenkins is None:
        raise AssertionError("settings.jenkins_rules refuses a build by Jenkins without a server")
    return JenkinsJob(
        application=application,
        place=place,
        job=build.job or application,
        script=build.script,
        output=build.output or "",
        timeout_minutes=build.timeout_minutes,
        version=settings.jenkins.action_version,
    )
