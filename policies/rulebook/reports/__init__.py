"""From a preview under policy packs to files: SARIF 2.1.0, JUnit XML and Markdown.

`events` reads what the engine says into a `findings.Preview`; `sarif`, `junit` and `markdown` write it; `__main__` is
the command around them. Only names of rules and resources, and the sentences of the packs, are taken from an event.
"""
