//! One Rust value per kind of column, that binds and reads the same way on both databases.

mod enumeration;
mod instant;
mod json_rows;
mod text_list;
mod word;

pub(crate) use enumeration::{
    KindColumn, ModalityColumn, ParticipantColumn, ReminderColumn, RoleColumn, ServiceColumn, StatusColumn,
    SubjectColumn,
};
pub(crate) use instant::Instant;
pub(crate) use json_rows::{JsonFields, JsonRow, JsonRows, JsonText, json_object};
pub(crate) use text_list::TextList;
pub(crate) use word::Word;
