"""Deploy: how Digestly is run, on one machine or many."""
