gatewright::gateway!("ui/nowhere.yaml");

fn main() {}
