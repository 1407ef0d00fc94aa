"""What tests of several rooms share, and benchmarks too: made-up sites on loopback, and what crawls them."""
