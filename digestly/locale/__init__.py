"""One folder a language: its messages, and its formats where Django's are not ours."""
