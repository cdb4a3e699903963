"""Finds what somebody changed in AWS behind Pulumi's back."""
