"""HolmesGPT toolsets: commands with placeholders, read as they are, and run without a shell where that is possible.

``holmes`` reads the file, ``templates`` fills in a command, ``simple_command`` cuts it into words before any value is in it,
and ``toolset`` makes tools of what can run. What needs a shell is listed with the reason, and never run.
"""
