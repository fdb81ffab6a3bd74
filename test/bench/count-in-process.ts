// A process of its own for the bench: opens a file of another engine and asks the statements given. Usage: duckdb|sqlite FILE JSON.
import Database from 'better-sqlite3'

const [engine, file, statements] = process.argv.slice(2)
const asked = JSON.parse(statements!) as string[]
if (engine === 'duckdb') {
  const { DuckDBInstance } = await import('@duckdb/node-api')
  const connection = await (await DuckDBInstance.create(file)).connect()
  for (const sql of asked) await connection.runAndReadAll(sql)
} else {
  const db = new Database(file)
  for (const sql of asked) db.prepare(sql).raw().all()
}
