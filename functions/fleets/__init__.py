"""Two declared Auto Scaling groups, one of them in service: what a function sees of them and may do to them.

`sight` and `commands` are plain values, `observe` and `act` their AWS edge. The decisions live with each function.
"""
