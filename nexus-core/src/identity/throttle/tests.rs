use super::*;
use crate::identity::email_address::EmailAddress;
use crate::identity::origin::{Network, Origin};
use crate::testing::SeededSecrets;
use crate::{PseudonymKey, Pseudonyms};
use proptest::prelude::*;

const HOUR: i64 = 3600;

fn pseudonyms() -> Pseudonyms {
    Pseudonyms::new(&PseudonymKey::new([7; 32]))
}

fn account(name: &str) -> AccountKey {
    AccountKey::of(&EmailAddress::parse(&format!("{name}@nexus.com")).unwrap(), &pseudonyms())
}

fn from(number: u32) -> OriginKey {
    let network = Network::of(std::net::Ipv4Addr::from(0x0a00_0000 + (number << 8)).into());
    Origin::network(network).keyed(&pseudonyms())
}

fn with_device(origin: OriginKey, seed: u64) -> OriginKey {
    OriginKey { device: DeviceKey::of_mark(&DeviceKey::draw_mark(&SeededSecrets::new(seed))), ..origin }
}

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_800_000_000 + second).unwrap()
}

/// The attempts that were let through so far.
#[derive(Default)]
struct Door(Vec<PastAttempt>);

impl Door {
    fn check(&self, account: &AccountKey, origin: &OriginKey, second: i64) -> Throttle {
        check(account, origin, &self.0, at(second))
    }

    /// Tries, and writes the attempt when it is let through.
    fn attempt(&mut self, account: &AccountKey, origin: &OriginKey, second: i64, succeeded: bool) -> bool {
        let through = self.check(account, origin, second) == Throttle::Allow;
        if through {
            self.0.push(PastAttempt { account: *account, origin: *origin, at: at(second), succeeded });
        }
        through
    }

    /// Guesses in turn from each of these places for some time, as soon as it is let; returns how often it was.
    fn guess(
        &mut self,
        accounts: &[AccountKey],
        places: &[OriginKey],
        seconds: std::ops::Range<i64>,
    ) -> usize {
        let (mut through, mut second) = (0, seconds.start);
        while second < seconds.end {
            let mut next = seconds.end;
            for (account, place) in
                accounts.iter().flat_map(|account| places.iter().map(move |place| (account, place)))
            {
                through += usize::from(self.attempt(account, place, second, false));
                next = next.min(match self.check(account, place, second) {
                    Throttle::Wait(wait) => second + wait.as_secs(),
                    Throttle::Allow => second + 1,
                });
            }
            second = next;
        }
        through
    }
}

#[test]
fn somebody_who_mistypes_waits_little_and_longer_each_time() {
    let (mut door, owner, home) = (Door::default(), account("owner"), from(1));
    for _ in 0..=PLACE.free {
        assert!(door.attempt(&owner, &home, 0, false));
    }
    assert_eq!(door.check(&owner, &home, 0), Throttle::Wait(SignedDuration::from_secs(2)));
    assert_eq!(door.check(&owner, &home, 1), Throttle::Wait(SignedDuration::from_secs(1)));
    assert!(door.attempt(&owner, &home, 2, false));
    assert_eq!(door.check(&owner, &home, 2), Throttle::Wait(SignedDuration::from_secs(4)));
    // A success forgives.
    assert!(door.attempt(&owner, &home, 6, true));
    for _ in 0..=PLACE.free {
        assert!(door.attempt(&owner, &home, 7, false));
    }
}

#[test]
fn the_times_double_up_to_the_longest() {
    let seconds: Vec<_> = (0..18).map(|failures| PLACE.after(failures).as_secs()).collect();
    assert_eq!(seconds, [0, 0, 0, 0, 0, 0, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900, 900]);
    assert_eq!(PLACE.after(u32::MAX).as_secs(), 900);
}

#[test]
fn failures_count_for_as_long_as_they_are_remembered() {
    let (mut door, owner, home) = (Door::default(), account("owner"), from(1));
    while door.attempt(&owner, &home, 0, false) {}
    for _ in 0..8 {
        door.0.push(PastAttempt { account: owner, origin: home, at: at(0), succeeded: false });
    }
    // Fifteen failures of one instant: the wait is over long before they are forgotten; one more is waited for, or not.
    let memory = PLACE.memory.as_secs();
    let again = |second: i64| {
        let mut history = door.0.clone();
        history.push(PastAttempt { account: owner, origin: home, at: at(second), succeeded: false });
        check(&owner, &home, &history, at(second))
    };
    assert!(matches!(again(memory - 1), Throttle::Wait(_)));
    assert_eq!(again(memory), Throttle::Allow, "forgotten at the very end of the memory");
}

#[test]
fn a_fraction_of_a_second_is_waited_for_whole() {
    let (mut door, owner, home) = (Door::default(), account("owner"), from(1));
    while door.attempt(&owner, &home, 0, false) {}
    let now = at(0).checked_add(SignedDuration::from_millis(1_999)).unwrap();
    assert_eq!(check(&owner, &home, &door.0, now), Throttle::Wait(SignedDuration::from_secs(1)));
}

