// Who asks the Hub, and with which token; the place to give another one.
import { Anchor, Button, PasswordInput } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { HubAccount } from '#contract/hub.ts'
import { useEngineAction } from '../engine/use-engine-action.ts'
import { useEngineQuery } from '../engine/use-engine-query.ts'
import classes from './hub.module.css'

const origins: Readonly<Record<HubAccount['tokenFrom'], string>> = {
  none: 'without a token',
  keychain: 'with the token in the keychain',
  session: 'with the token given for this session',
  environment: 'with the token in HF_TOKEN',
  file: 'with the token that huggingface-cli keeps',
}

export function HubAccountLine({ isOpen, onOpen }: { isOpen: boolean; onOpen: (on: boolean) => void }) {
  const account = useEngineQuery('hub.account', {})
  if (account.status !== 'ready') return null
  const { user, tokenFrom, hasKeychain } = account.data
  return (
    <div className={classes.account}>
      <span>
        Asking {user === null ? '' : `as ${user} `}
        {origins[tokenFrom]}.{' '}
        <Anchor component="button" type="button" inherit onClick={() => onOpen(!isOpen)} aria-expanded={isOpen}>
          {tokenFrom === 'none' ? 'Give a token…' : 'Change…'}
        </Anchor>
      </span>
      {isOpen && <TokenForm account={account.data} onDone={() => onOpen(false)} />}
      {isOpen && (
        <span>
          {hasKeychain
            ? 'It is kept in the system’s keychain.'
            : 'It is kept until Foible is closed; set HF_TOKEN to keep it for good.'}
        </span>
      )}
    </div>
  )
}

function TokenForm({ account, onDone }: { account: HubAccount; onDone: () => void }) {
  const [token, setToken] = useState('')
  const set = useEngineAction('hub.setToken', { quiet: true })
  const queries = useQueryClient()
  const keep = (value: string | null) => {
    void set.run({ token: value }).then((kept) => {
      if (kept === null) return
      // Somebody else asks now: what was refused may be let in.
      const asksHub = (name: unknown) => typeof name === 'string' && /^(?:hub\.|imports\.inspect$)/.test(name)
      void queries.invalidateQueries({ predicate: ({ queryKey }) => asksHub(queryKey[0]) })
      onDone()
    })
  }
  const canForget = account.tokenFrom === 'keychain' || account.tokenFrom === 'session'
  return (
    <div className={classes.token}>
      <PasswordInput
        aria-label="Hub token"
        className={classes.tokenField}
        placeholder="hf_…"
        autoComplete="off"
        autoFocus
        value={token}
        error={set.error?.message}
        onChange={(event) => setToken(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key !== 'Enter') return
          event.preventDefault()
          if (token.trim() !== '') keep(token.trim())
        }}
      />
      <Button disabled={token.trim() === ''} loading={set.isRunning} onClick={() => keep(token.trim())}>
        Use it
      </Button>
      {canForget && (
        <Button variant="default" disabled={set.isRunning} onClick={() => keep(null)}>
          Forget it
        </Button>
      )}
    </div>
  )
}
