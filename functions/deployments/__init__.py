"""CodeDeploy's deployments and the alarms that watch them, for every platform.

`sight`, `follow` and `commands` have plain values, `observe` and `act` are their AWS edge. What is deployed to is
another package's business.
"""
