"""From a scenario to a run of exactly known traffic: who departs when, and what is read off what SUMO drove."""
