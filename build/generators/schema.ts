// Writes main/store/schema.sql: what the migrations of all files come to, kept in git so that a review shows every change.
import { writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import Database from 'better-sqlite3'
import { datasetFile } from '#store/migrations/dataset.ts'
import { libraryFile } from '#store/migrations/library.ts'
import { thumbnailFile } from '#store/migrations/thumbnails.ts'
import type { FileKind } from '#store/sqlite.ts'

const files: Readonly<Record<string, FileKind>> = {
  'library.sqlite': libraryFile,
  'dataset.sqlite': datasetFile,
  'thumbs.sqlite': thumbnailFile,
}

/** The text of schema.sql. */
export function generateSchema(): string {
  const parts = Object.entries(files).map(([name, { applicationId, migrations }]) =>
    [`-- ${name}: application_id ${applicationId}, user_version ${migrations.length}`, ...tablesOf(migrations)].join(
      '\n\n',
    ),
  )
  return `-- Generated from main/store/migrations by build/generators/schema.ts: npm run fixtures writes it anew.\n\n${parts.join('\n\n')}\n`
}

function tablesOf(migrations: FileKind['migrations']): string[] {
  const db = new Database(':memory:')
  try {
    for (const { sql } of migrations) db.exec(sql)
    const schema = db.prepare(
      `SELECT sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite_%' ORDER BY type DESC, rootpage`,
    )
    return (schema.pluck().all() as (string | null)[]).flatMap((sql) => (sql === null ? [] : `${sql};`))
  } finally {
    db.close()
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await writeFile(new URL('../../main/store/schema.sql', import.meta.url), generateSchema())
}
