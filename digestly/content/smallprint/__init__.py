"""The small print: terms, privacy, refunds, imprint, contact and rights. Shipped as files, edited in the admin."""
