// Agreement of every two models' errors (Cohen's kappa): the higher, the more they fail on the same images.
import { useRef } from 'react'
import type { Comparison } from '#contract/analysis.ts'
import { shortenMiddle } from '#core/format/shorten.ts'
import { SaveMenu } from '../save/save-menu.tsx'
import { pairCsv } from './models-csv.ts'
import { kappaBetween, kappaWord } from './models-model.ts'
import classes from './models.module.css'

/** What tells runs of one model apart stands at the end of their names. */
const nameLength = 24

export function KappaMatrix({ comparison }: { comparison: Comparison }) {
  const { models } = comparison
  const matrix = useRef<HTMLElement>(null)
  return (
    <section aria-label="Agreement of errors" ref={matrix}>
      <header className={classes.sectionHead}>
        <h2>Agreement of errors</h2>
        <span className="f-dim">Cohen’s kappa; 1 = fail on the same images, 0 = as chance would</span>
        <SaveMenu name="Agreement of errors" picture={matrix} rows={() => pairCsv(comparison)} />
      </header>
      <div className={classes.matrixScroll}>
        <table className={classes.matrix}>
          <thead>
            <tr>
              <td />
              {models.slice(0, -1).map((model) => (
                <th key={model} scope="col" title={model}>
                  {shortenMiddle(model, nameLength)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {models.slice(1).map((row, index) => (
              <tr key={row}>
                <th scope="row" title={row}>
                  {shortenMiddle(row, nameLength)}
                </th>
                {models.slice(0, -1).map((column, position) => (
                  <Cell key={column} kappa={position <= index ? kappaBetween(comparison, row, column) : undefined} />
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  )
}

function Cell({ kappa }: { kappa: number | null | undefined }) {
  if (kappa === undefined) return <td />
  if (kappa === null) return <td title="Not defined: one of the models is always right or always wrong">–</td>
  const wash = `color-mix(in srgb, var(--f-accent) ${Math.round(Math.max(0, kappa) * 55)}%, transparent)`
  return (
    <td style={{ background: wash }} title={`${kappaWord(kappa)} agreement`}>
      {kappa.toFixed(2).replace(/^(-?)0/, '$1')}
    </td>
  )
}
