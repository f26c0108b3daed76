//! What the command prints: results on standard output, what people are told on standard error.

use std::io::Write as _;

use anstream::AutoStream;

use super::{Options, OutputFormat};
use crate::diagnostic::{Diagnostic, Format, render};
use crate::disk::Compilation;
use crate::source::Files;

/// The two streams, with the choices of the user.
pub(super) struct Output {
    format: OutputFormat,
    colour: anstream::ColorChoice,
}

impl Output {
    pub(super) fn new(options: Options) -> Self {
        Self {
            format: options.format,
            colour: match options.color {
                clap::ColorChoice::Auto => anstream::ColorChoice::Auto,
                clap::ColorChoice::Always => anstream::ColorChoice::Always,
                clap::ColorChoice::Never => anstream::ColorChoice::Never,
            },
        }
    }

    /// Whether problems are printed for people, so that they may be told other things as well.
    pub(super) fn is_for_people(&self) -> bool {
        self.format == OutputFormat::Full
    }

    /// Prints a result. A reader that has seen enough, such as `head`, is no failure.
    pub(super) fn print(&self, text: &str) {
        let mut stream = AutoStream::new(std::io::stdout(), self.colour);
        let _ = stream
            .write_all(text.as_bytes())
            .and_then(|()| stream.flush());
    }

    /// Tells people something; no result.
    pub(super) fn tell(&self, text: &str) {
        let mut stream = AutoStream::new(std::io::stderr(), self.colour);
        let _ = stream
            .write_all(text.as_bytes())
            .and_then(|()| stream.flush());
    }

    /// Tells people why nothing came of it.
    pub(super) fn error(&self, message: &str) {
        let style = anstyle::Style::new().bold();
        let red = style.fg_color(Some(anstyle::AnsiColor::BrightRed.into()));
        self.tell(&format!("{red}error{red:#}{style}: {message}{style:#}\n"));
    }

    /// Whether what is printed is for a program that reads JSON.
    pub(super) fn is_json(&self) -> bool {
        self.format == OutputFormat::Json
    }

    /// Tells people what is to be said about a compilation, whatever the format of the results.
    pub(super) fn tell_diagnostics(&self, compilation: &Compilation) {
        self.tell(&compilation.render(Format::Full { colour: true }));
    }

    /// Prints what is to be said about a compilation.
    pub(super) fn diagnostics(&self, compilation: &Compilation) {
        self.problems(&compilation.diagnostics, &compilation.files);
    }

    /// Prints diagnostics about files.
    pub(super) fn problems(&self, diagnostics: &[Diagnostic], files: &Files) {
        match self.format {
            // Where the stream takes no colours, it leaves them out.
            OutputFormat::Full => {
                self.tell(&render(diagnostics, files, Format::Full { colour: true }));
            }
            OutputFormat::Json => self.print(&render(diagnostics, files, Format::Json)),
            OutputFormat::Github => self.print(&render(diagnostics, files, Format::Github)),
            OutputFormat::Sarif => self.print(&render(diagnostics, files, Format::Sarif)),
        }
    }
}
