"""The receipt of a count: how wrong it may be, from truth samples. ``docs/design/receipt.md`` derives the formulas."""
