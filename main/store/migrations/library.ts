// The steps of library.sqlite.
import type { FileKind } from '../sqlite.ts'

export const libraryFile: FileKind = {
  applicationId: 0x464f4c31, // 'FOL1'
  what: 'library',
  migrations: [
    {
      name: '0001-create-library',
      sql: `
CREATE TABLE model (
  sha256 TEXT PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  origin TEXT NOT NULL,
  license TEXT,
  added_at TEXT NOT NULL
) STRICT;
CREATE TABLE job (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  kind TEXT NOT NULL,
  title TEXT NOT NULL,
  dataset TEXT,
  model TEXT,
  input TEXT NOT NULL,
  state TEXT NOT NULL,
  done REAL NOT NULL,
  total REAL,
  unit TEXT NOT NULL,
  message TEXT NOT NULL,
  error TEXT,
  result TEXT,
  created_at TEXT NOT NULL,
  ended_at TEXT
) STRICT;
CREATE TABLE setting (
  key TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
`,
    },
    {
      name: '0002-models-by-name',
      sql: `
-- The same file under other settings is another model: files are shared by their hash.
ALTER TABLE model RENAME TO model_by_file;
CREATE TABLE model (
  name TEXT PRIMARY KEY,
  sha256 TEXT NOT NULL,
  origin TEXT NOT NULL,
  license TEXT,
  added_at TEXT NOT NULL,
  -- What somebody chose over what the model's files say, as JSON, see ModelSettings.
  settings TEXT NOT NULL
) STRICT;
INSERT INTO model (name, sha256, origin, license, added_at, settings)
  SELECT name, sha256, origin, license, added_at, '{}' FROM model_by_file;
DROP TABLE model_by_file;
`,
    },
  ],
}
