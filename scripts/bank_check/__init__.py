"""Independent checks of the mathematics bank: nothing here is used to build or to run Nexus."""
