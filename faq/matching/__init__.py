"""Finds the entries a query may mean."""
