"""The web app: one module a tab."""
