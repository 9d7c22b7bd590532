"""How fast and lean the system is, beside other libraries' defaults and the machine's own limit."""
