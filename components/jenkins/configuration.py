"""The configuration of Jenkins as code: one YAML document for the plugin configuration-as-code, without a secret in it.

The plugin replaces `${…}` in every text, so the only one here is the file that the password is read from at start; the
script of the jobs joins its texts with `+` instead
(https://github.com/jenkinsci/configuration-as-code-plugin/blob/master/docs/features/secrets.adoc).
"""

import json
from collections.abc import Mapping
from textwrap import dedent
from typing import Any

from components.jenkins.plan import JenkinsJob, JenkinsPlan
from components.stages import Category
from runtimes import yaml_text

PASSWORD_FILE = "/run/jenkins/admin-password"  # noqa: S105 - a path in memory, not what is in it
KEPT_BUILDS = 50


def configuration(plan: JenkinsPlan) -> str:
    """The document: who may log in, how many builds run, where Jenkins thinks it is, and its jobs."""
    password = f"${{readFile:{PASSWORD_FILE}}}"
    document: Mapping[str, Any] = {
        "jenkins": {
            "systemMessage": f"Builds for {plan.name}. Its configuration is code: what is changed here is lost.",
            "numExecutors": plan.executors,
            "slaveAgentPort": -1,
            "crumbIssuer": {"standard": {"excludeClientIPFromCrumb": False}},
            "securityRealm": {"local": {"allowsSignup": False, "users": [{"id": "admin", "password": password}]}},
            "authorizationStrategy": {"loggedInUsersCanDoAnything": {"allowAnonymousRead": False}},
        },
        "unclassified": {"location": {"url": plan.url, "adminAddress": plan.admin_email}},
        "jobs": [{"script": jobs_script(plan)}],
    }
    return yaml_text(document)


def jobs_script(plan: JenkinsPlan) -> str:
    """The jobs for the plugin job-dsl: a table, and one freestyle job for each of its lines.

    The plugin aws-codepipeline knows freestyle jobs alone and has no words of its own in job-dsl, so its part is the
    XML that it would save. The empty `awsClientFactory` belongs to it: Jenkins makes the object from the element, and
    without one the plugin has none.
    """
    table = ",\n".join(f"  {_line(job)}" for job in plan.jobs)
    plugin = "com.amazonaws.codepipeline.jenkinsplugin"
    rows = f"def jobs = [\n{table}\n]\n"
    return rows + dedent(
        f"""\
        jobs.each {{ one ->
          freeStyleJob(one.name) {{
            description('Built for AWS CodePipeline; starts when its pipeline asks.')
            logRotator {{ numToKeep({KEPT_BUILDS}) }}
            triggers {{ scm('* * * * *') }}
            steps {{ shell('timeout --kill-after=60 ' + one.minutes + 'm bash ./"' + one.script + '"') }}
            configure {{ project ->
              project.remove(project / scm)
              project / scm(class: '{plugin}.AWSCodePipelineSCM') {{
                clearWorkspace true
                actionTypeCategory '{Category.BUILD}'
                actionTypeProvider '{plan.name}'
                actionTypeVersion '{plan.version}'
                region '{plan.place.region}'
                awsAccessKey ''
                awsSecretKey ''
                proxyHost ''
                proxyPort 0
                awsClientFactory {{}}
              }}
              project / publishers / '{plugin}.AWSCodePipelinePublisher' {{
                outputArtifacts {{ '{plugin}.OutputArtifact' {{ location one.output }} }}
                awsClientFactory {{}}
              }}
            }}
          }}
        }}
        """
    )


def _line(job: JenkinsJob) -> str:
    values = {"name": job.job, "script": job.script, "output": job.output}
    # The settings allow no quote, no backslash and no $ in these, so JSON's text without them is Groovy's.
    words = [f"{key}: '{json.dumps(value)[1:-1]}'" for key, value in values.items()]
    return f"[{', '.join([*words, f'minutes: {job.timeout_minutes}'])}]"
