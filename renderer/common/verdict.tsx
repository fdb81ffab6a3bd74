// Right and wrong, told apart by shape and by colour.
import { IconCheck, IconMinus, IconX } from '@tabler/icons-react'

interface VerdictProps {
  /** null: not judged. */
  readonly correct: boolean | null
  readonly size?: number
  /** Hide it from screen readers where the words stand beside it. */
  readonly silent?: boolean
}

export function Verdict({ correct, size = 14, silent = false }: VerdictProps) {
  const label = correct === null ? 'not judged' : correct ? 'right' : 'wrong'
  const color = correct === null ? 'var(--f-dim)' : correct ? 'var(--f-right)' : 'var(--f-wrong)'
  const Icon = correct === null ? IconMinus : correct ? IconCheck : IconX
  const access = silent ? { 'aria-hidden': true } : { role: 'img', 'aria-label': label }
  return <Icon size={size} stroke={2.75} color={color} style={{ flex: 'none' }} {...access} />
}
