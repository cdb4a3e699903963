"""Jenkins on EC2: the job of an application as its build, and the stack's one server that runs it."""

from components.jenkins.plan import JenkinsJob, JenkinsPlan
from components.jenkins.server import JenkinsServer, JenkinsServerArgs

__all__ = ["JenkinsJob", "JenkinsPlan", "JenkinsServer", "JenkinsServerArgs"]
