//! Figures, and how they are shown.

/// The value in the middle.
pub fn median(values: &[f64]) -> f64 {
    percentile(values, 50.0)
}

/// The smallest value that so many per cent of them do not exceed.
pub fn percentile(values: &[f64], part: f64) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let place = (part / 100.0 * sorted.len() as f64).ceil() as usize;
    sorted[place.clamp(1, sorted.len()) - 1]
}

/// What was measured, beside what is wanted.
#[derive(Default)]
pub struct Table(Vec<(String, f64, f64)>);

impl Table {
    /// One more figure; a target that is no number is none.
    pub fn add(&mut self, what: &str, figure: f64, target: f64) {
        println!("   {what}: {figure:.1}");
        self.0.push((what.to_owned(), figure, target));
    }

    /// All of them.
    pub fn print(&self) {
        println!(
            "\n{:<42} {:>10} {:>10} {:>8}",
            "", "measured", "target", "factor"
        );
        for (what, figure, target) in &self.0 {
            if target.is_nan() {
                println!("{what:<42} {figure:>10.1}");
            } else {
                let verdict = if figure <= target { "" } else { "  MISSED" };
                println!(
                    "{what:<42} {figure:>10.1} {target:>10.1} {:>8.2}{verdict}",
                    figure / target
                );
            }
        }
    }
}
