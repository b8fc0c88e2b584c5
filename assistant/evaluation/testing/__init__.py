"""Cases as tests of pytest: what ``picum_pytest`` does once there are files of cases, or its fixtures are used."""
