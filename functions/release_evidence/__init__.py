"""What can be found out of the release that waits for an approval: what it is, who made it, who started it, what runs.

`running` tells which execution it is that runs, `shelf` reads the manifests of what was promoted, `people` tells
whether two names are one person, `release` puts it together for every kind of source. What can't be known is said,
never guessed.
"""
