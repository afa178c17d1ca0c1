//! What the routes of the till lean on.

use nexus_core::till::use_cases::{PricingBell, TillContext};
use std::sync::Arc;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};

/// The till, and the stream of its prices.
#[derive(Clone, Debug)]
pub struct Till {
    /// The use-cases.
    pub context: TillContext,
    /// Who listens to prices.
    pub prices: PricingBroadcast,
}

/// Who listens to prices in this process. It carries no price: whoever is rung reads what was committed, so that nothing is
/// told that is not so, and nothing is lost by whoever connects again.
#[derive(Clone, Debug)]
pub struct PricingBroadcast {
    rings: Arc<watch::Sender<u64>>,
    places: Arc<Semaphore>,
}

impl PricingBroadcast {
    /// Most listeners of one process, unless something else is chosen.
    pub const PLACES: usize = 500;

    /// For at most so many listeners.
    pub fn new(places: usize) -> Self {
        Self { rings: Arc::new(watch::Sender::new(0)), places: Arc::new(Semaphore::new(places)) }
    }

    /// Takes a place, as long as there is one.
    pub(crate) fn enter(&self) -> Option<(OwnedSemaphorePermit, watch::Receiver<u64>)> {
        let place = Arc::clone(&self.places).try_acquire_owned().ok()?;
        Some((place, self.rings.subscribe()))
    }
}

impl PricingBell for PricingBroadcast {
    fn ring(&self) {
        self.rings.send_modify(|rings| *rings = rings.wrapping_add(1));
    }
}
