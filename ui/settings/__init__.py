"""The Settings page: what is set up, what is not and how to, and what each connection can do. Secrets never come here."""
