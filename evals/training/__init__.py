"""What is learnt for the product, and how: scripts that make the files it ships."""
