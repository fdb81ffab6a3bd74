// What the Hub says of a dataset before it is imported: its words, its licence, and whether one must be let in.
import { useEngineQuery } from '../engine/use-engine-query.ts'
import classes from './hub.module.css'

export function HubFacts({ repo, revision }: { repo: string; revision: string | null }) {
  const facts = useEngineQuery('hub.dataset', { repo, revision })
  // What stands in the way of it is said where the import is.
  if (facts.status !== 'ready') return null
  const { summary, license, gated } = facts.data
  return (
    <p className={`${classes.note} ${facts.isStale ? 'f-stale' : ''}`}>
      {summary === '' ? '' : `${summary} `}
      {license === null ? 'Its card names no licence.' : `Licence: ${license}.`}
      {gated !== 'no' && ' It is gated: its owner must let you in, on the Hub’s page.'}
    </p>
  )
}
