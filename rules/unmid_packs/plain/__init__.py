"""The pack “plain”: data only."""
