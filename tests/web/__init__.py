"""Tests of the web: pages, search and research, against servers on this machine."""
