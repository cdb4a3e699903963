"""How a machine on premises becomes one that CodeDeploy deploys to: scripts that its administrator reads and runs."""
