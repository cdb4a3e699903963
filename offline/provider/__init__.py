"""A stand-in for the AWS provider: the engine starts it in place of `pulumi-resource-aws`. It is not AWS."""
