gatewright::gateway!("ui/invalid.yaml");

fn main() {}
