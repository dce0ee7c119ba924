"""What a tool brought back, as lines that a person can read, with the words marked that evidence quotes."""
