"""Networks and fleets."""

from rulebook.rules import net_access, net_fleet, net_instances

RULES = (*net_access.RULES, *net_instances.RULES, *net_fleet.RULES)
