"""A postmortem draft of an investigation, as Markdown and as PDF."""
