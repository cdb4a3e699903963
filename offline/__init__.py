"""The program without AWS: the real Pulumi engine, its Python language host and a stand-in for the AWS provider.

Nothing here speaks to AWS. What it tells: whether the program runs, what it would plan and create, what the policy
packs say, what a second run would change. What it cannot tell: whether AWS would accept the values.

`python -m offline <verb> --stack <stack>` is what the Makefile calls; everything it makes lies under `.offline/`.
"""
