"""The rules, one module a group. Each module ends in `RULES`, in the order of the documentation."""
