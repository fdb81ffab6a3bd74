// Finds a dataset on the Hub: an id that is pasted stands for itself, anything else is searched for.
import { Badge, Skeleton, TextInput, UnstyledButton } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import type { HubDataset } from '#contract/hub.ts'
import { formatCount } from '#core/format/numbers.ts'
import { formatBytes } from '../common/figures.ts'
import { parseHubId } from '../dialogs/hub-id.ts'
import { useEngineQuery } from '../engine/use-engine-query.ts'
import { HubAccountLine } from './hub-account-line.tsx'
import classes from './hub.module.css'

const shortest = 2
const shown = 12

interface HubSearchProps {
  readonly text: string
  readonly onText: (text: string) => void
}

export function HubSearch({ text, onText }: HubSearchProps) {
  const [settled] = useDebouncedValue(text.trim(), 400)
  const isSearch = settled.length >= shortest && parseHubId(settled) === null
  const found = useEngineQuery('hub.search', { text: settled, limit: shown }, { enabled: isSearch })
  return (
    <div className={classes.search}>
      <TextInput
        label="Dataset"
        description="Words to search for, or an id: owner/name, with @revision for a branch, tag or commit"
        placeholder="ImageNet-D, or owner/name"
        data-autofocus
        value={text}
        onChange={(event) => onText(event.currentTarget.value)}
      />
      <HubAccountLine />
      {isSearch && found.status === 'loading' && <Skeleton height={160} />}
      {isSearch && found.status === 'error' && (
        <p className={classes.note} role="alert">
          {found.error.message}
        </p>
      )}
      {isSearch && found.status === 'ready' && found.data.length === 0 && (
        <p className={classes.note}>The Hub knows no dataset by these words.</p>
      )}
      {isSearch && found.status === 'ready' && found.data.length > 0 && (
        <ul className={`${classes.results} ${found.isStale ? 'f-stale' : ''}`} aria-label="Datasets on the Hub">
          {found.data.map((dataset) => (
            <li key={dataset.repo}>
              <Result dataset={dataset} onPick={() => onText(dataset.repo)} />
            </li>
          ))}
        </ul>
      )}
    </div>
  )
}

function Result({ dataset, onPick }: { dataset: HubDataset; onPick: () => void }) {
  const size = dataset.sizeBytes === null ? dataset.sizeCategory : formatBytes(dataset.sizeBytes)
  const facts = [
    dataset.license ?? 'no licence named',
    size,
    `${formatCount(dataset.downloads)} downloads`,
    dataset.updatedAt === null ? null : `updated ${dataset.updatedAt.slice(0, 10)}`,
  ]
  return (
    <UnstyledButton className={classes.result} onClick={onPick}>
      <span className={classes.repo}>
        {dataset.repo}
        {dataset.gated !== 'no' && (
          <Badge size="xs" variant="outline" color="orange">
            gated
          </Badge>
        )}
      </span>
      {dataset.summary !== '' && <span className={classes.summary}>{dataset.summary}</span>}
      <span className={classes.figures}>{facts.filter((fact) => fact !== null).join(' · ')}</span>
    </UnstyledButton>
  )
}
