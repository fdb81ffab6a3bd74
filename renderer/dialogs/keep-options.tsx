// What a run shall keep of every image beside its top five, with what that takes on disk.
import { Checkbox } from '@mantine/core'
import type { ModelInfo } from '#contract/work.ts'
import type { KeptKind } from '#core/sample.ts'
import { formatBytes } from '../common/figures.ts'
import classes from './keep-options.module.css'
import { type KeepOption, listKeepOptions } from './keep-options-model.ts'

interface KeepOptionsProps {
  /** Those that will predict. */
  readonly models: readonly ModelInfo[]
  readonly samples: number
  readonly value: readonly KeptKind[]
  readonly onChange: (value: readonly KeptKind[]) => void
}

const labels: Readonly<Record<KeptKind, string>> = { logits: 'Logits', embedding: 'Embeddings' }
const uses: Readonly<Record<KeptKind, string>> = {
  logits: 'the score of every class, not only the top five',
  embedding: 'to find the nearest images',
}

export function KeepOptions({ models, samples, value, onChange }: KeepOptionsProps) {
  return (
    <fieldset className={classes.options}>
      <legend>Keep of every image</legend>
      {listKeepOptions(models, samples).map((option) => (
        <Checkbox
          key={option.kind}
          label={labels[option.kind]}
          description={describe(option)}
          disabled={!option.isPossible}
          checked={option.isPossible && value.includes(option.kind)}
          onChange={(event) =>
            onChange(
              event.currentTarget.checked ? [...value, option.kind] : value.filter((other) => other !== option.kind),
            )
          }
        />
      ))}
    </fieldset>
  )
}

function describe({ kind, bytes, without }: KeepOption): string {
  const size = bytes === 0 ? '' : `: ${formatBytes(bytes)}`
  const missing = without.length === 0 ? '' : `; ${without.join(', ')} has none`
  return `${uses[kind]}${size}${missing}`
}