#[test]
fn an_attacker_does_not_lock_the_owner_out() {
    let (mut door, owner, home) = (Door::default(), account("owner"), from(1));
    assert!(door.attempt(&owner, &home, 0, true));
    let elsewhere: Vec<_> = (2..40).map(from).collect();
    door.guess(&[owner], &elsewhere, 1..HOUR);
    assert!(matches!(door.check(&owner, &elsewhere[0], HOUR), Throttle::Wait(_)));
    assert_eq!(door.check(&owner, &home, HOUR), Throttle::Allow);
}

#[test]
fn a_neighbour_on_the_owners_network_does_not_make_the_owners_browser_wait() {
    let (mut door, owner, school) = (Door::default(), account("owner"), from(1));
    let phone = with_device(school, 1);
    assert!(door.attempt(&owner, &phone, 0, true));
    door.guess(&[owner], &[school, with_device(school, 2)], 1..HOUR);
    assert!(matches!(door.check(&owner, &school, HOUR), Throttle::Wait(_)));
    assert_eq!(door.check(&owner, &phone, HOUR), Throttle::Allow);
    // On the road, his browser is known too.
    assert_eq!(door.check(&owner, &with_device(from(9), 1), HOUR), Throttle::Allow);
}

#[test]
fn what_one_account_suffers_does_not_touch_another() {
    let mut door = Door::default();
    door.guess(&[account("victim")], &(2..40).map(from).collect::<Vec<_>>(), 0..HOUR);
    assert_eq!(door.check(&account("other"), &from(99), HOUR), Throttle::Allow);
}

#[test]
fn a_place_is_known_for_ninety_days() {
    let (mut door, owner, home) = (Door::default(), account("owner"), from(1));
    assert!(door.attempt(&owner, &home, 0, true));
    let days = KNOWN_FOR.as_secs();
    door.guess(&[owner], &(2..40).map(from).collect::<Vec<_>>(), days - HOUR..days + 1);
    assert_eq!(door.check(&owner, &home, days), Throttle::Allow);
    assert!(matches!(door.check(&owner, &home, days + 1), Throttle::Wait(_)));
}

#[test]
fn a_class_behind_one_address_signs_in() {
    let (mut door, school) = (Door::default(), from(1));
    // Thirty pupils, each of whom mistypes once.
    for number in 0..30 {
        let pupil = account(&format!("pupil{number}"));
        assert!(door.attempt(&pupil, &school, number, false));
        assert!(door.attempt(&pupil, &school, number, true));
    }
}

/// A hundred networks at once.
#[test]
fn guesses_at_one_account_are_bounded_however_many_networks_make_them() {
    let mut door = Door::default();
    let guesses = door.guess(&[account("victim")], &(2..102).map(from).collect::<Vec<_>>(), 0..HOUR);
    assert!((20..=60).contains(&guesses), "{guesses}");
    let later = door.guess(&[account("victim")], &(2..102).map(from).collect::<Vec<_>>(), HOUR..2 * HOUR);
    assert!(later <= 30, "{later}");
}

#[test]
fn guesses_from_one_network_are_bounded_however_many_accounts_they_are_for() {
    let mut door = Door::default();
    let accounts: Vec<_> = (0..50).map(|number| account(&format!("victim{number}"))).collect();
    let guesses = door.guess(&accounts, &[from(2)], 0..HOUR);
    assert!((40..=65).contains(&guesses), "{guesses}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Whatever is tried from other networks, on whatever accounts and with whatever marks, the known network does not wait.
    #[test]
    fn nobody_elsewhere_makes_a_known_network_wait(
        attempts in proptest::collection::vec((0_u32..4, 2_u32..6, 0_u64..3, 0_i64..5_000, any::<bool>()), 0..200),
    ) {
        let owner = account("0");
        let mut door = Door::default();
        prop_assert!(door.attempt(&owner, &from(1), 0, true));
        for (name, network, device, second, succeeded) in attempts {
            let place = if device == 0 { from(network) } else { with_device(from(network), device) };
            // Nobody else enters the owner's account.
            let succeeded = succeeded && name != 0;
            door.attempt(&account(&name.to_string()), &place, second, succeeded);
        }
        prop_assert_eq!(door.check(&owner, &from(1), 5_000), Throttle::Allow);
    }

    /// Nobody waits longer than the longest time, and waiting that long is always enough.
    #[test]
    fn every_wait_ends(
        attempts in proptest::collection::vec((0_u32..3, 1_u32..4, -100_i64..4_000, any::<bool>()), 0..300),
        network in 1_u32..4,
    ) {
        let history: Vec<_> = attempts
            .into_iter()
            .map(|(name, network, second, succeeded)| PastAttempt {
                account: account(&name.to_string()), origin: from(network), at: at(second), succeeded,
            })
            .collect();
        let (owner, place) = (account("0"), from(network));
        if let Throttle::Wait(wait) = check(&owner, &place, &history, at(3_000)) {
            prop_assert!((1..=900).contains(&wait.as_secs()));
            let mut past = history;
            past.retain(|attempt| attempt.at <= at(3_000));
            prop_assert_eq!(check(&owner, &place, &past, at(3_000 + wait.as_secs())), Throttle::Allow);
        }
    }
}
