"""MCP servers that an operator connects: their tools, called through the MCP SDK.

``server`` keeps one session in one task of its own, ``stdio`` and ``http`` are the ways to a server, with bounds on what it may
send, and ``content`` makes text of an answer. The SDK is imported where a server is connected, in the thread that does it.
"""
