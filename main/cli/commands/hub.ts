// foible hub search.
import type { Command } from 'commander'
import { type RunCommand, positiveInteger } from '../command-line.ts'
import { formatTable } from '../format-table.ts'

export function addHubCommands(program: Command, run: RunCommand): void {
  const hub = program.command('hub').description('the Hugging Face Hub')
  hub
    .command('search')
    .description('find datasets by name, the most fetched ones first')
    .argument('<text>')
    .option('--limit <n>', 'at most so many', positiveInteger, 20)
    .action((text: string, { limit }: { readonly limit: number }) =>
      run(async (session) => {
        const found = await session.client.call('hub.search', { text, limit: Math.min(limit, 100) })
        session.print(found, (list) =>
          list.length === 0
            ? `No dataset on the Hub has “${text}” in its name.`
            : formatTable(
                ['dataset', 'samples', 'licence', 'access', 'downloads'],
                list.map((dataset) => [
                  dataset.repo,
                  dataset.sizeCategory ?? '',
                  dataset.license ?? '',
                  dataset.gated === 'no' ? 'open' : `gated (${dataset.gated})`,
                  dataset.downloads.toLocaleString('en-US'),
                ]),
              ),
        )
      }),
    )
}
