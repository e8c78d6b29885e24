//! The table that the bench prints, line by line as the figures come. It knows no figure.

use crate::stats::Pairs;

/// What a figure should be.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Target {
    /// At most this.
    AtMost(f64),
    /// At least this.
    AtLeast(f64),
    /// Whatever it is: it explains others.
    None,
}

/// How webterm is compared to the pump.
#[derive(Debug, Clone, Copy)]
pub(crate) enum By {
    /// By its number less the pump's.
    Difference,
    /// By its number divided by the pump's.
    Ratio,
}

/// A unit, and how many digits behind the point are worth showing.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Unit(pub(crate) &'static str, pub(crate) usize);

/// The table, under way.
#[derive(Debug)]
pub(crate) struct Table {
    missed: Vec<String>,
}

impl Table {
    /// Prints its head.
    pub(crate) fn begin() -> Self {
        row("figure", "webterm", "pump", "compared", "target", "");
        Self { missed: Vec::new() }
    }

    /// Prints a figure that both sides have. The target is for the comparison.
    pub(crate) fn compare(
        &mut self,
        figure: &str,
        unit: Unit,
        pairs: &Pairs,
        by: By,
        target: Target,
    ) {
        let (compared, text, aim) = match by {
            By::Difference => {
                let difference = pairs.difference();
                (difference, with_sign(difference, unit), Some(unit))
            }
            By::Ratio => (pairs.ratio(), format!("x {:.2}", pairs.ratio()), None),
        };
        let (webterm, pump) = (number(pairs.webterm(), unit), number(pairs.pump(), unit));
        let verdict = self.judge(figure, compared, target);
        row(
            figure,
            &webterm,
            &pump,
            &text,
            &aim_of(target, aim),
            verdict,
        );
    }

    /// Prints a figure of webterm's alone.
    pub(crate) fn tell(&mut self, figure: &str, unit: Unit, value: f64, target: Target) {
        let verdict = self.judge(figure, value, target);
        row(
            figure,
            &number(value, unit),
            "",
            "",
            &aim_of(target, Some(unit)),
            verdict,
        );
    }

    /// Prints what was missed.
    pub(crate) fn end(self) {
        if !self.missed.is_empty() {
            println!("\nmissed: {}", self.missed.join(", "));
        }
    }

    fn judge(&mut self, figure: &str, value: f64, target: Target) -> &'static str {
        let met = match target {
            Target::None => return "",
            Target::AtMost(most) => value <= most,
            Target::AtLeast(least) => value >= least,
        };
        if met {
            return "ok";
        }
        self.missed.push(figure.to_owned());
        "MISSED"
    }
}

fn row(figure: &str, webterm: &str, pump: &str, compared: &str, target: &str, verdict: &str) {
    let line = format!("{figure:<34}{webterm:>12}{pump:>12}{compared:>12}  {target:<15}{verdict}");
    println!("{}", line.trim_end());
}

fn number(value: f64, Unit(unit, digits): Unit) -> String {
    format!("{value:.digits$} {unit}")
}

fn with_sign(value: f64, Unit(unit, digits): Unit) -> String {
    format!("{value:+.digits$} {unit}")
}

fn aim_of(target: Target, unit: Option<Unit>) -> String {
    let plain = |value: f64| match unit {
        Some(Unit(unit, _)) => format!("{value} {unit}"),
        None => format!("x {value}"),
    };
    match target {
        Target::AtMost(most) => format!("<= {}", plain(most)),
        Target::AtLeast(least) => format!(">= {}", plain(least)),
        Target::None => String::new(),
    }
}
