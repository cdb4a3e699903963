"""The risks and controls that rules refer to, each written down once."""

from rulebook.kit.rule import Framework


def owasp(number: int) -> Framework:
    """A risk of the OWASP Top 10 CI/CD Security Risks, 1 to 10."""
    return Framework(name="OWASP Top 10 CI/CD Security Risks", version="2022", control=f"CICD-SEC-{number}")


def security_hub(control: str) -> Framework:
    """A control of AWS Security Hub's standard `AWS Foundational Security Best Practices`."""
    return Framework(name="AWS Security Hub", version="FSBP v1.0.0", control=control)
