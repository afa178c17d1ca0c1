//! Second factors: what opens once, and what outlives a change of the service's secret.

use super::identity::{PASSWORD, account, administrator, attempt, context, enter, race, save};
use super::{Fixture, samples};
use jiff::SignedDuration;
use nexus_core::identity::member::Member;
use nexus_core::identity::origin::{Network, Origin};
use nexus_core::identity::sealing::Sealer;
use nexus_core::identity::use_cases::{Behalf, IdentityContext, begin_second_factor, confirm_second_factor};
use nexus_core::{Clock, UserId};
use secrecy::{ExposeSecret, SecretString};

/// A code of the authenticator, and a recovery code, open once, for whoever comes first.
pub async fn a_code_opens_once(fixture: &Fixture) {
    save(fixture, &Member::administrator(account(fixture, "u1", "a@x.test"))).await;
    let context = context(fixture);
    let permit = administrator("u1");
    let from = Origin::network(Network::of("192.0.2.7".parse().unwrap()));
    let begun = begin_second_factor(&context, Behalf::of(&permit), &PASSWORD.into(), &from).await.unwrap();
    let secret = samples::totp(begun.secret.expose_secret());
    let code = secret.code(fixture.clock.now());
    let codes = confirm_second_factor(&context, Behalf::of(&permit), &code).await.unwrap();
    let opened = async |context: &IdentityContext, code: String| {
        let results = race(4, |_| {
            let (context, command) = (context.clone(), attempt("a@x.test", PASSWORD, Some(code.clone())));
            async move { enter(&context, &command).await }
        })
        .await;
        results.iter().filter(|result| result.is_ok()).count()
    };
    // The code that confirmed it has been used.
    assert_eq!(opened(&context, code).await, 0);
    fixture.clock.advance(SignedDuration::from_mins(20));
    assert_eq!(opened(&context, secret.code(fixture.clock.now())).await, 1);
    assert_eq!(opened(&context, codes[0].expose()).await, 1);
    assert_eq!(opened(&context, codes[0].expose()).await, 0);
    assert_eq!(fixture.store.recovery_codes_left(&UserId::parse("u1").unwrap()).await.unwrap(), 9);
}

/// A second factor that a former secret sealed is sealed again by the next sign-in: the former secret can then be dropped.
pub async fn a_second_factor_outlives_the_secret_that_sealed_it(fixture: &Fixture) {
    save(fixture, &Member::administrator(account(fixture, "u1", "a@x.test"))).await;
    let mut context = context(fixture);
    let permit = administrator("u1");
    let from = Origin::network(Network::of("192.0.2.7".parse().unwrap()));
    let begun = begin_second_factor(&context, Behalf::of(&permit), &PASSWORD.into(), &from).await.unwrap();
    let secret = samples::totp(begun.secret.expose_secret());
    confirm_second_factor(&context, Behalf::of(&permit), &secret.code(fixture.clock.now())).await.unwrap();

    let [new, former] = ["a new secret", "a secret of the configuration"].map(SecretString::from);
    for (secrets, opens) in [(vec![&new], false), (vec![&new, &former], true), (vec![&new], true)] {
        fixture.clock.advance(SignedDuration::from_mins(20));
        context.sealer = Sealer::new(secrets).unwrap();
        let command = attempt("a@x.test", PASSWORD, Some(secret.code(fixture.clock.now())));
        assert_eq!(enter(&context, &command).await.is_ok(), opens);
    }
}
