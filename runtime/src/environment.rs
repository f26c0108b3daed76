//! What start-up takes from the environment.
