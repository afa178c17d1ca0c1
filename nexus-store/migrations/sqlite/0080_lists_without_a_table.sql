-- What a booking writes, checked without a temporary table for each list.
--
-- SQLite compares with a list of more than two constants by a temporary B-tree, which it opens, fills and closes in each
-- statement: a booking made some thirty of them. Comparisons joined by OR say the same and need none. The text of a CHECK is
-- changed in place, as SQLite's page on ALTER TABLE describes it for rules that do not touch what is on the disk: every row
-- that kept the rule keeps it.
PRAGMA writable_schema = ON;

UPDATE sqlite_schema SET sql = replace(sql,
    '"type" IN (''COURS_ONLINE'', ''COURS_PRESENTIEL'', ''ATELIER_GROUPE'')',
    '("type" = ''COURS_ONLINE'' OR "type" = ''COURS_PRESENTIEL'' OR "type" = ''ATELIER_GROUPE'')')
WHERE type = 'table' AND name = 'sessions';

UPDATE sqlite_schema SET sql = replace(sql,
    '"subject" IN (''MATHEMATIQUES'', ''NSI'', ''FRANCAIS'', ''PHILOSOPHIE'', ''HISTOIRE_GEO'', ''ANGLAIS'', ''ESPAGNOL'',
               ''PHYSIQUE_CHIMIE'', ''SVT'', ''SES'')',
    '("subject" = ''MATHEMATIQUES'' OR "subject" = ''NSI'' OR "subject" = ''FRANCAIS'' OR "subject" = ''PHILOSOPHIE''
      OR "subject" = ''HISTOIRE_GEO'' OR "subject" = ''ANGLAIS'' OR "subject" = ''ESPAGNOL''
      OR "subject" = ''PHYSIQUE_CHIMIE'' OR "subject" = ''SVT'' OR "subject" = ''SES'')')
WHERE type = 'table' AND name = 'sessions';

UPDATE sqlite_schema SET sql = replace(sql,
    '"status" IN (''SCHEDULED'', ''CONFIRMED'', ''IN_PROGRESS'', ''COMPLETED'', ''CANCELLED'', ''NO_SHOW'', ''RESCHEDULED'')',
    '("status" = ''SCHEDULED'' OR "status" = ''CONFIRMED'' OR "status" = ''IN_PROGRESS'' OR "status" = ''COMPLETED''
      OR "status" = ''CANCELLED'' OR "status" = ''NO_SHOW'' OR "status" = ''RESCHEDULED'')')
WHERE type = 'table' AND name = 'sessions';

UPDATE sqlite_schema SET sql = replace(sql,
    '"kind" IN (''INDIVIDUAL'', ''GROUP'', ''MASTERCLASS'')',
    '("kind" = ''INDIVIDUAL'' OR "kind" = ''GROUP'' OR "kind" = ''MASTERCLASS'')')
WHERE type = 'table' AND name = 'sessions';

UPDATE sqlite_schema SET sql = replace(sql,
    '"modality" IN (''ONLINE'', ''IN_PERSON'', ''HYBRID'')',
    '("modality" = ''ONLINE'' OR "modality" = ''IN_PERSON'' OR "modality" = ''HYBRID'')')
WHERE type = 'table' AND name = 'sessions';

UPDATE sqlite_schema SET sql = replace(sql,
    '"state" IN (''ENROLLED'', ''WAITING'', ''OFFERED'', ''LEFT'', ''EXPIRED'')',
    '("state" = ''ENROLLED'' OR "state" = ''WAITING'' OR "state" = ''OFFERED'' OR "state" = ''LEFT''
      OR "state" = ''EXPIRED'')')
WHERE type = 'table' AND name = 'session_participants';

UPDATE sqlite_schema SET sql = replace(sql,
    '"fromStatus" IN (''SCHEDULED'', ''CONFIRMED'', ''IN_PROGRESS'', ''COMPLETED'', ''CANCELLED'', ''NO_SHOW'',
                                              ''RESCHEDULED'')',
    '("fromStatus" = ''SCHEDULED'' OR "fromStatus" = ''CONFIRMED'' OR "fromStatus" = ''IN_PROGRESS''
      OR "fromStatus" = ''COMPLETED'' OR "fromStatus" = ''CANCELLED'' OR "fromStatus" = ''NO_SHOW''
      OR "fromStatus" = ''RESCHEDULED'')')
WHERE type = 'table' AND name = 'session_status_history';

UPDATE sqlite_schema SET sql = replace(sql,
    '"toStatus" IN (''SCHEDULED'', ''CONFIRMED'', ''IN_PROGRESS'', ''COMPLETED'', ''CANCELLED'',
                                                     ''NO_SHOW'', ''RESCHEDULED'')',
    '("toStatus" = ''SCHEDULED'' OR "toStatus" = ''CONFIRMED'' OR "toStatus" = ''IN_PROGRESS''
      OR "toStatus" = ''COMPLETED'' OR "toStatus" = ''CANCELLED'' OR "toStatus" = ''NO_SHOW''
      OR "toStatus" = ''RESCHEDULED'')')
