"""The pack “newsletter”: data only."""
