// A time limit on what comes over the network, fair to connections while this process does not run.

/**
 * Calls `act` after `ms`, unless what this returns is called before. What came while the process was busy or the computer asleep
 * is still unread when the timer is due: it is read first.
 */
export function afterSilence(ms: number, act: () => void): () => void {
  let immediate: NodeJS.Immediate | undefined
  const timer = setTimeout(() => {
    immediate = setImmediate(act)
  }, ms)
  return () => {
    clearTimeout(timer)
    clearImmediate(immediate)
  }
}
