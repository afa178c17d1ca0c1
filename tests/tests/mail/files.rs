//! Without a mail server, mails are files.

use crate::support::configured;
use nexus_core::mail::MailStatus;
use nexus_core::outbox::EffectOutcome;
use nexus_tests::post::Post;
use std::os::unix::fs::PermissionsExt;

#[tokio::test]
async fn a_mail_is_a_file_for_its_owner_alone_and_the_log_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().to_str().unwrap();
    let post = Post::by(configured(&[("NEXUS_DATA", data)]).unwrap()).await;
    let id = post.add_any().await;
    assert_eq!(post.run().await, EffectOutcome::Sent);
    let path = folder.path().join(format!("mail/{id}.eml"));
    let mode = |path: &std::path::Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode(&path), mode(path.parent().unwrap())), (0o600, 0o700));
    let text = std::fs::read_to_string(&path).unwrap();
    assert!(text.contains("To: =?utf-8?") && text.contains("lea@example.test"), "{text}");
    assert_eq!(std::fs::read_dir(path.parent().unwrap()).unwrap().count(), 1, "no part is left");
    let log = post.mail_log().await;
    assert_eq!((log[0].status, log[0].sent_at.is_some()), (MailStatus::File, true));
}

#[tokio::test]
async fn a_folder_that_cannot_be_written_is_tried_again() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("mail"), "not a folder").unwrap();
    let data = folder.path().to_str().unwrap();
    let post = Post::by(configured(&[("NEXUS_DATA", data)]).unwrap()).await;
    let id = post.add_any().await;
    assert_eq!(post.run_and_wait().await, "storage");
    std::fs::remove_file(folder.path().join("mail")).unwrap();
    assert_eq!(post.run().await, EffectOutcome::Sent);
    assert!(folder.path().join(format!("mail/{id}.eml")).exists());
}
