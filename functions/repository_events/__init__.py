"""The edge that every function shares which an event starts: read the event, act, say in one line what was done.

EventBridge delivers an event at least once, sometimes late and not always in order, and Lambda repeats an invocation
that fails twice before its on-failure destination gets it. So every function looks first, and doing it again does
nothing more.

https://docs.aws.amazon.com/codecommit/latest/userguide/monitoring-events.html
"""
