// The address after `#`: which dataset and view is open. The only place that touches the browser's history.
import { useSyncExternalStore } from 'react'

export const homeAddress = '#/'

const changed = new EventTarget()

/** Goes to an address of this program; the current one changes nothing. */
export function navigate(hash: string, options: { readonly replace?: boolean } = {}): void {
  if (location.hash === hash) return
  if (options.replace === true) history.replaceState(null, '', hash)
  else history.pushState(null, '', hash)
  changed.dispatchEvent(new Event('change'))
}

export function onNavigate(listener: () => void): () => void {
  window.addEventListener('popstate', listener)
  changed.addEventListener('change', listener)
  return () => {
    window.removeEventListener('popstate', listener)
    changed.removeEventListener('change', listener)
  }
}

export function useAddress(): string {
  return useSyncExternalStore(onNavigate, () => location.hash)
}
