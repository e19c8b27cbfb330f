"""Carry out a plan that a person has read: exactly that, and nothing that has changed since."""
