"""How ``answers.answer`` comes by its answers: a timeline cut into passages, a question, and what of the one fits the other."""
