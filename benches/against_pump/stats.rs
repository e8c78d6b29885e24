//! Numbers from several rounds made into one. It knows nothing of what they count.

/// What both sides gave, a pair for each round.
#[derive(Debug, Default)]
pub(crate) struct Pairs {
    webterm: Vec<f64>,
    pump: Vec<f64>,
}

impl Pairs {
    /// Adds a round.
    pub(crate) fn push(&mut self, webterm: f64, pump: f64) {
        self.webterm.push(webterm);
        self.pump.push(pump);
    }

    /// webterm's median.
    pub(crate) fn webterm(&self) -> f64 {
        median(&self.webterm)
    }

    /// The pump's median.
    pub(crate) fn pump(&self) -> f64 {
        median(&self.pump)
    }

    /// The median of webterm's numbers divided by the pump's of the same round.
    pub(crate) fn ratio(&self) -> f64 {
        self.compared(|webterm, pump| webterm / pump)
    }

    /// The median of webterm's numbers less the pump's of the same round.
    pub(crate) fn difference(&self) -> f64 {
        self.compared(|webterm, pump| webterm - pump)
    }

    fn compared(&self, with: impl Fn(f64, f64) -> f64) -> f64 {
        let pairs = self.webterm.iter().zip(&self.pump);
        median(
            &pairs
                .map(|(webterm, pump)| with(*webterm, *pump))
                .collect::<Vec<_>>(),
        )
    }
}

/// The number in the middle; of two in the middle, the greater. Not a number where there is none.
pub(crate) fn median(numbers: &[f64]) -> f64 {
    let mut sorted = numbers.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted.get(sorted.len() / 2).copied().unwrap_or(f64::NAN)
}
