// Why a source cannot be imported, with the way out where there is one: the Hub's page, a token, another try.
import { Alert, Anchor, Button } from '@mantine/core'
import type { FoibleError } from '#core/errors.ts'
import { useEngineQuery } from '../engine/use-engine-query.ts'
import classes from './form.module.css'

interface ImportRefusalProps {
  readonly error: FoibleError
  /** null for what lies on this machine. */
  readonly repo: string | null
  readonly onGiveToken: () => void
  readonly retry: () => void
}

export function ImportRefusal({ error, repo, onGiveToken, retry }: ImportRefusalProps) {
  const account = useEngineQuery('hub.account', {}, { enabled: repo !== null })
  const isLimited = error.code === 'rate_limited' && repo !== null
  const isTransient = error.code === 'network' || error.code === 'rate_limited'
  const isForbidden = error.code === 'auth_required' && repo !== null
  return (
    <Alert color="orange" title="This cannot be imported" role="alert">
      {error.message}
      {(isTransient || isForbidden) && (
        <div className={classes.ways}>
          {(isForbidden || isLimited) && (
            <Button variant="default" size="compact-xs" onClick={onGiveToken}>
              Give a token…
            </Button>
          )}
          {isForbidden && account.status === 'ready' && (
            <Anchor href={`${account.data.endpoint}/datasets/${repo}`} target="_blank" rel="noreferrer" inherit>
              Its page on the Hub
            </Anchor>
          )}
          {isTransient && (
            <Button variant="default" size="compact-xs" onClick={retry}>
              Try again
            </Button>
          )}
        </div>
      )}
    </Alert>
  )
}
