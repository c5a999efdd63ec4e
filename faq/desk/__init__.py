"""The curator's desk: web pages to write answers, try them and publish them.

It knows no messenger: what an answer looks like in one, what people asked, and who may enter is
handed in.
"""
