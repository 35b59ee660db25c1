//! The frontends: what turns files into graph units.

use iacscan_core::Files;
use iacscan_graph::Lowered;

use crate::discover::Discovered;
use crate::inputs::Inputs;

/// Turns the files of one language into graph units.
pub(crate) trait Frontend: Sync {
    /// Reads what was discovered and lowers it. Runs on the threads of the current rayon pool.
    fn lower(&self, files: &dyn Files, found: &Discovered, inputs: &Inputs) -> Lowered;
}

/// All frontends.
pub(crate) static FRONTENDS: &[&dyn Frontend] = &[];
