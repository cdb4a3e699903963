"""The edge that every pipeline function shares: read a CodePipeline job, answer it exactly once.

https://docs.aws.amazon.com/codepipeline/latest/userguide/actions-invoke-lambda-function.html
"""
