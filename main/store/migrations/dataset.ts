// The steps of dataset.sqlite. Rows where identity matters; everything that is filtered on lies in packed columns.
import type { FileKind } from '../sqlite.ts'

export const datasetFile: FileKind = {
  applicationId: 0x464f4431, // 'FOD1'
  what: 'dataset',
  migrations: [
    {
      name: '0001-create-dataset',
      sql: `
CREATE TABLE meta (
  key TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Row r of every column belongs to sample r + 1.
CREATE TABLE sample (
  id INTEGER PRIMARY KEY,
  file_name TEXT NOT NULL UNIQUE,
  -- NULL: the file of that name under the source's root. Else JSON of a MediaLocator.
  locator TEXT,
  sha256 BLOB,
  -- Why the image cannot be read.
  problem TEXT
) STRICT;

-- A packed column: chunks of 65,536 rows of one type.
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
-- Code c of a column stands for its value c; code 0 is missing.
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
) STRICT;

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
) STRICT;
-- The classes a run can answer, by code (from 1); label_id is the model's own id.
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
-- Batches of a running prediction, until they are folded into the run's columns.
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
-- What was changed by hand, newest last; undone entries wait for redo until something new is done.
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
) STRICT, WITHOUT ROWID;
CREATE TABLE export (
  id INTEGER PRIMARY KEY,
  at TEXT NOT NULL,
  manifest TEXT NOT NULL
) STRICT;
`,
    },
    {
      name: '0002-findings-with-rows',
      sql: `
-- Which samples a finding is about: a packed bitset; NULL where it is about none (a card, a field).
ALTER TABLE finding ADD COLUMN column_id INTEGER REFERENCES packed_column;
-- The name of the repair on offer, and what was said when it was done.
ALTER TABLE finding ADD COLUMN repair TEXT;
ALTER TABLE finding ADD COLUMN repaired TEXT;
`,
    },
    {
      name: '0003-label-map',
      sql: `
-- What somebody decided about a class of the dataset in a model's label space (imagenet-1k, or a hash of the labels): JSON of the ids
-- that are right answers, none where the model does not know it. What is not here is found by name.
CREATE TABLE label_map (
  label_space TEXT NOT NULL,
  class TEXT NOT NULL,
  ids TEXT NOT NULL,
  -- file, person
  source TEXT NOT NULL,
  PRIMARY KEY (label_space, class)
) STRICT, WITHOUT ROWID;
`,
    },
    {
      name: '0004-source-documents',
      sql: `
-- What a source said of its samples beyond what is read: deflated JSON, a line each, the first line numbered. The packed
-- column source_document has the number of each sample's document, 0 where it has none.
CREATE TABLE source_document (
  first INTEGER PRIMARY KEY,
  documents BLOB NOT NULL
) STRICT;
-- Files of the source kept whole, deflated.
CREATE TABLE source_file (
  path TEXT PRIMARY KEY,
  content BLOB NOT NULL
) STRICT, WITHOUT ROWID;
`,
    },
    {
      name: '0005-any-model',
      sql: `
-- The library's name of the model: one model may have several runs, each with a name of its own in "model". NULL: imported.
ALTER TABLE run ADD COLUMN model_name TEXT;
UPDATE run SET model_name = model WHERE provider <> 'imported';
-- What else makes the run what it is, as JSON, see RunSettings.
ALTER TABLE run ADD COLUMN settings TEXT NOT NULL DEFAULT '{}';
-- What a run keeps of each image beyond its top five, in blocks of many samples: float16 values, little endian.
CREATE TABLE kept_vector (
  run_id INTEGER NOT NULL REFERENCES run ON DELETE CASCADE,
  -- logits, embedding
  kind TEXT NOT NULL,
  -- The lowest id of the block's samples. A foreign key would make every deletion of a sample look through all blocks.
  sample_id INTEGER NOT NULL,
  data BLOB NOT NULL,
  PRIMARY KEY (run_id, kind, sample_id)
) STRICT, WITHOUT ROWID;
-- How the values of an inferred field were found, as JSON; NULL for all other fields.
ALTER TABLE field ADD COLUMN settings TEXT;
`,
    },
  ],
}
