-- People and bilans, with the tables and columns of the existing application (decision 5). Instants are UTC.
DO $$ BEGIN
    CREATE TYPE "UserRole" AS ENUM ('ADMIN', 'ASSISTANTE', 'COACH', 'PARENT', 'ELEVE');
EXCEPTION WHEN duplicate_object THEN NULL;
END $$;

CREATE TABLE IF NOT EXISTS users (
    "id"        TEXT PRIMARY KEY,
    "email"     TEXT NOT NULL UNIQUE,
    "password"  TEXT,
    "role"      "UserRole" NOT NULL,
    "firstName" TEXT,
    "lastName"  TEXT,
    "phone"     TEXT,
    "createdAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updatedAt" TIMESTAMP(3) NOT NULL
);

CREATE TABLE IF NOT EXISTS parent_profiles (
    "id"      TEXT PRIMARY KEY,
    "userId"  TEXT NOT NULL UNIQUE REFERENCES users ("id") ON DELETE CASCADE ON UPDATE CASCADE,
    "address" TEXT,
    "city"    TEXT,
    "country" TEXT DEFAULT 'Tunisie'
);

CREATE TABLE IF NOT EXISTS students (
    "id"                   TEXT PRIMARY KEY,
    "parentId"             TEXT NOT NULL REFERENCES parent_profiles ("id") ON DELETE CASCADE ON UPDATE CASCADE,
    "userId"               TEXT NOT NULL UNIQUE REFERENCES users ("id") ON DELETE CASCADE ON UPDATE CASCADE,
    "grade"                TEXT,
    "school"               TEXT,
    "birthDate"            TIMESTAMP(3),
    "credits"              INTEGER NOT NULL DEFAULT 0,
    "totalSessions"        INTEGER NOT NULL DEFAULT 0,
    "completedSessions"    INTEGER NOT NULL DEFAULT 0,
    "freemiumUsage"        JSONB,
    "guaranteeEligible"    BOOLEAN NOT NULL DEFAULT false,
    "guaranteeActivatedAt" TIMESTAMP(3),
    "createdAt"            TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updatedAt"            TIMESTAMP(3) NOT NULL
);

CREATE TABLE IF NOT EXISTS bilans (
    "id"              TEXT PRIMARY KEY,
    "studentId"       TEXT NOT NULL REFERENCES students ("id") ON DELETE CASCADE ON UPDATE CASCADE,
    "subject"         TEXT,
    "niveau"          TEXT,
    "statut"          TEXT,
    "qcmRaw"          JSONB NOT NULL,
    "pedagoRaw"       JSONB NOT NULL,
    "qcmScores"       JSONB NOT NULL,
    "pedagoProfile"   JSONB NOT NULL,
    "preAnalyzedData" JSONB,
    "synthesis"       JSONB NOT NULL,
    "offers"          JSONB NOT NULL,
    "pdfUrl"          TEXT,
    "pdfBlob"         BYTEA,
    "reportText"      TEXT,
    "summaryText"     TEXT,
    "generatedAt"     TIMESTAMP(3),
    "createdAt"       TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updatedAt"       TIMESTAMP(3) NOT NULL
);
