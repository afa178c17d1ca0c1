//! One Rust value per kind of column, that binds and reads the same way on both databases.

mod enumeration;
mod instant;
mod text_list;
mod word;

pub(crate) use enumeration::{
    KindColumn, ModalityColumn, ParticipantColumn, ReminderColumn, RoleColumn, ServiceColumn, StatusColumn,
    SubjectColumn,
};
pub(crate) use instant::Instant;
pub(crate) use text_list::TextList;
pub(crate) use word::Word;
