-- People, with the tables and columns of the existing application (decision 5). Instants are UTC milliseconds.
CREATE TABLE users (
    "id"        TEXT PRIMARY KEY NOT NULL,
    "email"     TEXT NOT NULL UNIQUE,
    "password"  TEXT,
    "role"      TEXT NOT NULL CHECK ("role" IN ('ADMIN', 'ASSISTANTE', 'COACH', 'PARENT', 'ELEVE')),
    "firstName" TEXT,
    "lastName"  TEXT,
    "phone"     TEXT,
    "createdAt" INTEGER NOT NULL,
    "updatedAt" INTEGER NOT NULL
) STRICT;

CREATE TABLE parent_profiles (
    "id"      TEXT PRIMARY KEY NOT NULL,
    "userId"  TEXT NOT NULL UNIQUE REFERENCES users ("id") ON DELETE CASCADE ON UPDATE CASCADE,
    "address" TEXT,
    "city"    TEXT,
    "country" TEXT DEFAULT 'Tunisie'
) STRICT;

CREATE TABLE students (
    "id"                   TEXT PRIMARY KEY NOT NULL,
    "parentId"             TEXT NOT NULL REFERENCES parent_profiles ("id") ON DELETE CASCADE ON UPDATE CASCADE,
    "userId"               TEXT NOT NULL UNIQUE REFERENCES users ("id") ON DELETE CASCADE ON UPDATE CASCADE,
    "grade"                TEXT,
    "school"               TEXT,
    "birthDate"            INTEGER,
    "credits"              INTEGER NOT NULL DEFAULT 0,
    "totalSessions"        INTEGER NOT NULL DEFAULT 0,
    "completedSessions"    INTEGER NOT NULL DEFAULT 0,
    "freemiumUsage"        TEXT CHECK ("freemiumUsage" IS NULL OR json_valid("freemiumUsage")),
    "guaranteeEligible"    INTEGER NOT NULL DEFAULT 0,
    "guaranteeActivatedAt" INTEGER,
    "createdAt"            INTEGER NOT NULL,
    "updatedAt"            INTEGER NOT NULL
) STRICT;

CREATE INDEX students_parent ON students ("parentId");
