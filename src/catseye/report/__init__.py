"""The turning movement report: volumes of a store as the tables and diagrams that traffic engineers expect."""
