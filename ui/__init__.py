"""What a person sees: the shell around the pages, the live element, and the words and colours they share."""
