// foible labels: how a dataset's classes stand for a model's, and deciding it.
import type { Command } from 'commander'
import type { LabelMap } from '#contract/labels.ts'
import { FoibleError } from '#core/errors.ts'
import { formatCount } from '#core/format/numbers.ts'
import type { RunCommand } from '../command-line.ts'
import { formatTable } from '../format-table.ts'

interface LabelFlags {
  readonly model: string
  readonly set: readonly string[]
  readonly unset: readonly string[]
  readonly map?: string
}

const gather = (text: string, before: readonly string[]) => [...before, text]

export function addLabelsCommand(program: Command, run: RunCommand): void {
  program
    .command('labels')
    .description('list which of a model’s classes are right answers for a dataset’s, or decide it')
    .argument('<dataset>')
    .requiredOption('--model <name>', 'decisions hold for all models with the same classes')
    .option('--set <class=ids>', 'ids joined by “;”, or nothing where the model does not know the class', gather, [])
    .option('--unset <class>', 'take a decision back', gather, [])
    .option('--map <file>', 'CSV with the columns class and ids (or labels), or JSON')
    .action((dataset: string, { model, set, unset, map }: LabelFlags) =>
      run(async (session) => {
        const { client } = session
        if (map !== undefined) {
          await client.call('labels.read', { dataset, model, place: session.engine.places.register(map) })
        }
        const decisions = [...set.map(parseDecision), ...unset.map((name) => ({ class: name, ids: null }))]
        if (decisions.length > 0) await client.call('labels.set', { dataset, model, decisions })
        session.print(await client.call('labels.map', { dataset, model }), formatMap)
      }),
    )
}

/** `mug=504;968`. The last `=` counts: classes may have one in their name. */
function parseDecision(text: string): { class: string; ids: number[] } {
  const at = text.lastIndexOf('=')
  const ids = text
    .slice(at + 1)
    .split(';')
    .map((id) => id.trim())
    .filter((id) => id !== '')
  if (at < 1 || !ids.every((id) => /^\d{1,9}$/.test(id))) {
    throw new FoibleError('usage', `--set takes a class and ids, such as mug=504;968, and not “${text}”.`, { text })
  }
  return { class: text.slice(0, at), ids: ids.map(Number) }
}

function formatMap({ classes, unmapped }: LabelMap): string {
  const table = formatTable(
    ['class', 'samples', 'by', 'accepted'],
    classes.map((row) => [
      row.class,
      formatCount(row.samples),
      row.ambiguous ? `${row.how}, ambiguous` : row.how,
      row.accepted.length > 0
        ? row.accepted.map(({ id, name }) => `${id} ${name}`).join('; ')
        : row.proposals.map(({ id, name }) => `${id} ${name}?`).join('; '),
    ]),
  )
  if (unmapped.classes === 0) return table
  const names = unmapped.classes === 1 ? 'One class' : `${formatCount(unmapped.classes)} classes`
  return `${table}\n${names} without an answer: ${formatCount(unmapped.samples)} samples are not judged. Decide with --set or --map.`
}
