// How the values were found, and how often they are those that another field says, by how sure the model was.
import { Select } from '@mantine/core'
import { useState } from 'react'
import type { InferredAccuracy, InferredField } from '#contract/infer.ts'
import { formatCount, formatRate, formatRateInterval } from '#core/format/numbers.ts'
import { SparkBar } from '../charts/spark-bar.tsx'
import { QueryView } from '../parts/query-view.tsx'
import { useAgreement } from './use-review.ts'
import classes from './review.module.css'

export function AgreementPanel({ inferred }: { inferred: InferredField }) {
  const { knownFields, field, how } = inferred
  const [chosen, setChosen] = useState<string | null>(null)
  const known = knownFields.find((name) => name === chosen) ?? knownFields[0] ?? null
  const agreement = useAgreement(field, known)
  return (
    <section className={classes.section} aria-label="Where the values come from">
      <h3>Where the values come from</h3>
      <p className="f-dim">{how}.</p>
      {known === null ? (
        <p className="f-dim">No other field has values of this vocabulary to compare with.</p>
      ) : (
        <>
          <Select
            label="Compared with"
            data={[...knownFields]}
            value={known}
            allowDeselect={false}
            onChange={setChosen}
          />
          <QueryView query={agreement} name="Agreement" lines={5}>
            {(data) => <Agreement data={data} />}
          </QueryView>
        </>
      )}
    </section>
  )
}

function Agreement({ data }: { data: InferredAccuracy }) {
  const { n, right, accuracy, wilson, byMargin, outside, open, confused } = data
  if (accuracy === null) return <p className="f-dim">No sample has both values.</p>
  return (
    <>
      <p>
        {formatCount(right)} of {formatCount(n)} as {data.known} says: {formatRateInterval(accuracy, wilson)}
        {outside > 0 && `; ${formatCount(outside)} have a value that is not of the vocabulary`}
        {open > 0 && `; ${formatCount(open)} have none yet`}.
      </p>
      <table className={classes.table}>
        <thead>
          <tr>
            <th scope="col">Margin</th>
            <th scope="col">Samples</th>
            <th scope="col">Right</th>
            <td />
          </tr>
        </thead>
        <tbody>
          {byMargin.map((part) => (
            <tr key={part.from}>
              <th scope="row">
                {part.from.toFixed(2)} to {part.to.toFixed(2)}
              </th>
              <td>{formatCount(part.n)}</td>
              <td>{formatRate(part.right / part.n)}</td>
              <td className={classes.bar}>
                <SparkBar share={part.right / part.n} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {confused.length > 0 && (
        <p className="f-dim">
          Most often {confused[0]!.known} was taken for {confused[0]!.inferred} ({formatCount(confused[0]!.count)}).
        </p>
      )}
    </>
  )
}
