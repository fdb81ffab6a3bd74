// The steps of thumbs.sqlite, which may be deleted at any time and is made again.
import type { FileKind } from '../sqlite.ts'

export const thumbnailFile: FileKind = {
  applicationId: 0x464f5431, // 'FOT1'
  what: 'thumbnail store',
  migrations: [
    {
      name: '0001-create-thumbnails',
      sql: `
CREATE TABLE thumbnail (
  sample_id INTEGER PRIMARY KEY,
  data BLOB NOT NULL
) STRICT;
`,
    },
  ],
}
