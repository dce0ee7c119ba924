"""What people see of the incident memory: the card that says what happened before, and the Memory tab of the Incidents page."""
