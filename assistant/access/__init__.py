"""Who asks, and what they may do: users, roles, sessions, tokens, and what a trusted proxy says.

Nothing here knows of HTTP; the edge of the web app (:mod:`assistant.web.gate`) asks these modules.
"""
