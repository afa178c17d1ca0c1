//! The till's documents, printed by the engine of the reports.

use crate::latex::typeset_receipt;
use crate::pdf::{PdfRenderer, RenderError};
use async_trait::async_trait;
use nexus_core::Coded;
use nexus_core::till::receipt::{PrintError, Receipt, ReceiptPrinter};
use std::sync::Arc;

/// Prints the documents of the till.
pub struct ReceiptPress {
    renderer: Arc<dyn PdfRenderer>,
}

impl ReceiptPress {
    /// On this engine.
    pub const fn new(renderer: Arc<dyn PdfRenderer>) -> Self {
        Self { renderer }
    }
}

impl std::fmt::Debug for ReceiptPress {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("ReceiptPress").field("renderer", &self.renderer.name()).finish()
    }
}

fn failed(error: RenderError) -> PrintError {
    PrintError { code: error.code(), retryable: error.is_retryable(), source: error.into() }
}

#[async_trait]
impl ReceiptPrinter for ReceiptPress {
    async fn print(&self, receipt: &Receipt) -> Result<Vec<u8>, PrintError> {
        let document = typeset_receipt(receipt).map_err(|error| PrintError {
            code: error.code(),
            retryable: false,
            source: error.into(),
        })?;
        self.renderer.render(&document).await.map_err(failed)
    }
}
