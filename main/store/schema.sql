-- Generated from main/store/migrations by build/generators/schema.ts: npm run fixtures writes it anew.

-- library.sqlite: application_id 1179601969, user_version 2

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

CREATE TABLE model (
  name TEXT PRIMARY KEY,
  sha256 TEXT NOT NULL,
  origin TEXT NOT NULL,
  license TEXT,
  added_at TEXT NOT NULL,
  -- What somebody chose over what the model's files say, as JSON, see ModelSettings.
  settings TEXT NOT NULL
) STRICT;

-- dataset.sqlite: application_id 1179599921, user_version 5

CREATE TABLE meta (
  key TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE sample (
  id INTEGER PRIMARY KEY,
  file_name TEXT NOT NULL UNIQUE,
  -- NULL: the file of that name under the source's root. Else JSON of a MediaLocator.
  locator TEXT,
  sha256 BLOB,
  -- Why the image cannot be read.
  problem TEXT
) STRICT;

CREATE TABLE packed_column (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  -- codes, numbers, bits, plain
  encoding TEXT NOT NULL,
  -- Elements a row.
  stride INTEGER NOT NULL,
  version INTEGER NOT NULL
) STRICT;

CREATE TABLE chunk (
  column_id INTEGER NOT NULL REFERENCES packed_column ON DELETE CASCADE,
  number INTEGER NOT NULL,
  -- u8, u16, u32, f32, f64, bits
  type TEXT NOT NULL,
  version INTEGER NOT NULL,
  data BLOB NOT NULL,
  PRIMARY KEY (column_id, number)
) STRICT;

CREATE TABLE dictionary (
  column_id INTEGER NOT NULL REFERENCES packed_column ON DELETE CASCADE,
  code INTEGER NOT NULL,
  value TEXT NOT NULL,
  PRIMARY KEY (column_id, code)
) STRICT, WITHOUT ROWID;

CREATE TABLE field (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  kind TEXT NOT NULL,
  role TEXT NOT NULL,
  source TEXT NOT NULL,
  built_in INTEGER NOT NULL,
  column_id INTEGER NOT NULL UNIQUE REFERENCES packed_column,
  -- Companions where they are not uniform: source codes, score, margin.
  source_column_id INTEGER REFERENCES packed_column,
  score_column_id INTEGER REFERENCES packed_column,
  margin_column_id INTEGER REFERENCES packed_column
, settings TEXT) STRICT;

CREATE TABLE run (
  -- Never given twice: what is held of a run goes by its id.
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  model TEXT NOT NULL UNIQUE,
  model_sha256 TEXT,
  protocol TEXT NOT NULL,
  provider TEXT NOT NULL,
  state TEXT NOT NULL,
  label_space TEXT NOT NULL,
  preprocessing TEXT NOT NULL,
  unmapped_classes TEXT NOT NULL,
  images_per_second REAL,
  started_at TEXT NOT NULL
, model_name TEXT, settings TEXT NOT NULL DEFAULT '{}') STRICT;

CREATE TABLE run_class (
  run_id INTEGER NOT NULL REFERENCES run ON DELETE CASCADE,
  code INTEGER NOT NULL,
  name TEXT NOT NULL,
  label_id INTEGER,
  PRIMARY KEY (run_id, code)
) STRICT, WITHOUT ROWID;

CREATE TABLE prediction_failure (
  run_id INTEGER NOT NULL REFERENCES run ON DELETE CASCADE,
  sample_id INTEGER NOT NULL REFERENCES sample,
  message TEXT NOT NULL,
  PRIMARY KEY (run_id, sample_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE staged_batch (
  run_id INTEGER NOT NULL REFERENCES run ON DELETE CASCADE,
  number INTEGER NOT NULL,
  data BLOB NOT NULL,
  PRIMARY KEY (run_id, number)
) STRICT;

CREATE TABLE tag (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  column_id INTEGER NOT NULL UNIQUE REFERENCES packed_column
) STRICT;

CREATE TABLE view (
  name TEXT PRIMARY KEY,
  filter TEXT NOT NULL,
  layout TEXT,
  created_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE history (
  id INTEGER PRIMARY KEY,
  at TEXT NOT NULL,
  what TEXT NOT NULL,
  kind TEXT NOT NULL,
  detail TEXT NOT NULL,
  -- For tags: the rows that changed, a deflated bitset.
  rows BLOB,
  undone INTEGER NOT NULL
) STRICT;

CREATE TABLE finding (
  rule TEXT PRIMARY KEY,
  count INTEGER NOT NULL,
  message TEXT NOT NULL,
  action TEXT NOT NULL,
  examples TEXT NOT NULL
, column_id INTEGER REFERENCES packed_column, repair TEXT, repaired TEXT) STRICT, WITHOUT ROWID;

CREATE TABLE export (
  id INTEGER PRIMARY KEY,
  at TEXT NOT NULL,
  manifest TEXT NOT NULL
) STRICT;

CREATE TABLE label_map (
  label_space TEXT NOT NULL,
  class TEXT NOT NULL,
  ids TEXT NOT NULL,
  -- file, person
  source TEXT NOT NULL,
  PRIMARY KEY (label_space, class)
) STRICT, WITHOUT ROWID;

CREATE TABLE source_document (
  first INTEGER PRIMARY KEY,
  documents BLOB NOT NULL
) STRICT;

CREATE TABLE source_file (
  path TEXT PRIMARY KEY,
  content BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE kept_vector (
  run_id INTEGER NOT NULL REFERENCES run ON DELETE CASCADE,
  -- logits, embedding
  kind TEXT NOT NULL,
  -- The lowest id of the block's samples. A foreign key would make every deletion of a sample look through all blocks.
  sample_id INTEGER NOT NULL,
  data BLOB NOT NULL,
  PRIMARY KEY (run_id, kind, sample_id)
) STRICT, WITHOUT ROWID;

-- thumbs.sqlite: application_id 1179604017, user_version 1

CREATE TABLE thumbnail (
  sample_id INTEGER PRIMARY KEY,
  data BLOB NOT NULL
) STRICT;
