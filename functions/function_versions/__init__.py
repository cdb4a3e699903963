"""A Lambda function, its versions and its alias: what a function of ours sees of them and may do to them.

`sight`, `parameters` and `commands` are plain values, `observe` and `act` their AWS edge.
"""
