//! Path templates: the variables in them.

/// Why a path cannot be called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TemplateProblem {
    /// A brace without its counterpart, braces in braces, or nothing between them.
    Braces,
    /// A `#` outside of braces.
    Fragment,
}

/// The names in braces, in order, each as often as it occurs; also those in a query, which the path may
/// hold.
pub(super) fn variables(path: &str) -> Result<Vec<&str>, TemplateProblem> {
    let mut names = Vec::new();
    let mut rest = path;
    loop {
        let (literal, after) = match rest.split_once('{') {
            Some((literal, after)) => (literal, Some(after)),
            None => (rest, None),
        };
        if literal.contains('}') {
            return Err(TemplateProblem::Braces);
        }
        if literal.contains('#') {
            return Err(TemplateProblem::Fragment);
        }
        let Some(after) = after else {
            return Ok(names);
        };
        let (name, after) = after.split_once('}').ok_or(TemplateProblem::Braces)?;
        if name.is_empty() || name.contains('{') {
            return Err(TemplateProblem::Braces);
        }
        names.push(name);
        rest = after;
    }
}
