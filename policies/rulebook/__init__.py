"""Rules about how software reaches production on AWS, and the kit that lets the Pulumi engine ask them."""
