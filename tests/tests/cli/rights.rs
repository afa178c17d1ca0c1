use nexus_tests::program::run;
use nexus_tests::sheets::repository;

#[test]
fn the_page_of_rights_is_up_to_date() {
    let outcome = run(["rights", "--markdown"]);
    let page = std::fs::read_to_string(repository().join("docs/rights.md")).unwrap();
    assert!(outcome.succeeded() == page, "run: nexus rights --markdown > docs/rights.md");
}

#[test]
fn a_person_reads_who_may_do_what() {
    let outcome = run(["rights"]);
    let line = |words: &str| {
        let line = outcome.succeeded().lines().find(|line| line.starts_with(words)).unwrap();
        line[words.len()..].split("  ").map(str::trim).filter(|cell| !cell.is_empty()).collect::<Vec<_>>()
    };
    assert_eq!(line("Action"), ["sans compte", "élève", "parent", "coach", "assistante", "admin"]);
    assert_eq!(line("Gérer les comptes"), ["—", "—", "—", "—", "—", "tout"]);
    assert_eq!(line("Suivre un bilan"), ["—", "soi", "son enfant", "ses élèves", "tout", "tout"]);
}
