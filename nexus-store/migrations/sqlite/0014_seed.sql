-- The mark of a database that `nexus seed` filled: it, and nothing else, makes such a database disposable.
CREATE TABLE seed_marks (
    "id"        TEXT    PRIMARY KEY NOT NULL,
    "writtenAt" INTEGER NOT NULL
) STRICT;
