// The nonce under which the server allows the style elements that libraries write; empty where no server asks for one.

export function styleNonce(): string {
  return document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content ?? ''
}
