"""What templates can say that Django's own tags cannot."""
