"""The Incidents page: every investigation, narrowed, ordered, chosen, forked, exported."""
