"""The door of the web app: every request passes it, which says who asks and whether they may."""
