use super::*;

#[test]
fn the_command_line_is_consistent() {
    Command::command().debug_assert();
}
