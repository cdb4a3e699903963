"""CodeDeploy's deployments and the alarms that watch them, for every platform.

`sight` has plain values, `observe` is its AWS edge. What is deployed to is another package's business.
"""
