// What was found at a source before it is imported: what it is known as, or its format with the reason; both may be overruled.
import { Checkbox, Select } from '@mantine/core'
import type { CallOutput } from '#contract/contract.ts'
import { type FormatName, type LabelRule, labelRules } from '#core/sample.ts'
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
  /** null: images of several categories stop the import. */
  readonly labelRule: LabelRule | null
  readonly onLabelRule: (rule: LabelRule | null) => void
}

export function InspectionFacts(props: InspectionFactsProps) {
  const { found } = props
  const isKnown = found.adapter !== null && props.usesAdapter
  const chosen = found.formats.find((option) => option.format === props.format) ?? found.formats[0]
  return (
    <dl className={`${classes.facts} ${props.isStale ? 'f-stale' : ''}`}>
      {found.adapter !== null && (
        <>
          <dt>Known as</dt>
          <dd>
            {found.adapter.title} <span className="f-dim">{found.adapter.reason}</span>
            <Checkbox
              my={4}
              size="xs"
              label="Use what Foible knows of this dataset (otherwise it is read as it lies there)"
              checked={props.usesAdapter}
              onChange={(event) => props.onUseAdapter(event.currentTarget.checked)}
            />
          </dd>
        </>
      )}
      {!isKnown && (
        <>
          <dt>Format</dt>
          <dd>
            <FormatChoice {...props} chosen={chosen} /> <span className="f-dim">{chosen?.reason}</span>
          </dd>
        </>
      )}
      {!isKnown && chosen?.format === 'coco' && (
        <>
          <dt>Label</dt>
          <dd>
            <LabelRuleChoice rule={props.labelRule} onRule={props.onLabelRule} />
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

interface FormatChoiceProps extends InspectionFactsProps {
  readonly chosen: CallOutput<'imports.inspect'>['formats'][number] | undefined
}

function FormatChoice({ found, chosen, onFormat }: FormatChoiceProps) {
  if (chosen === undefined) return null
  if (found.formats.length === 1) return formatTitle(chosen.format)
  return (
    <Select
      aria-label="Read it as"
      allowDeselect={false}
      value={chosen.format}
      data={found.formats.map((option) => ({ value: option.format, label: formatTitle(option.format) }))}
      onChange={(value) => {
        const option = found.formats.find((item) => item.format === value)
        onFormat(option === found.formats[0] ? null : (option?.format ?? null))
      }}
    />
  )
}

const stop = 'stop'
const ruleTitles: Readonly<Record<LabelRule, string>> = {
  largest: 'takes the category of its largest box',
  first: 'takes the category that is listed first',
}

function LabelRuleChoice({ rule, onRule }: { rule: LabelRule | null; onRule: (rule: LabelRule | null) => void }) {
  return (
    <Select
      aria-label="An image of several categories"
      allowDeselect={false}
      value={rule ?? stop}
      data={[
        { value: stop, label: 'An image of several categories stops the import' },
        ...labelRules.map((value) => ({ value, label: `An image of several categories ${ruleTitles[value]}` })),
      ]}
      onChange={(value) => onRule(labelRules.find((some) => some === value) ?? null)}
    />
  )
}
