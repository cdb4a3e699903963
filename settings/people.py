"""People who have other names in Git than in AWS."""

from collections.abc import Mapping
from typing import Annotated

from settings.fields import Email, Listed, at_least, distinct, matching

PersonName = Annotated[
    str, matching(r"(?=.*\S)[^\r\n<>]{1,200}", "a name, a mail address or a session's name, 1 to 200 characters")
]

People = Mapping[Email, Annotated[Listed[PersonName], at_least(1, "name"), distinct("names")]]
"""By mail address, the names that a person has besides."""
