// Fixed and regressed: what changes when one model takes the place of another, with McNemar's test.
import { Button, Select } from '@mantine/core'
import { IconArrowRight } from '@tabler/icons-react'
import type { Comparison } from '#contract/analysis.ts'
import { formatCount } from '#core/format/numbers.ts'
import { Verdict } from '../common/verdict.tsx'
import { changeBetween, changeFilter, changeSentence } from './models-model.ts'
import type { ModelsScreen } from './use-models.ts'
import classes from './models.module.css'

export function ChangePanel({ screen, comparison }: { screen: ModelsScreen; comparison: Comparison }) {
  const { models } = comparison
  const { state, change, showImages } = screen
  const from = models.find((model) => model === state.from) ?? models[0] ?? ''
  const to =
    models.find((model) => model === state.to && model !== from) ?? models.findLast((model) => model !== from) ?? ''
  const between = changeBetween(comparison, from, to)
  return (
    <section aria-label="Fixed and regressed">
      <header className={classes.sectionHead}>
        <h2>From</h2>
        <Select
          aria-label="From model"
          data={models}
          value={from}
          allowDeselect={false}
          w={170}
          onChange={(value) => change({ from: value, to: value === to ? from : to })}
        />
        <IconArrowRight size={14} aria-hidden="true" />
        <Select
          aria-label="To model"
          data={models.filter((model) => model !== from)}
          value={to}
          allowDeselect={false}
          w={170}
          onChange={(value) => change({ from, to: value })}
        />
      </header>
      {between && (
        <>
          <p className={classes.say}>{changeSentence(between, comparison.selection)}</p>
          <div className={classes.changes}>
            <Button
              variant="default"
              leftSection={<Verdict correct size={14} silent />}
              onClick={() => showImages(changeFilter(from, to))}
            >
              {formatCount(between.fixed)} fixed
            </Button>
            <Button
              variant="default"
              leftSection={<Verdict correct={false} size={14} silent />}
              onClick={() => showImages(changeFilter(to, from))}
            >
              {formatCount(between.regressed)} regressed
            </Button>
          </div>
        </>
      )}
    </section>
  )
}
