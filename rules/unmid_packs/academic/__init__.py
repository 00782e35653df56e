"""The pack “academic”: data only."""
