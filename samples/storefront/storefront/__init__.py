"""The storefront: a product page, a product list for machines and a health check, on the standard library alone."""
