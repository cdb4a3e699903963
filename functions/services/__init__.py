"""A service of ECS, its task definitions and the bundle they are made of: what a function of ours sees and may do.

`sight`, `parameters`, `commands` and `definition` are plain values, `observe` and `act` their AWS edge.
"""
