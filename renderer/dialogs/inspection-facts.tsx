// What was found at a source before it is imported: its format with the reason, which may be overruled, and what it is known as.
import { Checkbox, Select } from '@mantine/core'
import type { CallOutput } from '#contract/contract.ts'
import type { FormatName } from '#core/sample.ts'
import { formatBytes, formatPlural } from '../common/figures.ts'
import classes from './form.module.css'
import { formatTitle } from './format-titles.ts'

interface InspectionFactsProps {
  readonly found: CallOutput<'imports.inspect'>
  readonly isStale: boolean
  /** null: the likeliest. */
  readonly format: FormatName | null
  readonly onFormat: (format: FormatName | null) => void
  readonly usesAdapter: boolean
  readonly onUseAdapter: (on: boolean) => void
}

export function InspectionFacts(props: InspectionFactsProps) {
  const { found, format } = props
  const chosen = found.formats.find((option) => option.format === format) ?? found.formats[0]
  return (
    <dl className={`${classes.facts} ${props.isStale ? 'f-stale' : ''}`}>
      <dt>Name</dt>
      <dd>{found.name}</dd>
      <dt>Format</dt>
      <dd>
        {found.formats.length > 1 ? (
          <Select
            aria-label="Read it as"
            size="xs"
            allowDeselect={false}
            value={chosen?.format ?? null}
            data={found.formats.map((option) => ({ value: option.format, label: formatTitle(option.format) }))}
            onChange={(value) => {
              const option = found.formats.find((item) => item.format === value)
              props.onFormat(option === found.formats[0] ? null : (option?.format ?? null))
            }}
          />
        ) : (
          chosen && formatTitle(chosen.format)
        )}{' '}
        <span className="f-dim">{chosen?.reason}</span>
      </dd>
      {found.adapter !== null && format === null && (
        <>
          <dt>Known as</dt>
          <dd>
            {found.adapter.title} <span className="f-dim">{found.adapter.reason}</span>
            <Checkbox
              mt={4}
              size="xs"
              label="Read it by what it means (otherwise as it lies there)"
              checked={props.usesAdapter}
              onChange={(event) => props.onUseAdapter(event.currentTarget.checked)}
            />
          </dd>
        </>
      )}
      <dt>Size</dt>
      <dd>
        {formatPlural(found.files, 'file')}, {formatBytes(found.sizeBytes)}
      </dd>
      {found.sha !== null && (
        <>
          <dt>Commit</dt>
          <dd className="f-mono">{found.sha}</dd>
        </>
      )}
    </dl>
  )
}
