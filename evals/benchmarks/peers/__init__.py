"""What a user would build instead, with other libraries' defaults, in virtual environments of their own."""
