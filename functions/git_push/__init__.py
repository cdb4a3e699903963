"""Creates a tag in a CodeCommit repository over Git's smart HTTP protocol: CodeCommit's API can make branches, no tags.

`tag`, `packet` and `login` are pure encodings, `remote` is the wire. One tag object is pushed and nothing is fetched,
so `codecommit:GitPush` is all the permission it takes. The tags that there are can be asked for too, with their
commits: that takes `codecommit:GitPull`.

https://git-scm.com/docs/http-protocol, https://git-scm.com/docs/pack-protocol, https://git-scm.com/docs/pack-format
"""
