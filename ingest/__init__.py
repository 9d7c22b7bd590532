"""Files -> editions, provisions and chunks in the library."""
