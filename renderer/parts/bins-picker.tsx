// Cuts a field of numbers: so many bins of about equally many images, or between limits typed in.
import { Button, NumberInput, Popover, SegmentedControl, TextInput } from '@mantine/core'
import { IconChevronDown } from '@tabler/icons-react'
import { useState, type FormEvent } from 'react'
import type { Bins } from '#contract/discovery.ts'
import { everything } from '#core/filter/expr.ts'
import { formatNumber } from '../common/figures.ts'
import { useEngineQuery } from '../engine/use-engine-query.ts'
import { useSession } from '../session/session.ts'
import { binCountRange, binsText, limitsSentence, limitsText, readLimits, usualBinCount } from './bins-model.ts'
import type { BinsOf } from './bins-store.ts'
import type { PathOption } from './field-options.ts'
import classes from './parts.module.css'

export function BinsPicker({ field, bins }: { field: PathOption; bins: BinsOf }) {
  const [opened, setOpened] = useState(false)
  const current = bins.of(field)
  return (
    <Popover opened={opened} onChange={setOpened} position="bottom-start" width={300} trapFocus returnFocus>
      <Popover.Target>
        <Button
          variant="default"
          rightSection={<IconChevronDown size={14} aria-hidden="true" />}
          aria-label={`Bins of ${field.label}: ${binsText(current)}`}
          onClick={() => setOpened(!opened)}
        >
          {binsText(current)}
        </Button>
      </Popover.Target>
      <Popover.Dropdown>
        <BinsForm
          field={field}
          current={current}
          onDone={(next) => {
            bins.set(field, next)
            setOpened(false)
          }}
        />
      </Popover.Dropdown>
    </Popover>
  )
}

interface BinsFormProps {
  readonly field: PathOption
  readonly current: Bins | null
  readonly onDone: (bins: Bins | null) => void
}

function BinsForm({ field, current, onDone }: BinsFormProps) {
  const [how, setHow] = useState<'equal' | 'hand'>(Array.isArray(current) ? 'hand' : 'equal')
  const [count, setCount] = useState<number | string>(typeof current === 'number' ? current : usualBinCount)
  const [text, setText] = useState(limitsText(current))
  const { limits, problem } = readLimits(text)
  const wanted = how === 'hand' ? limits : typeof count === 'number' ? count : null
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (wanted !== null) onDone(wanted)
  }
  return (
    <form className={classes.bins} onSubmit={submit}>
      <SegmentedControl
        aria-label="How to cut"
        fullWidth
        value={how}
        onChange={setHow}
        data={[
          { value: 'equal', label: 'Equally many images' },
          { value: 'hand', label: 'By hand' },
        ]}
      />
      {how === 'equal' ? (
        <NumberInput
          label="Bins"
          data-autofocus
          {...binCountRange}
          clampBehavior="strict"
          allowDecimal={false}
          value={count}
          onChange={setCount}
        />
      ) : (
        <TextInput
          label="Limits, from low to high"
          data-autofocus
          placeholder="0, 50, 100"
          description={limits === null ? <ValueRange field={field} /> : limitsSentence(limits)}
          error={problem}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
        />
      )}
      <Button type="submit" disabled={wanted === null}>
        Cut
      </Button>
    </form>
  )
}

function ValueRange({ field }: { field: PathOption }) {
  const { dataset } = useSession()
  const counts = useEngineQuery('query.counts', {
    dataset: dataset.id,
    filter: everything,
    facets: [field.path],
    top: 1,
  })
  const facet = counts.data?.facets[0]
  if (facet?.kind !== 'histogram' || facet.min === null || facet.max === null) return 'A bin holds its lower limit.'
  return `${field.label} runs from ${formatNumber(facet.min)} to ${formatNumber(facet.max)}.`
}
