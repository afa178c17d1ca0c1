use super::scope::within;
use super::{BackendTx, store_error};
use crate::columns::{Instant, RoleColumn};
use crate::rows::StudentRow;
use crate::statements::directory as sql;
use async_trait::async_trait;
use nexus_core::rights::Scope;
use nexus_core::{DirectoryTx, Family, NewStudent, Person, Role, StoreError, Student, StudentId};

impl BackendTx {
    async fn insert_person(&mut self, person: &Person, role: Role) -> Result<(), StoreError> {
        sqlx::query(sql::INSERT_USER)
            .bind(person.id.as_str())
            .bind(&person.email)
            .bind(RoleColumn(role))
            .bind(&person.first_name)
            .bind(&person.last_name)
            .bind(Instant(self.clock.now()))
            .execute(&mut *self.tx)
            .await
            .map_err(store_error)?;
        Ok(())
    }
}

#[async_trait]
impl DirectoryTx for BackendTx {
    async fn save_family(&mut self, family: &Family) -> Result<(), StoreError> {
        self.insert_person(&family.parent, Role::Parent).await?;
        sqlx::query(sql::INSERT_PARENT)
            .bind(family.id.as_str())
            .bind(family.parent.id.as_str())
            .execute(&mut *self.tx)
            .await
            .map_err(store_error)?;
        Ok(())
    }

    async fn save_student(&mut self, student: &NewStudent) -> Result<(), StoreError> {
        self.insert_person(&student.person, Role::Eleve).await?;
        sqlx::query(sql::INSERT_STUDENT)
            .bind(student.id.as_str())
            .bind(student.family.as_str())
            .bind(student.person.id.as_str())
            .bind(&student.grade)
            .bind(&student.school)
            .bind(Instant(self.clock.now()))
            .execute(&mut *self.tx)
            .await
            .map_err(store_error)?;
        Ok(())
    }

    async fn student(&mut self, id: &StudentId, scope: &Scope) -> Result<Option<Student>, StoreError> {
        let row: Option<StudentRow> = within(scope, sql::SELECT_STUDENT)
            .bind(id.as_str())
            .fetch_optional(&mut *self.tx)
            .await
            .map_err(store_error)?;
        row.map(Student::try_from).transpose()
    }
}
