//! What [`StoreHealth`](nexus_core::StoreHealth) promises.

use super::Fixture;

/// A migrated database answers, is up to date and counts its connections.
pub async fn tells_how_it_is(fixture: &Fixture) {
    let store = &fixture.store;
    store.ping().await.unwrap();
    assert!(store.schema_is_current().await.unwrap());
    let tx = store.begin().await.unwrap();
    let pools = store.pools();
    // A connection that was given back may be on its way for a moment.
    assert!(pools.iter().any(|pool| pool.in_use >= 1), "{pools:?}");
    for pool in pools {
        assert!(!pool.pool.is_empty() && pool.idle + pool.in_use <= pool.most, "{pool:?}");
    }
    drop(tx);
}

/// A closed one does not answer.
pub async fn tells_that_it_is_gone(fixture: &Fixture) {
    fixture.store.close().await;
    assert!(fixture.store.ping().await.is_err());
    assert!(fixture.store.schema_is_current().await.is_err());
}