WHERE type = 'table' AND name = 'session_status_history';

UPDATE sqlite_schema SET sql = replace(sql,
    '"reminderType" IN (''ONE_DAY_BEFORE'', ''TWO_HOURS_BEFORE'', ''THIRTY_MINUTES_BEFORE'', ''SESSION_STARTING'')',
    '("reminderType" = ''ONE_DAY_BEFORE'' OR "reminderType" = ''TWO_HOURS_BEFORE''
      OR "reminderType" = ''THIRTY_MINUTES_BEFORE'' OR "reminderType" = ''SESSION_STARTING'')')
WHERE type = 'table' AND name = 'session_reminders';

UPDATE sqlite_schema SET sql = replace(sql,
    '"kind" IN (''MONTHLY_ALLOCATION'', ''PURCHASE'', ''ADJUSTMENT'', ''IMPORT'', ''USAGE'', ''REFUND'', ''EXPIRATION'', ''HOLD'',
                          ''RELEASE'', ''REVERSAL'')',
    '("kind" = ''MONTHLY_ALLOCATION'' OR "kind" = ''PURCHASE'' OR "kind" = ''ADJUSTMENT'' OR "kind" = ''IMPORT''
      OR "kind" = ''USAGE'' OR "kind" = ''REFUND'' OR "kind" = ''EXPIRATION'' OR "kind" = ''HOLD''
      OR "kind" = ''RELEASE'' OR "kind" = ''REVERSAL'')')
WHERE type = 'table' AND name = 'credit_tx';

UPDATE sqlite_schema SET sql = replace(sql,
    '"kind" IN (''ADJUSTMENT'', ''IMPORT'', ''REVERSAL'')',
    '("kind" = ''ADJUSTMENT'' OR "kind" = ''IMPORT'' OR "kind" = ''REVERSAL'')')
WHERE type = 'table' AND name = 'credit_tx';

UPDATE sqlite_schema SET sql = replace(sql,
    '"kind" IN (''USAGE'', ''EXPIRATION'', ''HOLD'')',
    '("kind" = ''USAGE'' OR "kind" = ''EXPIRATION'' OR "kind" = ''HOLD'')')
WHERE type = 'table' AND name = 'credit_tx';

UPDATE sqlite_schema SET sql = replace(sql,
    '"kind" IN (''MONTHLY_ALLOCATION'', ''PURCHASE'', ''REFUND'', ''RELEASE'')',
    '("kind" = ''MONTHLY_ALLOCATION'' OR "kind" = ''PURCHASE'' OR "kind" = ''REFUND'' OR "kind" = ''RELEASE'')')
WHERE type = 'table' AND name = 'credit_tx';

UPDATE sqlite_schema SET sql = replace(sql,
    '"state" IN (''PENDING'', ''SENDING'', ''SENT'', ''DEAD'', ''AMBIGUOUS'', ''DISCARDED'')',
    '("state" = ''PENDING'' OR "state" = ''SENDING'' OR "state" = ''SENT'' OR "state" = ''DEAD''
      OR "state" = ''AMBIGUOUS'' OR "state" = ''DISCARDED'')')
WHERE type = 'table' AND name = 'outbox';

UPDATE sqlite_schema SET sql = replace(sql,
    '"userRole" IN (''ADMIN'', ''ASSISTANTE'', ''COACH'', ''PARENT'', ''ELEVE'')',
    '("userRole" = ''ADMIN'' OR "userRole" = ''ASSISTANTE'' OR "userRole" = ''COACH'' OR "userRole" = ''PARENT''
      OR "userRole" = ''ELEVE'')')
WHERE type = 'table' AND name = 'notifications';

UPDATE sqlite_schema SET sql = replace(sql,
    'NEW."status" IN (''SCHEDULED'', ''CONFIRMED'', ''IN_PROGRESS'')',
    '(NEW."status" = ''SCHEDULED'' OR NEW."status" = ''CONFIRMED'' OR NEW."status" = ''IN_PROGRESS'')')
WHERE type = 'trigger' AND tbl_name = 'sessions';

UPDATE sqlite_schema SET sql = replace(sql,
    '"status" IN (''SCHEDULED'', ''CONFIRMED'', ''IN_PROGRESS'')',
    '("status" = ''SCHEDULED'' OR "status" = ''CONFIRMED'' OR "status" = ''IN_PROGRESS'')')
WHERE type = 'trigger' AND tbl_name = 'sessions';

PRAGMA writable_schema = RESET;

-- Whoever has the file open reads the schema anew after a change of this kind only.
CREATE TABLE checks_have_changed ("nothing" INTEGER) STRICT;
DROP TABLE checks_have_changed;
