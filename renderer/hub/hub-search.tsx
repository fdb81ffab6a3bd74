// Finds a dataset on the Hub: an id that is pasted stands for itself, anything else is searched for.
import { Anchor, Badge, Skeleton, TextInput, UnstyledButton } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { useState } from 'react'
import type { HubDataset } from '#contract/hub.ts'
import { formatCount } from '#core/format/numbers.ts'
import { parseHubId } from '../dialogs/hub-id.ts'
import { useEngineQuery } from '../engine/use-engine-query.ts'
import { HubAccountLine } from './hub-account-line.tsx'
import { sizeText } from './hub-model.ts'
import classes from './hub.module.css'

const shortest = 2
const shown = 12

interface HubSearchProps {
  readonly text: string
  readonly onText: (text: string) => void
  /** Whether a token is being given. */
  readonly givesToken: boolean
  readonly onGiveToken: (on: boolean) => void
}

export function HubSearch({ text, onText, givesToken, onGiveToken }: HubSearchProps) {
  /** What was taken from the results of a search, and the words of that. */
  const [taken, setTaken] = useState<{ readonly repo: string; readonly words: string } | null>(null)
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
      {taken !== null && taken.repo === text && (
        <Anchor component="button" type="button" className={classes.back} onClick={() => onText(taken.words)}>
          Back to the results for “{taken.words}”
        </Anchor>
      )}
      <HubAccountLine isOpen={givesToken} onOpen={onGiveToken} />
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
              <Result
                dataset={dataset}
                onPick={() => {
                  setTaken({ repo: dataset.repo, words: settled })
                  onText(dataset.repo)
                }}
              />
            </li>
          ))}
        </ul>
      )}
    </div>
  )
}

function Result({ dataset, onPick }: { dataset: HubDataset; onPick: () => void }) {
  const facts = [
    dataset.license ?? 'no licence named',
    sizeText(dataset),
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
