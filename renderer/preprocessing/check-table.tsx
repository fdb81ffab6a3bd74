// The candidates of a check, the best first: what the model is fed, how often it is right, and how it compares with its own.
import { Button } from '@mantine/core'
import type { CandidateInfo, PreprocessingCheck } from '#contract/preprocessing.ts'
import { formatCount, formatRate } from '#core/format/numbers.ts'
import { IntervalBar, type Tone } from '../charts/interval-bar.tsx'
import { useEngineQuery } from '../engine/use-engine-query.ts'
import { accuracyText, pairedText, standingWords } from './check-model.ts'
import classes from './check.module.css'
import { TensorPicture } from './tensor-picture.tsx'

interface CheckTableProps {
  readonly dataset: string
  readonly check: PreprocessingCheck
  readonly isBusy: boolean
  readonly onUse: (candidate: CandidateInfo) => void
}

const tones: Readonly<Record<CandidateInfo['standing'], Tone>> = {
  own: 'neutral',
  ahead: 'right',
  level: 'neutral',
  behind: 'more',
  refused: 'neutral',
}

export function CheckTable({ dataset, check, isBusy, onUse }: CheckTableProps) {
  const own = check.candidates.find(({ standing }) => standing === 'own')
  const believed = check.better === null ? own : check.candidates[check.better]
  return (
    <table className={classes.table} aria-label="Ways to prepare images">
      <thead>
        <tr>
          <th scope="col">fed</th>
          <th scope="col">preprocessing</th>
          <th scope="col">right</th>
          <th scope="col" className={classes.number} title="Mean probability of the right class">
            truth
          </th>
          <th scope="col" className={classes.number} title="Mean entropy of the answers, in nats">
            entropy
          </th>
          <th scope="col">against its own</th>
          <th scope="col" aria-label="Choose" />
        </tr>
      </thead>
      <tbody>
        {check.candidates.map((candidate) => (
          <tr key={`${candidate.name} ${candidate.preprocessing}`} data-standing={candidate.standing}>
            <td>
              {candidate.standing !== 'refused' && (
                <Fed dataset={dataset} check={check} candidate={candidate} believed={believed ?? candidate} />
              )}
            </td>
            <th scope="row" title={candidate.preprocessing}>
              {candidate.name}
              {candidate === own && <span className={classes.steps}>{candidate.preprocessing}</span>}
            </th>
            <td className={classes.rate}>
              {candidate.accuracy !== null && (
                <>
                  <IntervalBar
                    value={candidate.accuracy}
                    interval={candidate.interval}
                    expected={own?.accuracy ?? null}
                    tone={tones[candidate.standing]}
                    label={accuracyText(candidate, check.images)}
                  />
                  <span>
                    {formatCount(candidate.right)} of {formatCount(check.images)}, {formatRate(candidate.accuracy)}
                  </span>
                </>
              )}
            </td>
            <td className={classes.number}>{candidate.truthConfidence?.toFixed(2).replace(/^0/, '') ?? '–'}</td>
            <td className={classes.number}>{candidate.entropy?.toFixed(2) ?? '–'}</td>
            <td>
              <span className={classes.standing} data-standing={candidate.standing}>
                {standingWords[candidate.standing]}
              </span>
              <span className={classes.steps}>{pairedText(candidate)}</span>
            </td>
            <td>
              {candidate.standing !== 'own' && candidate.standing !== 'refused' && (
                <Button
                  size="compact-xs"
                  variant={believed === candidate ? 'filled' : 'default'}
                  disabled={isBusy}
                  aria-label={`Use ${candidate.name}`}
                  onClick={() => onUse(candidate)}
                >
                  Use this
                </Button>
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

interface FedProps {
  readonly dataset: string
  readonly check: PreprocessingCheck
  readonly candidate: CandidateInfo
  /** Through which values become colours again. */
  readonly believed: CandidateInfo
}

/** One image as this candidate feeds it, seen as the network would see it if the believed one is right. */
function Fed({ dataset, check, candidate, believed }: FedProps) {
  const tensor = useEngineQuery('models.tensor', {
    dataset,
    id: check.example,
    model: check.model,
    feeding: candidate.feeding,
    seenThrough: believed.feeding.steps,
  })
  if (tensor.status === 'error') return <span className={classes.empty} title={tensor.error.message} />
  if (tensor.status === 'loading') return <span className={classes.empty} />
  return (
    <span className={classes.picture}>
      <TensorPicture tensor={tensor.data} alt={`An image under ${candidate.name}`} isMarked />
    </span>
  )
}
